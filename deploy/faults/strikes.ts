import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Chance } from "./chance.ts";
import type { Door } from "./door.ts";
import type { FaultSite } from "./site.ts";
import { lastLines } from "./supervised.ts";
import type { UplinkMode } from "./uplink.ts";

/** How one strike goes: how long, where it lasts at all, and what it leaves to chance. */
export type Blow = { lastsMilliseconds: number; chance: Chance };

/** Something that goes wrong, and what ends it. */
export type Strike = {
  name: string;
  strike: (site: FaultSite, blow: Blow) => Promise<void>;
  /** Needs a disk that can be filled. */
  needsDisk?: boolean;
};

const HOUR = 60 * 60 * 1000;
const STORE_FILES = /^foyer\.sqlite/;

const uplink = (mode: UplinkMode): Strike => ({
  name: `the uplink is ${mode}`,
  strike: async (site, { lastsMilliseconds }) => {
    site.uplink.set(mode);
    await pause(lastsMilliseconds);
    site.uplink.set("whole");
  },
});

const kill = (name: "cloud" | "agent" | "guests"): Strike => ({
  name: `kill -9 of ${name}`,
  strike: async (site) => site[name].kill(),
});

const halt = (name: "cloud" | "agent" | "guests"): Strike => ({
  name: `${name} stands still`,
  strike: async (site, { lastsMilliseconds }) => {
    site[name].halt();
    await pause(lastsMilliseconds);
    site[name].goOn();
  },
});

const clock = (name: string, milliseconds: number): Strike => ({
  name: `the box's clock jumps ${name}`,
  strike: async (site, { lastsMilliseconds }) => {
    site.shiftClock(milliseconds);
    await pause(lastsMilliseconds);
    site.shiftClock(0);
  },
});

export const STRIKES: readonly Strike[] = [
  kill("cloud"),
  kill("agent"),
  kill("guests"),
  { name: "kill -9 of portal and radius while guests sign in", strike: killAtDoor },
  { name: "kill -9 of PostgreSQL", strike: async (site) => site.killPostgres() },
  {
    name: "kill -9 of all of them at once",
    strike: async (site) => {
      for (const name of ["cloud", "agent", "guests"] as const) site[name].kill();
      site.killPostgres();
    },
  },
  halt("cloud"),
  halt("agent"),
  halt("guests"),
  uplink("cut"),
  uplink("slow"),
  uplink("lossy"),
  uplink("half-open"),
  uplink("garbage"),
  uplink("captive"),
  uplink("proxied-away"),
  uplink("answers-lost"),
  {
    name: "the box's disk is full",
    needsDisk: true,
    strike: async ({ disk, awaitRefusal }, { lastsMilliseconds }) => {
      disk?.fill();
      await awaitRefusal();
      await pause(lastsMilliseconds);
      disk?.mend();
    },
  },
  {
    name: "the box's disk is read-only",
    needsDisk: true,
    strike: async ({ disk, awaitRefusal }, { lastsMilliseconds }) => {
      disk?.makeReadOnly();
      await awaitRefusal();
      await pause(lastsMilliseconds);
      disk?.mend();
    },
  },
  clock("an hour ahead", HOUR),
  clock("an hour back", -HOUR),
  { name: "a backlog's pushes are struck, two at a time", strike: strikeTwo },
  { name: "kill -9 of PostgreSQL in the middle of a push", strike: killInPush },
  { name: "the box is restored from a copy", strike: restoreCopy },
  killAtStatement("agent"),
  killAtStatement("cloud"),
  { name: "two boxes have one identity", strike: runTwin },
];

/** Who sign in at once while both are killed again and again; more come until that is over. */
const AT_DOOR = 4;
const KILLS_AT_DOOR = 2;
const BEFORE_KILL_MILLISECONDS_MAX = 1500;
/** A guest's whole way, about. */
const STATEMENTS_AT_DOOR_MAX = 200;

/** What either has answered stands in the cloud, whatever it was doing when it was killed. */
async function killAtDoor(site: FaultSite, { chance }: Blow): Promise<void> {
  const door = await site.openDoor();
  try {
    const killing = (["portal", "radius"] as const).map((name) =>
      killOften(site, { door, name, random: chance(name) }),
    );
    await serveUntil(door, Promise.all(killing));
  } finally {
    await door.close();
  }
  for (const each of [door.portal, door.radius])
    for (const lastWords of each.crashes())
      throw new Error(`${each.name} ended by itself: ${lastWords}`);
}

type KilledOften = { door: Door; name: "portal" | "radius"; random: () => number };

async function killOften(site: FaultSite, { door, name, random }: KilledOften): Promise<void> {
  for (let killed = 0; killed < KILLS_AT_DOOR; killed += 1) {
    await pause(BEFORE_KILL_MILLISECONDS_MAX * random());
    const started = door.awaitStart(name);
    if (random() < 0.5) door[name].kill();
    else await door[name].killAt(1 + Math.floor(STATEMENTS_AT_DOOR_MAX * random()));
    site.killedAtDoor += 1;
    await started().catch((cause) => {
      throw new Error(`${name} said last: ${lastLines(door[name].output())}`, { cause });
    });
  }
}

/** At least once to the end, and until the killing is over. */
async function serveUntil(door: Door, killing: Promise<unknown>): Promise<void> {
  let isOver = false;
  const over = killing.finally(() => {
    isOver = true;
  });
  const serve = async () => {
    do await door.serve(AT_DOOR);
    while (!isOver);
  };
  await Promise.all([over, serve()]);
}

/** More than a batch or two: the agent sends the next while one is stored. */
const CROWD = 1000;
const TWO_MILLISECONDS_MAX = 30_000;
/** After one slow answer the agent sends one batch at a time for a while, and the crowd is gone by then. */
const CROWDS_MAX = 3;

/** One is lost and the other arrives, or is answered to nobody: whichever it is, none is lost or overtaken. */
async function strikeTwo(site: FaultSite, { lastsMilliseconds, chance }: Blow): Promise<void> {
  const { agent, cloud, uplink: line } = site;
  let areTwo = false;
  for (let crowds = 0; crowds < CROWDS_MAX && !areTwo; crowds += 1) {
    await site.crowd(CROWD);
    areTwo = await line.awaitPushes(2, TWO_MILLISECONDS_MAX);
  }
  if (areTwo) site.struckTwo += 1;
  const ways = [
    ...[agent.kill, cloud.kill],
    ...(["cut", "lossy", "answers-lost"] as const).map((mode) => () => line.set(mode)),
  ];
  ways[Math.floor(chance("way")() * ways.length)]?.();
  await pause(lastsMilliseconds);
  line.set("whole");
}

/** What of a push was not committed is pushed again. */
async function killInPush(site: FaultSite): Promise<void> {
  await site.crowd(CROWD);
  await site.uplink.awaitPushes(1, TWO_MILLISECONDS_MAX);
  site.killPostgres();
}

/** So many statements one push and what follows it takes, about: it may be killed between any two. */
const STATEMENTS_MAX = 300;
const SMALL_CROWD = 300;

function killAtStatement(name: "agent" | "cloud"): Strike {
  return {
    name: `kill -9 of ${name} between two statements of a push`,
    strike: async (site, { chance }) => {
      await site.crowd(SMALL_CROWD);
      await site.uplink.awaitPushes(1, TWO_MILLISECONDS_MAX);
      await site[name].killAt(1 + Math.floor(STATEMENTS_MAX * chance("statement")()));
    },
  };
}

/** What the copy does not know is in the cloud: the box was drained before it was lost. */
async function restoreCopy(site: FaultSite, { lastsMilliseconds }: Blow): Promise<void> {
  const { boxFolder, agent, guests } = site;
  const copy = `${boxFolder}-copy`;
  const isOfStore = (name: string) => STORE_FILES.test(name);
  const stopBox = async () => {
    await guests.stop();
    await agent.stop();
  };
  await stopBox();
  rmSync(copy, { recursive: true, force: true });
  for (const name of readdirSync(boxFolder).filter(isOfStore))
    cpSync(join(boxFolder, name), join(copy, name));
  agent.start();
  guests.start();
  await site.awaitGuests();
  await pause(lastsMilliseconds);
  await site.drain();
  await stopBox();
  for (const name of readdirSync(boxFolder).filter(isOfStore)) rmSync(join(boxFolder, name));
  for (const name of readdirSync(copy)) cpSync(join(copy, name), join(boxFolder, name));
  agent.start();
  guests.start();
}

async function runTwin(site: FaultSite, { lastsMilliseconds }: Blow): Promise<void> {
  const twin = await site.startTwin();
  await pause(lastsMilliseconds);
  await twin.stop();
}
