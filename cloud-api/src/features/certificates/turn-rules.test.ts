import { expect, test } from "vitest";
import { askAgainAt, chooseTurn, emptyUntil, hasTurn, judgeReach, takeOne } from "./turn-rules.ts";

const HOUR = 3_600_000;
const now = new Date("2026-11-28T08:00:00Z");
const inHours = (at: Date) => (at.getTime() - now.getTime()) / HOUR;
const later = (hours: number) => new Date(now.getTime() + hours * HOUR);

test("as many as an authority gives a week go at once, and then one with each part of the week", () => {
  let fullAt = now;
  const taken: number[] = [];
  for (let hour = 0; hour <= 72; hour += 1) {
    const at = later(hour);
    while (chooseTurn({ fullAt, ahead: 0, aWeek: 7 }) <= at) {
      fullAt = takeOne(fullAt, { aWeek: 7, now: at });
      taken.push(hour);
    }
  }
  expect(taken).toEqual([0, 0, 0, 0, 0, 0, 0, 24, 48, 72]);
});

test("what was not taken for long is there again, and no more than a week's", () => {
  const fullAt = takeOne(later(-1000), { aWeek: 7, now });
  expect(inHours(fullAt)).toBe(24);
  expect(chooseTurn({ fullAt, ahead: 5, aWeek: 7 })).toEqual(now);
  expect(inHours(chooseTurn({ fullAt, ahead: 6, aWeek: 7 }))).toBe(24);
});

test("a turn comes after those before it", () => {
  const fullAt = emptyUntil(later(24), 7);
  const turn = (ahead: number) => inHours(chooseTurn({ fullAt, ahead, aWeek: 7 }));
  expect([0, 1, 10].map(turn)).toEqual([24, 48, 264]);
});

test("who waits asks again within the hour, for those before may have gone", () => {
  expect(inHours(askAgainAt(later(100), now))).toBe(1);
  expect(inHours(askAgainAt(later(0.5), now))).toBe(0.5);
});

test("a turn is good for other tries, and for a week", () => {
  expect(hasTurn(null, now)).toBe(false);
  expect(hasTurn(later(-167), now)).toBe(true);
  expect(hasTurn(later(-168), now)).toBe(false);
});

test.each([
  ["zone", 'too many certificates (50) already issued for "example.com" in the last 168h0m0s'],
  [
    "zone",
    'too many certificates for "wifi.example.com", see https://authority.example.org/limits',
  ],
  ["box", 'too many failed authorizations (5) for "aaaa.wifi.example.com" in the last 1h0m0s'],
  ["box", "too many certificates (5) already issued for this exact set of identifiers"],
  ["company", "too many new orders (300) from this account in the last 3h0m0s"],
  ["company", "see https://letsencrypt.org/docs/rate-limits/"],
])("a refusal for too many is the %s's: %s", (reach, words) => {
  const own = { name: "aaaa.wifi.example.com", zone: "wifi.example.com" };
  expect(judgeReach(words, own)).toBe(reach);
});
