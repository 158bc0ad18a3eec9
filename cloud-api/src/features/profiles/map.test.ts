import { expect, test } from "vitest";
import { pointOf } from "../customers/index.ts";
import { drawMap, MAP_SIDE, openView, readView, stepMap, writeView } from "./map.ts";

const hanoi = { latitude: 21.0285, longitude: 105.8542 };
const branch = { name: 'Hồ "Gươm" <&>', point: hanoi };
const view = { ...hanoi, metresPerPixel: 20 };
const press = (query: string, place = "") => stepMap(new URLSearchParams(query), { view, place });

test("the map opens at the known place, at the branch, or not at all", () => {
  expect(openView(pointOf("10.77,106.7"), [branch])).toMatchObject({ latitude: 10.77 });
  expect(openView(null, [branch])).toMatchObject(hanoi);
  expect(openView(null, [])).toBeNull();
});

test("a view travels in the form, and nothing but a view is taken for one", () => {
  expect(readView(writeView(view))).toEqual(view);
  for (const text of ["", "21,105", "21,105,0", "21,105,1e9", "91,0,20", "x,y,z"])
    expect(readView(text)).toBeNull();
});

test("a tap is the place under it: a hundred pixels to the east are two kilometres", () => {
  const stepped = press(`at.x=${MAP_SIDE / 2 + 100}&at.y=${MAP_SIDE / 2}`);
  const point = pointOf(stepped?.place ?? "");
  expect(point?.latitude).toBeCloseTo(hanoi.latitude, 4);
  const metres = ((point?.longitude ?? 0) - hanoi.longitude) * 111_320 * Math.cos(0.367);
  expect(metres).toBeCloseTo(2000, -1);
});

test("a picture that a key sets off says no pixel, so that the middle is meant", () => {
  expect(press("at.x=0&at.y=0")?.place).toBe("21.02850,105.85420");
  expect(press("map=here")?.place).toBe("21.02850,105.85420");
});

test("buttons move and size the map within bounds, and leave the place", () => {
  expect(press("map=in", "1,2")).toMatchObject({ view: { metresPerPixel: 10 }, place: "1,2" });
  expect(press("map=out")?.view.metresPerPixel).toBe(40);
  expect(press("map=north")?.view.latitude).toBeGreaterThan(hanoi.latitude);
  expect(press("map=west")?.view.longitude).toBeLessThan(hanoi.longitude);
  expect(press("map=none", "1,2")?.place).toBe("");
  expect(press("map=elsewhere", "1,2")).toEqual({ view, place: "1,2" });
  expect(press("name=Lan")).toBeNull();
  const least = { ...view, metresPerPixel: 1 };
  const form = new URLSearchParams("map=in");
  expect(stepMap(form, { view: least, place: "" })?.view.metresPerPixel).toBe(1);
});

test("the picture names the branch in plain letters, and has a mark where there is a place", () => {
  const drawn = drawMap(view, [branch], null);
  expect(drawn).toContain("Hồ &#34;Gươm&#34; &#60;&#38;&#62;");
  expect(drawn).toContain("2 km");
  expect(drawn).not.toContain("#b42318");
  expect(drawMap(view, [branch], hanoi)).toContain("#b42318");
});
