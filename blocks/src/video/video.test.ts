import { expect, test } from "vitest";
import { lan, MARKUP, PIXEL, stranger } from "../../test/context.ts";
import { video } from "./index.ts";

const read = (value: unknown) => {
  const fields = video.readFields(value);
  if (fields.kind === "invalid") throw new Error(fields.reason);
  return fields.fields;
};
const film = { title: { en: "How we roast, {name}" }, url: "https://video.example/1" };

test("a video is a link with its title, and a still where there is one", () => {
  const html = video.render(read({ ...film, still: { source: PIXEL, alt: { en: "Beans" } } }), lan);
  expect(html).toContain(`href="https://video.example/1" rel="noreferrer"`);
  expect(html).toContain("How we roast, Lan");
  expect(html).toMatch(/<img src="data:[^"]+" alt="Beans" loading="lazy"/);
  expect(video.render(read(film), lan)).not.toContain("<img");
});

test("nothing of it plays or loads on the page, and words are escaped", () => {
  const html = video.render(read({ ...film, title: { en: MARKUP } }), stranger);
  expect(html).not.toMatch(/<script|<video|<iframe/);
});

test.each([
  [{ url: "https://a.test" }, "title is missing"],
  [{ title: { en: "x" }, url: "blob:x" }, "url is not"],
  [{ ...film, still: { source: "https://a.test/x.png" } }, "still: source is not"],
])("fields that do not fit are refused with a reason: %j", (value, reason) => {
  expect(video.readFields(value)).toMatchObject({
    ...{ kind: "invalid", reason: expect.stringContaining(reason) },
  });
});
