import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import type { RequestState } from "./request-queries.ts";
import type { Failure, Way } from "./rules.ts";

/** An event of this feature's own: it moves the log, which wakes the boxes that wait and the screens. */
export function codeEvent(
  tx: TenantTransaction,
  {
    type,
    branchId,
    payload,
  }: { type: string; branchId: string | null; payload: Record<string, unknown> },
): NewEvent {
  const common = { version: 1, origin: null, personal: {} };
  return { id: newId(), type, occurredAt: tx.now, branchId, payload, ...common };
}

export type Told = {
  id: string;
  branchId: string;
  codeId: string;
  state: RequestState;
  way: Way | null;
  failure: Failure | null;
};

/** What became of a code: of whom it was for, and of the code, nothing. */
export function codeAnswered(
  tx: TenantTransaction,
  { id: messageId, branchId, codeId, state, way, failure }: Told,
): NewEvent {
  const payload = { messageId, codeId, state, way, failure };
  return codeEvent(tx, { type: "code.answered", branchId, payload });
}
