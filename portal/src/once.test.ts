import { expect, test } from "vitest";
import { openOnce, REPEAT_SECONDS } from "./once.ts";

test("an answer is given again for a moment, and to its own key alone", () => {
  let now = 0;
  const once = openOnce<string>(() => new Date(now));
  once.keep("a", "first");
  now = REPEAT_SECONDS * 1000;
  expect(once.find("a")).toBe("first");
  expect(once.find("b")).toBeNull();
  now += 1;
  expect(once.find("a")).toBeNull();
});

test("an answer does not outlive a clock that is put back", () => {
  let now = 1_000_000;
  const once = openOnce<string>(() => new Date(now));
  once.keep("a", "first");
  now = 0;
  expect(once.find("a")).toBeNull();
});
