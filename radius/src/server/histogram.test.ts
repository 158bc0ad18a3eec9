import fc from "fast-check";
import { expect, test } from "vitest";
import {
  BUCKET_BOUNDS_MILLISECONDS,
  createHistogram,
  LATENCY_BOUNDS_MILLISECONDS,
} from "./histogram.ts";

/** The figure at the nearest rank of the sorted samples. */
const exactly = (samples: readonly number[], share: number) =>
  samples.toSorted((left, right) => left - right)[Math.ceil(share * samples.length) - 1] as number;

const lowest = BUCKET_BOUNDS_MILLISECONDS[0] as number;
const highest = BUCKET_BOUNDS_MILLISECONDS.at(-1) as number;

test("p50 and p99 are those of the sorted samples, never below them and at most a fifth above", () => {
  const duration = fc.oneof(
    fc.double({ min: 0, max: highest, noNaN: true }),
    fc.constantFrom(...BUCKET_BOUNDS_MILLISECONDS),
  );
  fc.assert(
    fc.property(fc.array(duration, { minLength: 1, maxLength: 500 }), (samples) => {
      const histogram = createHistogram();
      for (const each of samples) histogram.observe(each);
      const { p50Milliseconds, p99Milliseconds, count } = histogram.read();
      expect(count).toBe(samples.length);
      for (const [told, share] of [
        [p50Milliseconds, 0.5],
        [p99Milliseconds, 0.99],
      ] as const) {
        const exact = exactly(samples, share);
        expect(told).toBeGreaterThanOrEqual(exact);
        expect(told).toBeLessThanOrEqual(Math.max(lowest, exact * 1.2));
      }
    }),
  );
});

test("each cumulative count is that of the samples no longer than its bound", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 20_000, noNaN: true })), (samples) => {
      const histogram = createHistogram();
      for (const each of samples) histogram.observe(each);
      expect(histogram.read().cumulative).toEqual(
        LATENCY_BOUNDS_MILLISECONDS.map((bound) => samples.filter((each) => each <= bound).length),
      );
    }),
  );
});

test("beyond the last bound the longest stands for all of them", () => {
  const histogram = createHistogram();
  for (const each of [1, 15_000, 60_000]) histogram.observe(each);
  expect(histogram.read()).toMatchObject({ count: 3, p99Milliseconds: 60_000 });
  expect(histogram.read().cumulative.at(-1)).toBe(1);
});

test("nothing observed has no figures, and what is no duration is passed over", () => {
  const histogram = createHistogram();
  histogram.observe(Number.NaN);
  histogram.observe(Number.POSITIVE_INFINITY);
  expect(histogram.read()).toMatchObject({
    count: 0,
    p50Milliseconds: null,
    p99Milliseconds: null,
  });
  histogram.observe(-1);
  expect(histogram.read()).toMatchObject({ count: 1, p50Milliseconds: 0, sumMilliseconds: 0 });
});
