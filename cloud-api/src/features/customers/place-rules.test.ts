import { expect, test } from "vitest";
import { pointOf, readPlace, writePlace } from "./place-rules.ts";

test.each([
  ["21.0285, 105.8542", "21.02850,105.85420"],
  ["  -33.8688 151.2093 ", "-33.86880,151.20930"],
  ["geo:10.7769,106.7009;u=35", "10.77690,106.70090"],
  ["https://www.google.com/maps/@21.0285,105.8542,15z", "21.02850,105.85420"],
  ["https://maps.google.com/?q=21.0285,105.8542", "21.02850,105.85420"],
  ["https://www.google.com/maps/search/?api=1&query=21.0285%2C105.8542", "21.02850,105.85420"],
  ["https://maps.apple.com/?ll=21.0285,105.8542&z=15", "21.02850,105.85420"],
  ["https://www.openstreetmap.org/?mlat=21.0285&mlon=105.8542#map=15/21/105", "21.02850,105.85420"],
  [
    "https://www.google.com/maps/place/Hanoi/@20.9,105.1,10z/data=!3d21.0285!4d105.8542",
    "21.02850,105.85420",
  ],
])("%s is a place", (typed, kept) => {
  expect(readPlace(typed)).toBe(kept);
  expect(readPlace(kept)).toBe(kept);
});

test.each(["", "12 Tràng Tiền", "91,10", "10,181", "21.0285", "https://maps.app.goo.gl/abc"])(
  "%j is none",
  (typed) => {
    expect(readPlace(typed)).toBeNull();
    expect(pointOf(typed)).toBeNull();
  },
);

test("a place is kept to about a metre, and read again as the same point", () => {
  const kept = writePlace({ latitude: 21.028511234, longitude: -0.000001 });
  expect(kept).toBe("21.02851,0.00000");
  expect(pointOf(kept ?? "")).toEqual({ latitude: 21.02851, longitude: 0 });
});
