import fastCheck from "fast-check";
import { expect, test } from "vitest";
import {
  choosePullRest,
  chooseRetryDelay,
  growBatch,
  RETRY_AFTER_MAX_MILLISECONDS,
  RETRY_BASE_MILLISECONDS,
  RETRY_MAX_MILLISECONDS,
  shrinkBatch,
} from "./schedule.ts";

const failure = { failures: 1, jitter: 1, retryAfterSeconds: null, unauthorized: false };

test("the ceiling of a wait doubles with each failure until the maximum", () => {
  const ceilings = [1, 2, 3, 4].map((failures) => chooseRetryDelay({ ...failure, failures }));
  expect(ceilings).toEqual([500, 1000, 2000, 4000]);
  expect(chooseRetryDelay({ ...failure, failures: 50 })).toBe(RETRY_MAX_MILLISECONDS);
});

test("the jitter is full: a wait lies anywhere between nothing and the ceiling", () => {
  fastCheck.assert(
    fastCheck.property(
      fastCheck.integer({ min: 1, max: 1000 }),
      fastCheck.double({ min: 0, max: 0.999, noNaN: true }),
      (failures, jitter) => {
        const delay = chooseRetryDelay({ ...failure, failures, jitter });
        const ceiling = Math.min(RETRY_MAX_MILLISECONDS, RETRY_BASE_MILLISECONDS * 2 ** failures);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(ceiling);
      },
    ),
  );
  expect(chooseRetryDelay({ ...failure, failures: 5, jitter: 0 })).toBe(0);
});

test("a wait the cloud asked for is kept to, up to a bound, and jittered on top", () => {
  expect(chooseRetryDelay({ ...failure, jitter: 0, retryAfterSeconds: 7 })).toBe(7000);
  expect(chooseRetryDelay({ ...failure, jitter: 0.5, retryAfterSeconds: 7 })).toBe(7250);
  expect(chooseRetryDelay({ ...failure, jitter: 0, retryAfterSeconds: 1e9 })).toBe(
    RETRY_AFTER_MAX_MILLISECONDS,
  );
});

test("a refused key is tried more rarely than a cloud that is out of reach", () => {
  const unreachable = chooseRetryDelay({ ...failure, failures: 30 });
  const refused = chooseRetryDelay({ ...failure, failures: 30, unauthorized: true });
  expect(refused).toBeGreaterThan(unreachable);
});

test("a pull is repeated at once after news or a full wait, and rests when it was answered empty at once", () => {
  expect(choosePullRest({ news: true, tookMilliseconds: 3 })).toBe(0);
  expect(choosePullRest({ news: false, tookMilliseconds: 55_000 })).toBe(0);
  expect(choosePullRest({ news: false, tookMilliseconds: 200 })).toBe(800);
});

test("a batch that was too much is halved until a single event is left, and grows back", () => {
  const sizes = [];
  for (let size = 500; size > 0; size = shrinkBatch(size)) sizes.push(size);
  expect(sizes).toEqual([500, 250, 125, 62, 31, 15, 7, 3, 1]);
  let grown = 1;
  for (let step = 0; step < 60; step += 1) grown = growBatch(grown, 500);
  expect(grown).toBe(500);
});
