import { type DirectoryTransaction, findRow, run, sql } from "../../platform/db.ts";

/** What somebody saw when they last looked at what is new: ids of entries of the change log. */
export type ChangeLook = { lookedAt: Date; entries: string[] };

export function findChangeLook(
  tx: DirectoryTransaction,
  staffId: string,
): Promise<ChangeLook | null> {
  return findRow(
    tx,
    sql<ChangeLook>`select looked_at as "lookedAt", entries
      from directory.find_change_look(${staffId})`,
  );
}

/** A look that was later stays. */
export function saveChangeLook(
  tx: DirectoryTransaction,
  { staffId, entries }: { staffId: string; entries: readonly string[] },
): Promise<void> {
  return run(tx, sql`select directory.save_change_look(${staffId}, ${tx.now}, ${entries}::text[])`);
}
