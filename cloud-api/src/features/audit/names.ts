import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { findReach, type Grant } from "../../platform/rights.ts";
import type { EntryRow } from "./queries.ts";
import { listIds } from "./rules.ts";

/** So many records are named on a page; entries that name more tell the others by their ids. */
const NAMED_MAX = 2000;

type Reader = Pick<Context, "names" | "permissions"> & { grants: readonly Grant[] };

/** What the records are called that entries are about or name, as far as somebody may read these. */
export async function nameRecords(
  tx: TenantTransaction,
  rows: readonly EntryRow[],
  { names, permissions, grants }: Reader,
): Promise<{ id: string; name: string }[]> {
  const ids = listIds(rows.map(({ recordId, before, after }) => [recordId, before, after]));
  if (ids.length === 0) return [];
  const found = new Map<string, string>();
  for (const { permission, list } of names) {
    const mayRead =
      permission === null || findReach(grants, permission, permissions)?.kind === "tenant";
    if (!mayRead) continue;
    for (const [id, name] of await list(tx, ids.slice(0, NAMED_MAX))) found.set(id, name);
  }
  return [...found].map(([id, name]) => ({ id, name }));
}
