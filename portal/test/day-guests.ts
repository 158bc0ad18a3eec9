import type { Random } from "./seeded.ts";

export type Method = "phone" | "access-code" | "click-through";

/** One coming of one guest, decided before the day begins. */
export type Coming = {
  guest: number;
  /** Minutes since the day began. */
  minute: number;
  method: Method;
  nas: "coova" | "opennds";
  phone: string;
  mac: string;
  ip: string;
  /** The device was this guest's before, by a sign-in that makes it known. */
  isKnown: boolean;
  /** The number was proved before, on this MAC or another. */
  isPhoneKnown: boolean;
  /** Closes the sheet while the code is on its way, and comes back. */
  closes: boolean;
  /** Presses every button twice. */
  taps: 1 | 2;
  wrongCodes: number;
  /** The first way back never reaches the NAS: the guest presses once more later. */
  losesWayBack: boolean;
};

export const GUESTS = 500;
const DAY_MINUTES = 16 * 60;
/** Longer than a session and a visit's gap take. */
const BACK_AFTER_MINUTES = 120;
/** The gateway is down in between, in minutes since the day began. */
export const OUTAGE = { from: 300, to: 360 };

const hex = (value: number) => value.toString(16).padStart(2, "0").toUpperCase();
const macOf = (guest: number, rotation: number) =>
  `02-AA-${hex(rotation)}-00-${hex(guest >> 8)}-${hex(guest & 255)}`;

/** What every guest of the day does, and when; in the order of the clock. */
export function planDay(random: Random): Coming[] {
  const comings: Coming[] = [];
  for (let guest = 0; guest < GUESTS; guest += 1) {
    const minute = random.between(0, DAY_MINUTES - BACK_AFTER_MINUTES * 2);
    const first = planFirst(random, guest, minute);
    comings.push(first);
    if (random.happens(0.3)) comings.push(planSecond(random, first));
  }
  return comings.toSorted((one, other) => one.minute - other.minute);
}

function planFirst(random: Random, guest: number, minute: number): Coming {
  const chance = random.next();
  return {
    ...{ guest, minute },
    method: chance < 0.7 ? "phone" : chance < 0.85 ? "access-code" : "click-through",
    nas: random.happens(0.5) ? "coova" : "opennds",
    phone: `0912${String(100_000 + guest * 13)}`,
    ...{ mac: macOf(guest, 0), ip: `10.10.${1 + (guest >> 8)}.${guest & 255}` },
    ...{ isKnown: false, isPhoneKnown: false },
    ...planManners(random),
  };
}

function planSecond(random: Random, first: Coming): Coming {
  const rotates = random.happens(0.4);
  return {
    ...first,
    minute: first.minute + BACK_AFTER_MINUTES + random.between(0, BACK_AFTER_MINUTES),
    mac: rotates ? macOf(first.guest, 1) : first.mac,
    // An access code says nothing of who holds it.
    isKnown: !rotates && first.method !== "access-code",
    isPhoneKnown: first.method === "phone" && !isInOutage(first.minute),
    ...planManners(random),
  };
}

function planManners(random: Random) {
  return {
    closes: random.happens(0.25),
    taps: random.happens(0.3) ? (2 as const) : (1 as const),
    wrongCodes: random.happens(0.2) ? random.between(1, 3) : 0,
    losesWayBack: random.happens(0.1),
  };
}

export const isInOutage = (minute: number) => minute >= OUTAGE.from && minute < OUTAGE.to;

/** How they are expected to come in: the plan's method, or what the branch has instead. */
export function wayInOf(coming: Coming): Method | "returning" {
  if (coming.isKnown) return "returning";
  if (coming.method === "phone" && isInOutage(coming.minute)) return "click-through";
  return coming.method;
}
