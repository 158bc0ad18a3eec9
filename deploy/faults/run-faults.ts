import { setTimeout as pause } from "node:timers/promises";
import { type Chance, openChance } from "./chance.ts";
import { type FaultSite, openFaultSite } from "./site.ts";
import { STRIKES, type Strike } from "./strikes.ts";
import { lastLines } from "./supervised.ts";

/** How often what the cloud holds is held against what happened. */
const STRIKES_BETWEEN_CHECKS = 10;
const PAUSE_MILLISECONDS_MAX = 1500;
/** More are not read, and the first say what is wrong. */
const DIFFERENCES_SAID = 20;

export type FaultRun = {
  seed: number;
  strikes: readonly Strike[];
  /** Which of the seed's strikes the first one is: each is dealt what its place is, whatever came before. */
  from?: number;
  lastsMilliseconds: number;
  say: (line: string) => void;
  /** Where the logs and both databases are kept of a run in which something differs; absent: nowhere. */
  keptIn?: string;
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

export type Choice = {
  seed: number;
  count: number;
  only: string | null;
  /** The first of them, from 1: those before it are left out. */
  from?: number;
};

/** Chooses from all strikes, or from those whose name holds a word. Each comes once before any again. */
export function listStrikes({ seed, count, only, from = 1 }: Choice): Strike[] {
  const random = openChance(seed)("order");
  const chosen = STRIKES.filter(({ name }) => only === null || name.includes(only));
  if (chosen.length === 0) throw new Error(`No strike is called ${only}.`);
  const order: Strike[] = [];
  const end = from - 1 + count;
  while (order.length < end)
    order.push(
      ...chosen
        .map((each) => ({ each, at: random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ each }) => each),
    );
  return order.slice(from - 1, end);
}

/** Nothing that strikes is a reason to end. */
function listCrashes({ cloud, agent, guests, twins }: FaultSite): string[] {
  return [cloud, agent, guests, ...twins].flatMap(({ name, crashes }) =>
    crashes().map((lastWords) => `${name} ended by itself: ${lastWords}`),
  );
}

/**
 * Strikes a running branch and its cloud, one fault after the other, and holds the cloud against what
 * happened: the set of visits, sessions, guests and consents, once each. Ends at the first differences.
 */
export async function runFaults(run: FaultRun): Promise<FaultsEnded> {
  run.say(`seed ${run.seed}`);
  const chance = openChance(run.seed);
  const site = await openFaultSite(chance);
  run.signal?.addEventListener("abort", () => void site.close());
  let isRight = false;
  try {
    const ended = await strikeAll(run, site, chance);
    isRight = ended.differences.length === 0;
    return ended;
  } finally {
    if (!isRight) sayLastWords(run, site);
    const keptIn = isRight ? undefined : run.keptIn;
    await site.close(keptIn);
    if (keptIn) run.say(`the logs and both databases are in ${keptIn}`);
  }
}

async function strikeAll(run: FaultRun, site: FaultSite, chance: Chance): Promise<FaultsEnded> {
  let struck = 0;
  const look = async (): Promise<FaultsEnded> => {
    await site.drain();
    const differences = [...(await site.check()), ...listCrashes(site)];
    sayDifferences(run, { struck, things: countThings(site), differences });
    const { struckTwo, killedAtDoor, answered } = site;
    return {
      ...{ strikes: struck, things: countThings(site), struckTwo },
      ...{ killedAtDoor, staysAtDoor: answered.ended.size, differences },
    };
  };
  for (const [at, { name, strike, needsDisk = false }] of run.strikes.entries()) {
    const place = at + (run.from ?? 1);
    if (needsDisk && !site.disk) {
      run.say(`skipped, for there is no prlimit here: ${name}`);
      continue;
    }
    run.signal?.throwIfAborted();
    await site.awaitGuests();
    const random = chance(`strike ${place}`);
    await pause(PAUSE_MILLISECONDS_MAX * random());
    run.say(`${place}: ${name}`);
    await strike(site, {
      lastsMilliseconds: run.lastsMilliseconds * (0.3 + 0.7 * random()),
      chance: (part) => chance(`strike ${place} ${part}`),
    });
    struck += 1;
    if (struck % STRIKES_BETWEEN_CHECKS !== 0) continue;
    const ended = await look();
    if (ended.differences.length > 0) return ended;
  }
  return await look();
}

const countThings = ({ truth }: FaultSite): number =>
  Object.values(truth).reduce((sum, { size }) => sum + size, 0);

type Found = { struck: number; things: number; differences: readonly string[] };

function sayDifferences({ say }: FaultRun, { struck, things, differences }: Found): void {
  say(`${struck} strikes, ${things} ${THINGS}, ${differences.length} differences`);
  for (const difference of differences.slice(0, DIFFERENCES_SAID)) say(`  ${difference}`);
  const more = differences.length - DIFFERENCES_SAID;
  if (more > 0) say(`  and ${more} more`);
}

/** What is counted of a run. */
export const THINGS = "visits, sessions, guests and consents";

function sayLastWords({ say }: FaultRun, { cloud, agent, guests }: FaultSite): void {
  for (const { name, output, crashes } of [cloud, agent, guests]) {
    say(`${name} ended by itself ${crashes().length} times; its last words:`);
    say(lastLines(output()));
  }
}
