import type { BranchDocument } from "../schema.ts";

export type Stay = NonNullable<BranchDocument["roomStays"]>[number];
/** How many a box holds (ROOM_STAYS_MAX of the contract). */
export const STAYS_MAX = 3000;

export type StayState = "coming" | "here" | "over";

export function findState({ validFrom, validUntil }: Stay, now: Date): StayState {
  if (Date.parse(validUntil) <= now.getTime()) return "over";
  return Date.parse(validFrom) > now.getTime() ? "coming" : "here";
}

/** Letters and digits alone: "12 b" and "12-B" are one room, "Nguyễn" and "NGUYEN" one name. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll("đ", "d")
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** Whether it is the same stay: a stay has no number, so it is known by all that it says. */
export const isSameStay = (one: Stay, other: Stay): boolean =>
  one.room === other.room &&
  one.name === other.name &&
  one.validFrom === other.validFrom &&
  one.validUntil === other.validUntil;

/** Rooms in the order people count them, and in each room the first guest first. */
export function sortStays(stays: readonly Stay[], locale: string): Stay[] {
  const { compare } = new Intl.Collator(locale, { numeric: true });
  return stays.toSorted(
    (one, other) =>
      compare(one.room, other.room) || Date.parse(one.validFrom) - Date.parse(other.validFrom),
  );
}

/** Those whose room or name begins with, or holds, what was typed. */
export function searchStays(stays: readonly Stay[], typed: string): Stay[] {
  const words = fold(typed);
  if (words === "") return [...stays];
  return stays.filter(({ room, name }) => fold(room).includes(words) || fold(name).includes(words));
}

/** Puts one in the place of another, or adds it. */
export function putStay(stays: readonly Stay[], stay: Stay, before: Stay | null): Stay[] {
  const at = before ? stays.findIndex((each) => isSameStay(each, before)) : -1;
  return at < 0 ? [...stays, stay] : stays.with(at, stay);
}

/** From now on nobody is online by it; one that had not begun was never there. */
export function endStay(stays: readonly Stay[], stay: Stay, now: Date): Stay[] {
  if (findState(stay, now) === "coming") return stays.filter((each) => !isSameStay(each, stay));
  return stays.map((each) =>
    isSameStay(each, stay) ? { ...each, validUntil: now.toISOString() } : each,
  );
}

export type Arrivals = { stays: Stay[]; added: number; changed: number; known: number };

/**
 * Adds arrivals to the stays there are. A guest of a room who is there already at that time is not
 * added again: their stay gets the new times. So the same list may be taken in twice.
 */
export function addArrivals(stays: readonly Stay[], arrivals: readonly Stay[]): Arrivals {
  const result: Arrivals = { stays: [...stays], added: 0, changed: 0, known: 0 };
  for (const arrival of arrivals) {
    const at = result.stays.findIndex((each) => isSameGuest(each, arrival));
    const before = result.stays[at];
    if (before && isSameStay(before, arrival)) result.known += 1;
    else if (before) {
      result.stays[at] = arrival;
      result.changed += 1;
    } else {
      result.stays.push(arrival);
      result.added += 1;
    }
  }
  return result;
}

function isSameGuest(one: Stay, other: Stay): boolean {
  if (fold(one.room) !== fold(other.room) || fold(one.name) !== fold(other.name)) return false;
  return (
    Date.parse(one.validFrom) < Date.parse(other.validUntil) &&
    Date.parse(other.validFrom) < Date.parse(one.validUntil)
  );
}
