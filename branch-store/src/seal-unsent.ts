import type { Transaction } from "./open.ts";
import { leaveSealed, listUnsealed } from "./outbox.ts";

/** One step looks at so many events: other writers wait for it. */
const LOOKED_AT = 1000;

/**
 * Seals what waits for the cloud from before a key was known, one step of it, oldest first. True where
 * nothing is left to look at. An event that is on its way meanwhile arrives as it was: its id is the same.
 */
export function sealUnsent(tx: Transaction): boolean {
  const row = tx.sql("select looked_through as through from sealing_key").get() as
    | { through: number }
    | undefined;
  if (!row) return true;
  const rows = listUnsealed(tx, { afterSeq: row.through, limit: LOOKED_AT });
  for (const each of rows.events) leaveSealed(tx, each);
  if (rows.throughSeq > row.through)
    tx.sql("update sealing_key set looked_through = ?").run(rows.throughSeq);
  return rows.isLast;
}
