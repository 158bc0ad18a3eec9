import type { TenantTransaction } from "../../platform/db.ts";
import type { CloudEvents, EventHandlers, LogEvent, NewEvent } from "../../platform/events.ts";
import { addMarks } from "../marks/index.ts";
import { type Applied, noteApplied } from "./queries.ts";

type AppliedEvent = LogEvent<"customer.import-applied", CloudEvents["customer.import-applied"]>;

/** Counts what became of a batch, and gives its customers the marks their rows ask for. */
export const importHandlers: EventHandlers = {
  "customer.import-applied": async (tx, { payload }: AppliedEvent) => {
    const applied: Applied = { new: 0, changed: 0, same: 0, leftOut: 0 };
    for (const { kind } of Object.values(payload.rows))
      applied[kind === "left-out" ? "leftOut" : kind] += 1;
    await noteApplied(tx, { importId: payload.importId, number: payload.batch, applied });
    return await giveMarks(tx, payload);
  },
};

/** What staff chose stands already when a log is read again, and may have been changed since. */
async function giveMarks(
  tx: TenantTransaction,
  { rows, staffId }: CloudEvents["customer.import-applied"],
): Promise<NewEvent[]> {
  if (tx.replaying) return [];
  const marks = Object.values(rows).flatMap(({ customerId, groupId, tagIds = [] }) =>
    customerId === undefined
      ? []
      : [...(groupId === undefined ? [] : [groupId]), ...tagIds].map((markId) => ({
          customerId,
          markId,
        })),
  );
  return await addMarks(tx, { marks, staffId });
}
