import { expect, test } from "vitest";
import { openConsoleNumber } from "./console-number.ts";

/** A console that shows 000001, then 000002 and so on. */
function open() {
  const shown: string[] = [];
  let drawn = 0;
  const draw = () => {
    drawn += 1;
    return drawn;
  };
  return { shown, number: openConsoleNumber(draw, (text) => shown.push(text)) };
}

test("the number is asked for with six digits, however they are typed", () => {
  const { number, shown } = open();
  expect(shown).toEqual(["000001"]);
  expect(number.check("000 001")).toBe("right");
  expect(number.check("1")).toBe("wrong");
  expect(number.check("")).toBe("wrong");
});

test("whoever has tried three numbers out waits ten times as long for each answer", () => {
  const { number } = open();
  for (let tried = 0; tried < 14; tried += 1) number.check("9");
  expect(number.waitMilliseconds()).toBe(1000);
  number.check("9");
  expect(number.waitMilliseconds()).toBe(10_000);
});

test("after five wrong ones the console shows another, and the old one opens nothing", () => {
  const { number, shown } = open();
  const answers = ["9", "9", "9", "9", "9"].map((typed) => number.check(typed));
  expect(answers).toEqual(["wrong", "wrong", "wrong", "wrong", "changed"]);
  expect(shown).toEqual(["000001", "000002"]);
  expect(number.check("000001")).toBe("wrong");
  expect(number.check("000002")).toBe("right");
});
