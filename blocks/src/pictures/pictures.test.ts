import { expect, test } from "vitest";
import { MARKUP, PIXEL, stranger } from "../../test/context.ts";
import { pictures } from "./index.ts";
import { SET_BYTES_MAX } from "./rules.ts";

const set = (count: number, source = PIXEL) => ({
  pictures: Array.from({ length: count }, () => ({ source, alt: { en: "Tea" } })),
});
const read = (value: unknown) => {
  const fields = pictures.readFields(value);
  if (fields.kind === "invalid") throw new Error(fields.reason);
  return fields.fields;
};

test("all are shown with their words, and all but the first may come later", () => {
  const html = pictures.render(read(set(3)), stranger);
  expect(html.match(/<img/g)).toHaveLength(3);
  expect(html.match(/loading="lazy"/g)).toHaveLength(2);
  expect(html).toContain('alt="Tea"');
});

test("each has its lighter forms before the one that every browser reads", () => {
  const lighter = { avif: "data:image/avif;base64,AAAA", webp: "data:image/webp;base64,BBBB" };
  const [first, ...others] = set(2).pictures;
  const fields = read({ pictures: [{ ...first, ...lighter }, ...others] });
  const html = pictures.render(fields, stranger);
  expect(html.match(/<picture>/g)).toHaveLength(1);
  const order = ["image/avif", lighter.avif, "image/webp", lighter.webp, PIXEL];
  const places = order.map((each) => html.indexOf(each));
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(places[0]).toBeGreaterThan(0);
  const weigh = (reads: "source" | "lighter") => pictures.countPictureBytes?.(fields, reads) ?? 0;
  expect(weigh("source") - weigh("lighter")).toBe(weigh("source") / 2 - 3);
});

test("words are escaped", () => {
  const own = { pictures: set(2).pictures.map((each) => ({ ...each, alt: { en: MARKUP } })) };
  expect(pictures.render(read(own), stranger)).not.toContain("<script");
});

test.each([2, 3, 4, 5, 6])("of %i each has its turn, and the turns fill the round", (count) => {
  const style = pictures.style?.(read(set(count))) ?? "";
  expect(style).toContain(`${count * 4}s linear infinite`);
  const delays = [...style.matchAll(/animation-delay:(-?[0-9.]+)s/g)].map(([, each]) =>
    Number(each),
  );
  expect(delays).toEqual(
    Array.from({ length: count }, (_, index) => Math.round((index * 4 - 0.8) * 10) / 10),
  );
});

test("who wants no motion has a strip to move by hand", () => {
  const style = pictures.style?.(read(set(2))) ?? "";
  const [still = "", moving = ""] = style.split("@media(prefers-reduced-motion:no-preference)");
  expect(still).toContain("overflow-x:auto");
  expect(still).not.toContain("animation:");
  expect(moving).toContain("animation:");
});

test("its style stands in HTML as it is", () => {
  expect(pictures.style?.(read(set(6)))).not.toMatch(/[<>&"']/);
});

test("part of MC-4.6: a set that would weigh too much is refused", () => {
  const heavy = `data:image/jpeg;base64,${"A".repeat(47 * 1024)}`;
  expect(pictures.readFields(set(5, heavy)).kind).toBe("fields");
  expect(pictures.countPictureBytes?.(read(set(5, heavy)), "source")).toBeLessThanOrEqual(
    SET_BYTES_MAX,
  );
  expect(pictures.readFields(set(6, heavy))).toEqual({
    kind: "invalid",
    reason: "pictures together weigh more than 184320 bytes",
  });
});

test.each([
  [null, "fields is not an object"],
  [{}, "pictures is not a list of 2 to 6 pictures"],
  [set(1), "pictures is not a list of 2 to 6 pictures"],
  [set(7), "pictures is not a list of 2 to 6 pictures"],
  [set(2, "https://example.com/x.png"), "pictures.0: source is not a data: URL"],
])("fields that do not fit are refused with a reason", (value, reason) => {
  expect(pictures.readFields(value)).toMatchObject({
    kind: "invalid",
    reason: expect.stringContaining(reason),
  });
});
