// What a box takes: the release's size on disk, how long it is from power until a guest is online, and
// the memory of its three processes, idle and with 500 guests online. They run as the release's units say,
// beside a real cloud; the machine's own start and that of its access points is not in it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describeSession, describeStation, openRadiusLink } from "@foyer/gateway";
import { readNumber } from "@foyer/portal/test/bench-options";
import { printFigure } from "@foyer/portal/test/figure";
import { SERVICES } from "../box/host.ts";
import { makeReleasedBox, type ReleasedBox } from "../test/released-box.ts";
import { identityOf, makeStation, sessionOf, walkOnline } from "../test/sign-in-guest.ts";
import { startTestCloud } from "../test/test-cloud.ts";

const ROUNDS = readNumber("rounds", 5);
const GUESTS = readNumber("guests", 500);
const AT_ONCE = 20;
/** A garbage collector takes its time where nobody presses it. */
const IDLE_SECONDS = readNumber("idle", 30);
const MEMORY_MEGABYTES_MAX = 350;
const ONLINE_SECONDS_MAX = 30;
const MIB = 1024;

/** A process's share of the memory, in MiB: what several map together counts by its part (proc(5)). */
function readMemory(box: ReleasedBox): number {
  const shares = SERVICES.map((service) => {
    const rollup = readFileSync(`/proc/${box.pidOf(service)}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]) / MIB;
  });
  const each = SERVICES.map((service, index) => `${service} ${shares[index]?.toFixed(0)}`);
  console.log(`beside memory ${each.join(", ")} MiB`);
  return shares.reduce((sum, share) => sum + share, 0);
}

/** Guests from `first` on sign in by phone, some at a time, and their NAS reports each of them once more. */
async function bringOnline(box: ReleasedBox, first: number, count: number): Promise<void> {
  const signInBox = { ...box, close: box.powerOff };
  const link = await openRadiusLink({ ...box, host: "127.0.0.1", secret: box.secrets.radius });
  const walk = { box: signInBox, link, tell: () => {}, pauseMs: () => 0 };
  let next = first;
  const come = async () => {
    while (next < first + count) {
      const guest = next++;
      await walkOnline(walk, guest);
      const station = makeStation(guest);
      const session = Object.assign(sessionOf(station, station.mac), { downloadBytes: 100_000 });
      const told = describeSession(session, { status: "interim", now: new Date() });
      await link.sendAccounting([...told, ...describeStation(identityOf(signInBox), station)]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, come));
  link.close();
}

/** From nothing running until somebody is online, in seconds. */
async function measureStart(box: ReleasedBox, guest: number): Promise<number> {
  const begun = performance.now();
  await box.powerOn();
  await bringOnline(box, guest, 1);
  return (performance.now() - begun) / 1000;
}

async function measure(box: ReleasedBox): Promise<void> {
  const megabytes = Number(
    execFileSync("du", ["-sm", box.release], { encoding: "utf8" }).split("\t")[0],
  );
  console.log(`beside the release on disk ${megabytes} MB, Node.js in it`);
  const starts: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    starts.push(await measureStart(box, round));
    await box.powerOff();
  }
  const common = { better: "less" } as const;
  printFigure({
    ...{ name: "power-to-first-guest-online", rounds: starts, unit: "s" },
    ...{ bar: ONLINE_SECONDS_MAX, ...common },
  });
  await box.powerOn();
  await pause(IDLE_SECONDS * 1000);
  const unit = "MiB";
  const bar = MEMORY_MEGABYTES_MAX;
  printFigure({ ...common, name: "box-memory-idle", rounds: [readMemory(box)], unit, bar });
  await bringOnline(box, ROUNDS, GUESTS);
  const busy = readMemory(box);
  await pause(IDLE_SECONDS * 1000);
  const rounds = [busy, readMemory(box)];
  printFigure({ ...common, name: `box-memory-${GUESTS}-guests`, rounds, unit, bar });
}

const folder = mkdtempSync(join(tmpdir(), "foyer-bench-box-"));
const cloud = await startTestCloud();
let box: ReleasedBox | null = null;
try {
  box = await makeReleasedBox(cloud, folder);
  await measure(box);
} finally {
  await box?.powerOff();
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
}
