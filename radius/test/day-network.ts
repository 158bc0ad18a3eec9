import {
  type Association,
  type Branch,
  DAY_SECONDS,
  type Habits,
  NAS_HABITS,
  type Reboot,
} from "./day-branch.ts";
import type { Random } from "./seeded.ts";

// What the access controllers of an invented day tell, and what of it arrives. Pure.

/** A record as its NAS made it; figures count from the association's beginning. */
export type Told = {
  nas: number;
  /** In seconds since the day's beginning. */
  at: number;
} & ({ status: "on" } | SessionTold);

export type SessionTold = {
  status: "start" | "interim" | "stop";
  association: Association;
  seconds: number;
  upload: number;
  download: number;
};

/** One copy of a packet that reached the box while it was up. */
export type Delivery = {
  arrivesAtMs: number;
  told: Told;
  /** Acct-Delay-Time; null: none is told. */
  delaySeconds: number | null;
  /** Copies with the same number are the same octets. */
  packet: number;
};

/** When the box's RADIUS server is down for a restart. */
export type Outage = { downAt: number; upAt: number };

const LOSS = 0.12;
const DOUBLED = 0.05;
const SLOW = 0.03;
/** What the network itself takes, and a copy that took a detour: this much is told by nobody. */
const DELAY_MS = 1500;
const DETOUR_MS = 8000;
/** A NAS that tells its delays asks again for ten minutes; one that tells none for half of one. */
const RETRIES_TOLD = [0, 3, 9, 21, 45, 93, 189, 381, 600];
const RETRIES_UNTOLD = [0, 7, 14, 20];
/** By how much a moment that the box notes may be late at the most. */
export const LATE_SECONDS_MAX = 30;

export function deliverDay(random: Random, branch: Branch, outage: Outage): Delivery[] {
  const cuts = NAS_HABITS.flatMap((_, nas) => inventCuts(random, nas));
  const road: Road = { random, cuts, outage, nextPacket: 0 };
  return tellDay(branch)
    .flatMap((told) => deliver(road, told, branch.reboots))
    .sort((one, other) => one.arrivesAtMs - other.arrivesAtMs);
}

/** Everything the three NAS tell of the day, whether it arrives or not. */
function tellDay({ associations, reboots }: Branch): Told[] {
  const ons: Told[] = reboots
    .filter(({ nas }) => NAS_HABITS[nas]?.tellsReboot)
    .map(({ nas, upAt }) => ({ nas, at: upAt, status: "on" }));
  return [...ons, ...associations.flatMap(tellAssociation)];
}

function tellAssociation(association: Association): Told[] {
  const { nas, startsAt, endsAt, uploadRate, downloadRate, isStopTold } = association;
  const tell = (status: SessionTold["status"], seconds: number): Told => ({
    ...{ nas, at: startsAt + seconds, status, association, seconds },
    ...{ upload: seconds * uploadRate, download: seconds * downloadRate },
  });
  const told = [tell("start", 0)];
  const { interimSeconds } = NAS_HABITS[nas] as Habits;
  for (let seconds = interimSeconds; startsAt + seconds < endsAt; seconds += interimSeconds)
    told.push(tell("interim", seconds));
  if (isStopTold) told.push(tell("stop", endsAt - startsAt));
  return told;
}

/** A link that is cut for minutes. */
type Cut = { nas: number; from: number; to: number };
type Road = { random: Random; cuts: readonly Cut[]; outage: Outage; nextPacket: number };

function inventCuts(random: Random, nas: number): Cut[] {
  return Array.from({ length: random.between(1, 4) }, () => {
    const from = random.between(0, DAY_SECONDS);
    return { nas, from, to: from + random.between(30, 15 * 60) };
  });
}

/** A record is sent again until its answer arrives, its NAS gives up, or loses its power. */
function deliver(road: Road, told: Told, reboots: readonly Reboot[]): Delivery[] {
  const { tellsDelay } = NAS_HABITS[told.nas] as Habits;
  const nextDownAt =
    reboots.find(({ nas, downAt }) => nas === told.nas && downAt >= told.at)?.downAt ?? Infinity;
  const arrived: Delivery[] = [];
  let packet = road.nextPacket++;
  for (const delay of tellsDelay ? RETRIES_TOLD : RETRIES_UNTOLD) {
    if (told.at + delay >= nextDownAt) break;
    if (tellsDelay && delay > 0) packet = road.nextPacket++;
    const isNew = tellsDelay && delay > 0;
    const copies = sendOnce(road, told, delay).map((arrivesAtMs) => ({
      ...{ arrivesAtMs, told, packet, delaySeconds: isNew ? delay : null },
    }));
    arrived.push(...copies);
    if (copies.length > 0 && !road.random.happens(LOSS)) break;
  }
  return arrived;
}

/** When the copies of one sending arrive. */
function sendOnce({ random, cuts, outage }: Road, { nas, at }: Told, delay: number): number[] {
  const sentAt = at + delay;
  const copies = random.happens(DOUBLED) ? 2 : 1;
  const isCut = cuts.some((cut) => cut.nas === nas && cut.from <= sentAt && sentAt < cut.to);
  return Array.from({ length: copies }, () => {
    const detour = random.happens(SLOW) ? random.between(0, DETOUR_MS) : 0;
    const arrivesAt = sentAt * 1000 + random.between(1, DELAY_MS) + detour;
    const isDown = arrivesAt >= outage.downAt * 1000 && arrivesAt < outage.upAt * 1000;
    return isCut || isDown || random.happens(LOSS) ? null : arrivesAt;
  }).filter((arrivesAt) => arrivesAt !== null);
}
