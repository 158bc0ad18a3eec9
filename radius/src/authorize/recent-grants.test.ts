import { expect, test } from "vitest";
import { createRecentGrants, type Told } from "./recent-grants.ts";

const told = (change: Partial<Told> = {}, seconds = 0): Told => ({
  ...{ nasId: "nas", mac: "AC-00-5E-00-53-01", what: "accept", guestId: "guest" },
  ...{ at: new Date(seconds * 1000), ...change },
});

test("the same told to the same NAS within 30 seconds is a repeat, and later it is not", () => {
  const recent = createRecentGrants();
  recent.note(told());
  expect(recent.isRepeat(told({}, 30))).toBe(true);
  expect(recent.isRepeat(told({}, 31))).toBe(false);
});

test("another NAS, MAC, answer or guest is no repeat", () => {
  const recent = createRecentGrants();
  recent.note(told());
  for (const change of [
    { nasId: "other" },
    { mac: "AC-00-5E-00-53-02" },
    { what: "reject" },
    { guestId: null },
  ])
    expect(recent.isRepeat(told(change))).toBe(false);
});

test("a device between two NAS is remembered at both", () => {
  const recent = createRecentGrants();
  recent.note(told());
  recent.note(told({ nasId: "other" }, 1));
  expect(recent.isRepeat(told({}, 2))).toBe(true);
  expect(recent.isRepeat(told({ nasId: "other" }, 2))).toBe(true);
});

test("of too many MACs those that were noted longest ago make room", () => {
  const recent = createRecentGrants();
  for (let at = 0; at <= 20_000; at++) recent.note(told({ mac: `mac ${at}` }));
  expect(recent.isRepeat(told({ mac: "mac 0" }))).toBe(false);
  expect(recent.isRepeat(told({ mac: "mac 10001" }))).toBe(true);
});
