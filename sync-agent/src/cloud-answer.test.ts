import { expect, test } from "vitest";
import { readRetryAfter } from "./cloud-answer.ts";

// RFC 9110 §5.6.7: the three forms of a date.
const DATE = "Sun, 06 Nov 1994 08:49:37 GMT";
const machineNow = new Date("2001-01-01T00:00:00Z");

test("RFC 9110 §10.2.3: how long to wait is told in seconds", () => {
  expect(readRetryAfter({ "retry-after": "120" }, machineNow)).toBe(120);
  expect(readRetryAfter({ "retry-after": "0" }, machineNow)).toBeNull();
});

test.each([
  "Sun, 06 Nov 1994 08:51:37 GMT",
  "Sunday, 06-Nov-94 08:51:37 GMT",
  "Sun Nov  6 08:51:37 1994 GMT",
])(
  "or until a date, %s, which counts from the answer's own and not from a wrong clock",
  (until) => {
    expect(readRetryAfter({ "retry-after": until, date: DATE }, machineNow)).toBe(120);
  },
);

test("a date in an answer without one counts from the machine's clock", () => {
  const until = "Mon, 01 Jan 2001 00:00:07 GMT";
  expect(readRetryAfter({ "retry-after": until }, machineNow)).toBe(7);
  expect(readRetryAfter({ "retry-after": until, date: "no date" }, machineNow)).toBe(7);
});

test.each([undefined, "", "soon", "-5", "1.5.2", DATE, ["1", "2"]])(
  "what asks for nothing that can be waited for, %j, is a wait of the box's own choosing",
  (asked) => {
    expect(readRetryAfter({ "retry-after": asked, date: DATE }, machineNow)).toBeNull();
  },
);
