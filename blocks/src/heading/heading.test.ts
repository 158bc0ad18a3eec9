import { expect, test } from "vitest";
import { lan, MARKUP, stranger } from "../../test/context.ts";
import { heading } from "./index.ts";

test("a heading speaks to the guest by name, and without it to anybody", () => {
  const text = { en: "Today's tea, {name}" };
  expect(heading.render({ text }, lan)).toBe("<h2>Today&#39;s tea, Lan</h2>");
  expect(heading.render({ text }, stranger)).toBe("<h2>Today&#39;s tea</h2>");
});

test("a heading that cannot be said of this guest is left out", () => {
  expect(heading.render({ text: { en: "Visit {visit}" } }, stranger)).toBe("");
});

test("a name is shown, not obeyed", () => {
  const html = heading.render({ text: { en: "{name}" } }, { ...lan, guestName: MARKUP });
  expect(html).not.toContain("<script");
});

test("a heading without words or with too many is refused", () => {
  expect(heading.readFields({}).kind).toBe("invalid");
  expect(heading.readFields({ text: { en: "x".repeat(121) } }).kind).toBe("invalid");
});
