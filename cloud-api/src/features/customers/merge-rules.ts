import type { Side } from "./merge-queries.ts";

/** For so long two records can be parted again. */
export const PART_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

export type MergeFault =
  /** There is no such record. */
  | "missing"
  | "same"
  | "forgotten"
  /** One of them is part of another record already. */
  | "merged-before"
  /** Each has a number of their own: only a person may say that they are one. */
  | "two-phones";

/** Why two records are not made one; null where they may be. */
export function findMergeFault(
  { kept, gone }: { kept: Side | undefined; gone: Side | undefined },
  by: "staff" | "machine",
): MergeFault | null {
  if (!kept || !gone) return "missing";
  if (kept.id === gone.id) return "same";
  if (kept.isErased || gone.isErased) return "forgotten";
  if (kept.mergedInto !== null || gone.mergedInto !== null) return "merged-before";
  return by === "machine" && kept.hasPhone && gone.hasPhone ? "two-phones" : null;
}

export type PartFault =
  | "missing"
  | "forgotten"
  /** The record is part of a further one: that is to be undone first. */
  | "merged-on"
  | "too-late";

/** Why a merge cannot be undone; null where it can. */
export function findPartFault(
  { kept, gone }: { kept: Side | undefined; gone: Side | undefined },
  { mergedAt, at }: { mergedAt: Date; at: Date },
): PartFault | null {
  if (!kept || !gone) return "missing";
  if (kept.isErased || gone.isErased) return "forgotten";
  if (kept.mergedInto !== null) return "merged-on";
  if (gone.mergedInto !== kept.id) return "missing";
  return canStillPart(mergedAt, at) ? null : "too-late";
}

export function canStillPart(mergedAt: Date, at: Date): boolean {
  return at.getTime() - mergedAt.getTime() <= PART_DAYS * DAY_MS;
}

export type Restrictions = {
  /** Since when the two are restricted as one; null: they are not, or not any more. */
  joint: Date | null;
  /** What the record that goes had brought. */
  gone: Date | null;
  /** Since when each other record is that stays a part of the kept one. */
  others: readonly Date[];
  /** When restrictions were carried out while the two were one, by whose each request is. */
  askedOfKept: readonly Date[];
  askedOfGone: readonly Date[];
};

/** Since when each of two records is restricted that are parted: what was asked for one is that one's. */
export function partRestrictions({ joint, gone, others, askedOfKept, askedOfGone }: Restrictions): {
  kept: Date | null;
  gone: Date | null;
} {
  if (!joint) return { kept: null, gone };
  // What was carried out before was lifted since.
  const stands = (at: Date) => at >= joint;
  const isOfGone = [gone, ...askedOfGone].some((at) => at?.getTime() === joint.getTime());
  return {
    kept: isOfGone ? findFirst([...others, ...askedOfKept.filter(stands)]) : joint,
    gone: gone ?? findFirst(askedOfGone.filter(stands)),
  };
}

function findFirst(times: readonly Date[]): Date | null {
  return times.toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null;
}
