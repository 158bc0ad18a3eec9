import type { Random } from "./seeded.ts";

// One invented day at a branch, in whole seconds since its beginning: who is where, and when. Pure.

export const DAY_SECONDS = 24 * 60 * 60;
/** What the branch's settings say: sessions closer together than this are one visit. */
export const VISIT_GAP_SECONDS = 60 * 60;
const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** How each of the three access controllers accounts for its guests. */
export type Habits = {
  interimSeconds: number;
  /** Session ids begin again after a reboot: never, for the whole NAS, or for each device. */
  idsBeginAgain: "never" | "nas" | "device";
  tellsReboot: boolean;
  /** Tells in Acct-Delay-Time how late a repeated record is, under a new identifier. */
  tellsDelay: boolean;
};

export const NAS_HABITS: readonly [Habits, Habits, Habits] = [
  { interimSeconds: 600, idsBeginAgain: "never", tellsReboot: true, tellsDelay: true },
  { interimSeconds: 300, idsBeginAgain: "nas", tellsReboot: true, tellsDelay: false },
  { interimSeconds: 900, idsBeginAgain: "device", tellsReboot: false, tellsDelay: true },
];

/** From its loss of power until it hears devices again. */
export type Reboot = { nas: number; downAt: number; upAt: number };

/** One association of a device with a NAS, as it truly was. */
export type Association = {
  mac: string;
  nas: number;
  acctSessionId: string;
  startsAt: number;
  endsAt: number;
  /** Whether its NAS notices the end and tells of it; one that loses power does not. */
  isStopTold: boolean;
  uploadRate: number;
  downloadRate: number;
};

export type Branch = { reboots: Reboot[]; associations: Association[] };

export function inventDay(random: Random, guests: number): Branch {
  const reboots = NAS_HABITS.flatMap((_, nas) => inventReboots(random, nas));
  const associations = Array.from({ length: guests }, (_, at) =>
    inventGuest(random, macOf(at), reboots),
  ).flat();
  associations.sort((one, other) => one.startsAt - other.startsAt);
  nameSessions(associations, reboots);
  return { reboots, associations };
}

/** Made-up addresses and makers' own, by turns. */
export const macOf = (at: number): string =>
  `${at % 2 === 0 ? "AC" : "02"}-00-5E-00-53-${at.toString(16).padStart(2, "0").toUpperCase()}`;

function inventReboots(random: Random, nas: number): Reboot[] {
  const [first, second] = [
    random.between(2 * HOUR, 11 * HOUR),
    random.between(12 * HOUR, 22 * HOUR),
  ];
  const times = random.happens(0.7) ? [first, second] : [first];
  return times.map((downAt) => ({ nas, downAt, upAt: downAt + random.between(90, 300) }));
}

/** One to three visits of minutes to hours, further apart than the branch's gap. */
function inventGuest(random: Random, mac: string, reboots: readonly Reboot[]): Association[] {
  const found: Association[] = [];
  let arrivesAt = random.between(0, 20 * HOUR);
  for (let visits = random.between(1, 3); visits > 0; visits--) {
    const length = random.pick([
      random.between(MINUTE, 20 * MINUTE),
      random.between(20 * MINUTE, 2 * HOUR),
      random.between(2 * HOUR, 6 * HOUR),
    ]);
    const leavesAt = Math.min(arrivesAt + length, DAY_SECONDS);
    found.push(...inventStay(random, { mac, arrivesAt, leavesAt, reboots }));
    const lastAt = Math.max(leavesAt, ...found.map((each) => each.endsAt));
    arrivesAt = lastAt + random.between(VISIT_GAP_SECONDS + 3 * MINUTE, 6 * HOUR);
    if (arrivesAt > DAY_SECONDS - MINUTE) break;
  }
  return found;
}

type Stay = { mac: string; arrivesAt: number; leavesAt: number; reboots: readonly Reboot[] };

function inventStay(random: Random, { mac, arrivesAt, leavesAt, reboots }: Stay): Association[] {
  const found: Association[] = [];
  let at = arrivesAt;
  while (at < leavesAt) {
    const nas = random.between(0, NAS_HABITS.length - 1);
    const isDown = reboots.some((each) => each.nas === nas && each.downAt <= at && at < each.upAt);
    // It finds another at once, or this one when it is up again.
    if (isDown) {
      at += random.between(1, 120);
      continue;
    }
    const wanted = Math.min(leavesAt, at + random.between(20, 3 * HOUR));
    const reboot = reboots.find((each) => each.nas === nas && each.downAt > at);
    const isCut = reboot !== undefined && reboot.downAt <= wanted;
    const leftAt = isCut ? reboot.downAt : wanted;
    found.push(associate(random, { mac, nas, startsAt: at, leftAt, isCut, reboot }));
    at = leftAt + (isCut ? random.between(1, 400) : pauseAfter(random));
  }
  return found;
}

/** Roaming takes seconds; a phone's Wi-Fi is off for a moment or for most of the gap. */
function pauseAfter(random: Random): number {
  const roams = random.between(0, 3);
  const breaks = random.between(5, 10 * MINUTE);
  const pauses = random.between(10 * MINUTE, VISIT_GAP_SECONDS - 2 * MINUTE);
  return random.pick([roams, roams, roams, breaks, pauses]);
}

function associate(
  random: Random,
  own: {
    mac: string;
    nas: number;
    startsAt: number;
    leftAt: number;
    isCut: boolean;
    reboot: Reboot | undefined;
  },
): Association {
  const { mac, nas, startsAt, leftAt, isCut, reboot } = own;
  // A NAS that hears nothing more keeps the session for its idle time, or forgets it for good.
  const idle = !isCut && random.happens(0.2) ? random.between(30, 300) : 0;
  const endsAt = reboot ? Math.min(leftAt + idle, reboot.downAt) : leftAt + idle;
  const isBusy = random.happens(0.3);
  return {
    ...{ mac, nas, acctSessionId: "", startsAt, endsAt },
    isStopTold: !isCut && endsAt !== reboot?.downAt && !random.happens(0.08),
    uploadRate: random.between(0, isBusy ? 3_000_000 : 20_000),
    downloadRate: random.between(100, isBusy ? 12_000_000 : 200_000),
  };
}

/** Ids as each NAS counts them, from the beginning or from its last reboot. */
function nameSessions(associations: readonly Association[], reboots: readonly Reboot[]): void {
  const counts = new Map<string, number>();
  for (const each of associations) {
    const { nas, mac, startsAt } = each;
    const boots = reboots.filter((reboot) => reboot.nas === nas && reboot.upAt <= startsAt).length;
    const habit = (NAS_HABITS[nas] as Habits).idsBeginAgain;
    const owner = habit === "device" ? mac : "";
    const counter = `${nas} ${habit === "never" ? "" : boots} ${owner}`;
    const count = (counts.get(counter) ?? 0) + 1;
    counts.set(counter, count);
    each.acctSessionId = `${owner}${count.toString(16).padStart(8, "0")}`;
  }
}
