import { expect, test } from "vitest";
import { openChance } from "./chance.ts";
import { listStrikes, runFaults } from "./run-faults.ts";
import { STRIKES } from "./strikes.ts";

/** A machine that others want as well is many times as late. */
const PATIENCE_MILLISECONDS = 1_200_000;

test("each of the strikes comes once before any comes again, in the order of the seed", () => {
  const names = (seed: number, count: number) =>
    listStrikes({ seed, count, only: null }).map(({ name }) => name);
  expect(new Set(names(1, STRIKES.length))).toEqual(new Set(STRIKES.map(({ name }) => name)));
  expect(names(1, 40)).toEqual(names(1, 40));
  expect(names(1, 40)).not.toEqual(names(2, 40));
  const later = listStrikes({ seed: 1, from: 31, count: 10, only: null });
  expect(later.map(({ name }) => name)).toEqual(names(1, 40).slice(30));
});

test("what a strike leaves to chance hangs on the seed and its place, not on what another has drawn", () => {
  const draw = (seed: number, part: string) => openChance(seed)(part)();
  expect(draw(1, "strike 3 way")).toBe(draw(1, "strike 3 way"));
  const others = [draw(2, "strike 3 way"), draw(1, "strike 4 way"), draw(1, "uplink")];
  expect(others).not.toContain(draw(1, "strike 3 way"));
});

// The long form is node deploy/faults/run.ts.
test(
  "whatever is killed, cut, filled, stopped, set back or copied, the cloud holds what happened, once each",
  async ({ signal }) => {
    const seed = Number(process.env.FOYER_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
    const strikes = listStrikes({ seed, count: STRIKES.length, only: null });
    const said: string[] = [];
    const say = (line: string) => said.push(line);
    const ended = await runFaults({ seed, strikes, lastsMilliseconds: 1500, say, signal }).catch(
      (cause) => {
        throw new Error(said.join("\n"), { cause });
      },
    );
    expect(ended.differences, said.join("\n")).toEqual([]);
    expect(ended.things).toBeGreaterThan(50);
    expect(ended.struckTwo, said.join("\n")).toBe(1);
    expect(ended.killedAtDoor, said.join("\n")).toBeGreaterThanOrEqual(4);
    expect(ended.staysAtDoor, said.join("\n")).toBeGreaterThanOrEqual(4);
    expect(said.filter((line) => line.startsWith("skipped"))).toEqual([]);
  },
  PATIENCE_MILLISECONDS,
);
