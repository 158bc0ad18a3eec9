import { expect, test } from "vitest";
import { stranger as context, PIXEL } from "../../test/context.ts";
import { namePictures, pathOfPicture } from "../picture.ts";
import { image } from "./index.ts";

test("a picture is shown with its words", () => {
  const read = image.readFields({ source: PIXEL, alt: { en: `A "cup"` } });
  if (read.kind === "invalid") throw new Error(read.reason);
  expect(image.render(read.fields, context)).toBe(
    `<img class="picture" src="${PIXEL}" alt="A &quot;cup&quot;">`,
  );
});

test.each([
  "https://example.com/cup.png",
  "data:text/html;base64,PHNjcmlwdD4=",
  'data:image/png;base64,AA" onerror="x',
  `data:image/png;base64,${"A".repeat(48 * 1024)}`,
])("a picture from anywhere else, or too big, is refused: %.40s", (source) => {
  expect(image.readFields({ source }).kind).toBe("invalid");
});

const WEBP = "data:image/webp;base64,UklGRg==";

test("a browser that reads WebP is offered the lighter picture, and each is a file of its own", () => {
  const read = image.readFields({ source: PIXEL, webp: WEBP });
  if (read.kind === "invalid") throw new Error(read.reason);
  const html = image.render(read.fields, context);
  expect(html).toContain(`<source type="image/webp" srcset="${WEBP}">`);
  expect(html).toContain(`<img class="picture" src="${PIXEL}" alt="">`);
  const named = namePictures(html);
  expect(named).toContain(` srcset="${pathOfPicture(WEBP)}"`);
  expect(named).toContain(` src="${pathOfPicture(PIXEL)}"`);
  expect(named).not.toContain("data:");
});

test("what is no WebP in its place is refused", () => {
  const read = image.readFields({ source: PIXEL, webp: PIXEL });
  expect(read).toMatchObject({ kind: "invalid", reason: expect.stringMatching(/^webp is not/) });
});
