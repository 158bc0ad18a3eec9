import { expect, test } from "vitest";
import { stranger as context, PIXEL } from "../../test/context.ts";
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
