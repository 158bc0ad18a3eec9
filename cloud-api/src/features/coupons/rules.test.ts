import { expect, test } from "vitest";
import {
  countCompleteness,
  drawCouponCode,
  judgeCoupon,
  linkOfCoupon,
  normaliseCouponCode,
  spellCode,
  stateOf,
} from "./rules.ts";

const HERE = "01990000-0000-7000-8000-000000000001";
const THERE = "01990000-0000-7000-8000-000000000002";
const end = new Date("2026-03-31T17:00:00Z");
const before = new Date(end.getTime() - 1);
const coupon = { redeemed: null, validUntil: end, branchIds: [] };
const judge = (change: Partial<Parameters<typeof judgeCoupon>[0]>, now = before) =>
  judgeCoupon({ ...coupon, ...change }, { branchId: HERE, now });

test("a coupon is good to the last millisecond of its last day, at every branch or at those set", () => {
  expect(judge({})).toEqual({ state: "valid" });
  expect(judge({ branchIds: [THERE, HERE] })).toEqual({ state: "valid" });
  expect(judge({}, end)).toEqual({ state: "expired", at: end });
});

test("one whose box has not told yet that it gave it is good: nobody else has its code", () => {
  expect(judge({ validUntil: null }, new Date("2030-01-01T00:00:00Z"))).toEqual({ state: "valid" });
});

test("at another branch it is refused, and what is over says so before that", () => {
  expect(judge({ branchIds: [THERE] })).toEqual({ state: "other-branch" });
  expect(judge({ branchIds: [THERE] }, end)).toEqual({ state: "expired", at: end });
});

test("a used one says when and where, though it is over or another branch's by now", () => {
  const redeemed = { at: before, branchId: THERE };
  expect(judge({ redeemed, branchIds: [THERE] }, end)).toEqual({ state: "used", ...redeemed });
  expect(stateOf({ redeemedAt: before, validUntil: end }, end)).toBe("used");
  expect(stateOf({ redeemedAt: null, validUntil: end }, end)).toBe("expired");
  expect(stateOf({ redeemedAt: null, validUntil: end }, before)).toBe("open");
});

test("a code is read as it is typed, spelled and scanned, and nothing else is one", () => {
  const code = "ABCDEFGH2345";
  expect(spellCode(code)).toBe("ABCD-EFGH-2345");
  const link = linkOfCoupon("https://crm.example/coupons/till", code);
  for (const typed of [code, "abcd-efgh-2345", " ABCD EFGH 2345 ", link])
    expect(normaliseCouponCode(typed)).toBe(code);
  for (const typed of ["", "ABCDEFGH", "ABCDEFGH23456", "ABCDEFGH234O", "https://crm.example/"])
    expect(normaliseCouponCode(typed)).toBeNull();
});

test("a code is drawn letter by letter, from letters nobody takes for one another", () => {
  let drawn = 0;
  const limits = new Set<number>();
  const code = drawCouponCode((limit) => {
    limits.add(limit);
    return drawn++ % limit;
  });
  expect([...limits]).toEqual([31]);
  expect(code).toMatch(/^[2-9A-HJKMNP-Z]{12}$/);
});

test("a profile is as complete as so many of its fields are filled, rounded down", () => {
  const count = (filled: string[]) =>
    countCompleteness(["name", "email", "birthday"], new Set(filled));
  expect(count([])).toBe(0);
  expect(count(["name", "email"])).toBe(66);
  expect(count(["birthday", "email", "name", "shoe-size"])).toBe(100);
  expect(countCompleteness([], new Set(["name"]))).toBe(0);
});
