import { CALL_LEAP_MAX, CALLS_THROUGH_HEADER } from "@foyer/contract";
import { expect, test } from "vitest";
import { makeBoxKey } from "./box-key.ts";
import { openSigner } from "./signer.ts";

const START = Date.UTC(2026, 10, 26);
const PULL = { method: "GET", target: "/api/box/v1/pull", content: null, contentEncoding: null };

function open(startsAt = START) {
  const signer = openSigner(makeBoxKey(), startsAt);
  const next = () =>
    Number(/nonce="(\d+)"/.exec(signer.sign(PULL)["signature-input"] as string)?.[1]);
  const hear = (told: string | string[]) => signer.goOnAbove({ [CALLS_THROUGH_HEADER]: told });
  return { next, hear };
}

test("numbers begin at the clock and go on above what the cloud tells, never below a call under way", () => {
  const { next, hear } = open();
  expect(next()).toBe(START + 1);
  expect(hear(String(START + 900))).toBe(true);
  expect(next()).toBe(START + 901);
  // The answer to a call that was overtaken.
  expect(hear(String(START + 1))).toBe(true);
  expect(next()).toBe(START + 902);
});

test("a number that a stranger told is given up once the cloud tells where its own stand", () => {
  const { next, hear } = open();
  expect(hear(String(2 ** 51))).toBe(true);
  expect(next()).toBe(2 ** 51 + 1);
  expect(hear(String(START))).toBe(true);
  expect(next()).toBe(START + 1);
  expect(next()).toBeLessThan(START + CALL_LEAP_MAX);
});

test.each(["", "-1", "1e9", "0x10", "12.5", String(2 ** 52), "9".repeat(17), ["1", "2"], ["1"]])(
  "a refusal that tells %j tells no number",
  (told) => {
    const { next, hear } = open();
    expect(hear(told)).toBe(false);
    expect(next()).toBe(START + 1);
  },
);

test.each([
  [-5, 1],
  [Date.UTC(275_000, 0), 2 ** 44 + 1],
])("a clock at %d gives numbers that the cloud takes", (startsAt, first) => {
  expect(open(startsAt).next()).toBe(first);
});
