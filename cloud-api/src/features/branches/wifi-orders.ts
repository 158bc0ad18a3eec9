import { type CommandSubject, SEND_OFF, TRACE } from "@foyer/contract";
import { newId } from "../../platform/clock.ts";
import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { insertBranchCommand } from "./command-queries.ts";
import { COMMAND_SECONDS, TRACE_SECONDS } from "./rules.ts";

/**
 * Asks the boxes of a branch to take a device off the Wi-Fi. Gives the events the change causes:
 * they wake the boxes that wait.
 */
export async function orderDisconnect(
  tx: TenantTransaction,
  { branchId, deviceId }: { branchId: string; deviceId: string },
): Promise<NewEvent[]> {
  const id = newId();
  const expiresAt = new Date(tx.now.getTime() + COMMAND_SECONDS * 1000);
  await insertBranchCommand(tx, { id, branchId, kind: SEND_OFF, deviceId, about: null, expiresAt });
  return [ordered(tx, { branchId, commandId: id, kind: SEND_OFF, deviceId })];
}

/** Asks them what they noted at the door of a device, or of whoever has a number. */
export async function orderTrace(
  tx: TenantTransaction,
  { id, branchId, about }: { id: string; branchId: string; about: CommandSubject },
): Promise<NewEvent[]> {
  const expiresAt = new Date(tx.now.getTime() + TRACE_SECONDS * 1000);
  await insertBranchCommand(tx, {
    ...{ id, branchId, kind: TRACE, deviceId: null, about, expiresAt },
  });
  // Whom it is about stays out of the log.
  return [ordered(tx, { branchId, commandId: id, kind: TRACE, deviceId: null })];
}

function ordered(
  tx: TenantTransaction,
  told: { branchId: string; commandId: string; kind: string; deviceId: string | null },
): NewEvent {
  const { branchId, commandId, kind, deviceId } = told;
  return {
    ...{ id: newId(), type: "command.ordered", version: 1, occurredAt: tx.now },
    ...{ branchId, origin: null, personal: {} },
    payload: { commandId, kind, ...(deviceId === null ? {} : { deviceId }) },
  };
}

export type BranchOrder = {
  commandId: string;
  boxId: string;
  boxName: string;
  deviceId: string | null;
  orderedAt: Date;
  expiresAt: Date;
  /** Null: the box has not said. */
  outcome: string | null;
};

/** What the boxes of a branch were asked of a kind since a moment, the newest first. */
export function listBranchOrders(
  tx: TenantTransaction,
  { branchId, kind, since }: { branchId: string; kind: string; since: Date },
): Promise<BranchOrder[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<BranchOrder>`
      select ordered.id as "commandId", boxes.id as "boxId", boxes.name as "boxName",
        ordered.device_id as "deviceId", ordered.created_at as "orderedAt",
        ordered.expires_at as "expiresAt", answered.outcome
      from boxes
      join box_commands as ordered on ordered.tenant_id = ${tenantId}
        and ordered.box_id = boxes.id and ordered.kind = ${kind} and ordered.created_at >= ${since}
      left join command_answers as answered on answered.tenant_id = ${tenantId}
        and answered.command_id = ordered.id and answered.box_id = boxes.id
      where boxes.tenant_id = ${tenantId} and boxes.branch_id = ${branchId}
        and boxes.removed_at is null
      order by ordered.created_at desc, boxes.id limit ${ORDERS_LISTED_MAX}`,
  );
}
const ORDERS_LISTED_MAX = 500;
