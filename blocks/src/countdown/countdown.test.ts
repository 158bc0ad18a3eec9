import fc from "fast-check";
import { expect, test } from "vitest";
import { MARKUP, stranger } from "../../test/context.ts";
import { countdown } from "./index.ts";
import { viewCountdown } from "./rules.ts";

const NOW = stranger.now.getTime();
const text = { en: "Our birthday sale begins in" };
const left = (seconds: number, context = stranger) =>
  viewCountdown({ text, until: new Date(NOW + seconds * 1000), after: null }, context)?.parts.map(
    ({ value, unit }) => `${value} ${unit}`,
  );

test.each([
  [3 * 86_400 + 5 * 3600, ["3 days", "5 hours"]],
  [86_400, ["1 day", "0 hours"]],
  [86_399, ["24 hours", "0 minutes"]],
  [3600 + 61, ["1 hour", "2 minutes"]],
  [61, ["2 minutes"]],
  [1, ["1 minute"]],
])("%i seconds are %j", (seconds, parts) => {
  expect(left(seconds)).toEqual(parts);
});

test("in Persian digits, and in Vietnamese words", () => {
  expect(left(3 * 86_400, { ...stranger, language: "fa" })).toEqual(["۳ روز", "۰ ساعت"]);
  expect(left(3 * 86_400, { ...stranger, language: "vi" })).toEqual(["3 ngày", "0 giờ"]);
});

test("whatever is left, it is never said that nothing is", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 * 86_400 }), (seconds) => {
      expect(left(seconds)?.some((part) => !part.startsWith("0"))).toBe(true);
    }),
  );
});

test("once it is over it says what comes then, or is gone", () => {
  const over = { text, until: stranger.now, after: { en: "It has begun" } };
  expect(countdown.render(over, stranger)).toContain("It has begun");
  expect(countdown.render(over, stranger)).not.toContain("<time");
  expect(countdown.render({ ...over, after: null }, stranger)).toBe("");
});

test("words are escaped", () => {
  const until = new Date(NOW + 60_000);
  expect(countdown.render({ text: { en: MARKUP }, until, after: null }, stranger)).not.toContain(
    "<script",
  );
});

test.each([
  [{ text }, "until is not"],
  [{ text, until: "soon" }, "until is not"],
  [{ until: "2026-03-01T00:00:00+07:00" }, "text is missing"],
])("fields that do not fit are refused with a reason: %j", (value, reason) => {
  expect(countdown.readFields(value)).toMatchObject({
    ...{ kind: "invalid", reason: expect.stringContaining(reason) },
  });
});
