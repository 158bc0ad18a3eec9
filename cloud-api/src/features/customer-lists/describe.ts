import type { TenantTransaction } from "../../platform/db.ts";
import { nameStaff } from "../customers/index.ts";
import { type ActionRow, countReasons } from "./action-queries.ts";
import { isUndoable } from "./rules.ts";
import type { ActionReply } from "./schema.ts";

/** Actions as staff see them. */
export async function describeActions(
  tx: TenantTransaction,
  rows: readonly ActionRow[],
): Promise<ActionReply[]> {
  const names = await nameStaff(tx, rows);
  const counted = await countReasons(
    tx,
    rows.filter(({ refused, left }) => refused + left > 0).map(({ id }) => id),
  );
  return rows.map((row) => ({
    ...{ id: row.id, kind: row.kind, markId: row.markId, markName: row.markName },
    ...{ filter: row.filter, state: row.state, failure: row.failure, staffId: row.staffId },
    staffName: names.get(row.staffId) ?? null,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    ...{ total: row.total, done: row.done, changed: row.changed, refused: row.refused },
    ...{ undone: row.undone, left: row.left },
    reasons: counted
      .filter(({ actionId }) => actionId === row.id)
      .map(({ reason, customers }) => ({ reason, customers })),
    mayUndo: isUndoable(row, row.cleanedAt !== null),
  }));
}
