import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../test/crowd.ts";
import { type FaultSite, openFaultSite } from "./site.ts";
import { STRIKES, type Strike } from "./strikes.ts";
import { lastLines } from "./supervised.ts";

/** How often what the cloud holds is held against what happened. */
const STRIKES_BETWEEN_CHECKS = 10;
const PAUSE_MILLISECONDS_MAX = 1500;

export type FaultRun = {
  seed: number;
  strikes: readonly Strike[];
  lastsMilliseconds: number;
  say: (line: string) => void;
  /** Ends the run where it stands, with all that it started. */
  signal?: AbortSignal;
};

export type FaultsEnded = {
  strikes: number;
  things: number;
  /** How often two pushes were on their way when something struck. */
  struckTwo: number;
  /** How often a portal or a RADIUS server was killed, and how many stays behind them were answered to the end. */
  killedAtDoor: number;
  staysAtDoor: number;
  differences: string[];
};

/** Chooses from all strikes, or from those whose name holds a word. Each comes once before any again. */
export function listStrikes({
  seed,
  count,
  only,
}: {
  seed: number;
  count: number;
  only: string | null;
}): Strike[] {
  const random = seededRandom(seed);
  const chosen = STRIKES.filter(({ name }) => only === null || name.includes(only));
  if (chosen.length === 0) throw new Error(`No strike is called ${only}.`);
  const order: Strike[] = [];
  while (order.length < count)
    order.push(
      ...chosen
        .map((each) => ({ each, at: random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ each }) => each),
    );
  return order.slice(0, count);
}

/** Nothing that strikes is a reason to end. */
function listCrashes({ cloud, agent, guests, twins }: FaultSite): string[] {
  return [cloud, agent, guests, ...twins].flatMap(({ name, crashes }) =>
    crashes().map((lastWords) => `${name} ended by itself: ${lastWords}`),
  );
}

/**
 * Strikes a running branch and its cloud, one fault after the other, and holds the cloud against what
 * happened: the set of visits, guests and consents, once each. Ends at the first differences.
 */
export async function runFaults(run: FaultRun): Promise<FaultsEnded> {
  run.say(`seed ${run.seed}`);
  const site = await openFaultSite(run.seed);
  run.signal?.addEventListener("abort", () => void site.close());
  const count = () => site.truth.visits.size + site.truth.guests.size + site.truth.consents.size;
  let struck = 0;
  const tell = () => ({
    ...{ strikes: struck, things: count(), struckTwo: site.struckTwo },
    ...{ killedAtDoor: site.killedAtDoor, staysAtDoor: site.answered.ended.size },
  });
  const look = async () => {
    await site.drain();
    const differences = [...(await site.check()), ...listCrashes(site)];
    run.say(
      `${struck} strikes, ${count()} visits, guests and consents, ${differences.length} differences`,
    );
    for (const difference of differences.slice(0, 20)) run.say(`  ${difference}`);
    return differences;
  };
  try {
    for (const { name, strike, needsDisk = false } of run.strikes) {
      if (needsDisk && !site.disk) {
        run.say(`skipped, for there is no prlimit here: ${name}`);
        continue;
      }
      run.signal?.throwIfAborted();
      await site.awaitGuests();
      await pause(PAUSE_MILLISECONDS_MAX * site.random());
      run.say(name);
      await strike(site, run.lastsMilliseconds * (0.3 + 0.7 * site.random()));
      struck += 1;
      if (struck % STRIKES_BETWEEN_CHECKS !== 0) continue;
      const differences = await look();
      if (differences.length > 0) return { ...tell(), differences };
    }
    const isChecked = struck % STRIKES_BETWEEN_CHECKS === 0;
    const differences = isChecked ? [] : await look();
    return { ...tell(), differences };
  } catch (error) {
    for (const { name, output, crashes } of [site.cloud, site.agent, site.guests]) {
      run.say(`${name} ended by itself ${crashes().length} times; its last words:`);
      run.say(lastLines(output()));
    }
    throw error;
  } finally {
    await site.close();
  }
}
