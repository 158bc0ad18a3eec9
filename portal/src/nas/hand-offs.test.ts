import { expect, test } from "vitest";
import { openHandOffs } from "./hand-offs.ts";

const HERE = "10.10.0.2";
const HAND_OFF_SECONDS = 30 * 60;

function open() {
  let now = Date.parse("2026-03-01T02:00:00Z");
  const handOffs = openHandOffs(() => new Date(now), HAND_OFF_SECONDS);
  const pass = (seconds: number) => {
    now += seconds * 1000;
  };
  return { handOffs, pass };
}

test("a hand-off is fresh for half an hour from when it was first brought, and never again", () => {
  const { handOffs, pass } = open();
  expect(handOffs.isFresh("a", HERE)).toBe(true);
  pass(HAND_OFF_SECONDS);
  expect(handOffs.isFresh("a", HERE)).toBe(true);
  pass(1);
  expect([handOffs.isFresh("a", HERE), handOffs.isFresh("b", HERE)]).toEqual([false, true]);
  pass(30 * 86_400);
  expect(handOffs.isFresh("a", HERE)).toBe(false);
});

test("a hand-off brought while the clock ran ahead is fresh once more when it is right", () => {
  const { handOffs, pass } = open();
  pass(86_400);
  handOffs.isFresh("a", HERE);
  pass(-86_400);
  expect(handOffs.isFresh("a", HERE)).toBe(true);
  pass(HAND_OFF_SECONDS + 1);
  expect(handOffs.isFresh("a", HERE)).toBe(false);
});

test("no more are remembered than a bound, the oldest forgotten first", () => {
  const { handOffs, pass } = open();
  for (let each = 0; each < 20_001; each += 1) handOffs.isFresh(String(each), HERE);
  pass(HAND_OFF_SECONDS + 1);
  expect(handOffs.isFresh("0", HERE)).toBe(true);
  expect(handOffs.isFresh("20000", HERE)).toBe(false);
});

test("a hand-off is nobody's but whose address brought it first, however soon another follows", () => {
  const { handOffs, pass } = open();
  expect(handOffs.isFresh("a", HERE)).toBe(true);
  expect(handOffs.isFresh("a", "10.10.0.66")).toBe(false);
  expect(handOffs.isOthers("a", "10.10.0.66")).toBe(true);
  expect([handOffs.isOthers("a", HERE), handOffs.isOthers("b", HERE)]).toEqual([false, false]);
  pass(60);
  expect(handOffs.isFresh("a", HERE)).toBe(true);
  pass(HAND_OFF_SECONDS);
  for (const address of [HERE, "10.10.0.66"]) expect(handOffs.isFresh("a", address)).toBe(false);
});
