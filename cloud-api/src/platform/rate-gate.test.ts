import fc from "fast-check";
import { expect, test } from "vitest";
import { drawTokens, fullBucket, openRateGate } from "./rate-gate.ts";

const rate = { perSecond: 100, burst: 300 };

test("a bucket gives its burst at once, then its rate, and says how long to wait", () => {
  let bucket = fullBucket(rate, 0);
  const draw = (count: number, now: number) => {
    const drawn = drawTokens(bucket, { count, now, rate });
    bucket = drawn.bucket;
    return drawn.waitSeconds;
  };
  expect([draw(200, 0), draw(200, 0)]).toEqual([0, 0]);
  // A hundred over: a second, and then one more for the next.
  expect(draw(1, 0)).toBeCloseTo(1.01);
  expect(draw(1, 900)).toBeCloseTo(0.11);
  expect(draw(50, 1100)).toBe(0);
  expect(draw(1, 3_600_000)).toBe(0);
});

test("whoever waits as long as they are told is let in, whatever they draw", () => {
  const draws = fc.array(fc.tuple(fc.nat(2000), fc.nat(3000)), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(draws, (list) => {
      let bucket = fullBucket(rate, 0);
      let now = 0;
      let taken = 0;
      for (const [count, pause] of list) {
        now += pause;
        const first = drawTokens(bucket, { count, now, rate });
        bucket = first.bucket;
        if (first.waitSeconds > 0) {
          now += Math.ceil(first.waitSeconds * 1000);
          const second = drawTokens(bucket, { count, now, rate });
          expect(second.waitSeconds).toBe(0);
          bucket = second.bucket;
        }
        taken += count;
        const last = list.reduce((most, [each]) => Math.max(most, each), 0);
        expect(taken).toBeLessThan(rate.burst + (now / 1000) * rate.perSecond + last);
      }
    }),
  );
});

test("draws of one are never more than the burst and the rate, however often they are tried", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4), { minLength: 400, maxLength: 900 }), (pauses) => {
      let bucket = fullBucket(rate, 0);
      let now = 0;
      let taken = 0;
      for (const pause of pauses) {
        now += pause;
        const drawn = drawTokens(bucket, { count: 1, now, rate });
        bucket = drawn.bucket;
        if (drawn.waitSeconds === 0) taken += 1;
        expect(taken).toBeLessThanOrEqual(rate.burst + (now / 1000) * rate.perSecond + 0.01);
      }
    }),
  );
});

test("a clock that goes back gives nothing and takes nothing", () => {
  const empty = { tokens: -100, at: 10_000 };
  const { bucket, waitSeconds } = drawTokens(empty, { count: 1, now: 0, rate });
  expect(bucket.tokens).toBe(-100);
  expect(waitSeconds).toBeCloseTo(1.01);
});

test("a gate keeps a bucket for each name, and asking how long to wait takes nothing", () => {
  let now = 0;
  const gate = openRateGate({ perSecond: 1, burst: 2 }, () => new Date(now));
  expect([gate.draw("a"), gate.draw("a"), gate.draw("b")]).toEqual([0, 0, 0]);
  expect(gate.waitSeconds("a")).toBe(1);
  expect([gate.waitSeconds("b"), gate.waitSeconds("b"), gate.draw("b")]).toEqual([0, 0, 0]);
  now += 1000;
  expect(gate.draw("a")).toBe(0);
  expect(gate.draw("a")).toBe(1);
});
