import { type Purged, type Retention, STANDARD_RETENTION } from "@foyer/contract";
import type { Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";
import { notePurgeDone } from "./purge-due.ts";
import { PURGE_STEPS } from "./purge-steps.ts";
import { findSettings } from "./settings.ts";

export { lookWhetherPurgeIsDue } from "./purge-due.ts";

/** Rows looked at in one transaction: few enough that nobody who signs in has to wait for it. */
const SLICE_ROWS = 500;

/** How far a pass has come. */
export type PurgePlace = {
  /** Milliseconds: the moment it goes by, the same from its first slice to its last. */
  at: number;
  step: number;
  /** The last row that was looked at. */
  after: number;
  /** No row from here on was made before this moment: see purge-steps.ts. */
  madeSince: number;
};

export const beginPurge = (at: Date): PurgePlace => ({
  at: at.getTime(),
  step: 0,
  after: 0,
  madeSince: 0,
});

export const NOTHING_PURGED: Purged = {
  networkLogs: 0,
  sessions: 0,
  visits: 0,
  macs: 0,
  devices: 0,
  guests: 0,
  consents: 0,
  surveyAnswers: 0,
  coupons: 0,
  codes: 0,
};

/**
 * Looks through the next few rows of a pass and removes what its time is over for. Gives where it goes
 * on; null where the pass is through. Done again, it removes nothing more.
 */
export function purgeSlice(
  tx: Transaction,
  place: PurgePlace,
): { removed: Partial<Purged>; next: PurgePlace | null } {
  const step = PURGE_STEPS[place.step];
  if (!step) return { removed: {}, next: null };
  const { to } = tx
    .sql(
      `select max(rowid) as "to" from (
         select rowid from ${step.table} where rowid > ? order by rowid limit ?)`,
    )
    .get(place.after, SLICE_ROWS) as { to: number | null };
  if (to === null) return { removed: {}, next: { ...place, ...nextStep(place) } };
  // The box's time may have been put back since the pass began.
  const at = Math.min(place.at, tx.now.getTime());
  const { removed, madeSince } = step.purge(tx, { ...place, at, to, retention: findRetention(tx) });
  return { removed, next: { ...place, after: to, madeSince } };
}

const nextStep = ({ step }: PurgePlace) => ({ step: step + 1, after: 0, madeSince: 0 });

/** The pass is through: what it removed, and by which days, is told. */
export function finishPurge(tx: Transaction, removed: Purged): void {
  notePurgeDone(tx);
  appendEvent(tx, "box.purged", { retention: findRetention(tx), removed });
}

export function addPurged(sum: Purged, more: Partial<Purged>): Purged {
  const keys = Object.keys(sum) as (keyof Purged)[];
  return Object.fromEntries(keys.map((key) => [key, (sum[key] ?? 0) + (more[key] ?? 0)])) as Purged;
}

const findRetention = (tx: Transaction): Retention =>
  findSettings(tx)?.retention ?? STANDARD_RETENTION;
