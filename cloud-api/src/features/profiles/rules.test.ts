import { expect, test } from "vitest";
import { inkOn, readForm } from "./rules.ts";

test.each([
  ["#ffffff", "#000000"],
  ["#000000", "#ffffff"],
  ["#0b7a75", "#ffffff"],
  ["#ffd166", "#000000"],
])("words on %s are %s", (colour, ink) => {
  expect(inkOn(colour)).toBe(ink);
});

test("a form tells the fields it has, and no others", () => {
  const form = new URLSearchParams("name=Lan&own.tea=&own.tea=a&own.tea=b&phone=1&email=");
  expect(readForm(form, ["name", "email", "address", "own.tea"])).toEqual({
    ...{ name: "Lan", email: "", "own.tea": "a\nb" },
  });
});
