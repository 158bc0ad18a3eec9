import { type CommandSubject, END_CREDENTIAL, SEND_OFF, TRACE } from "@foyer/contract";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { insertBoxCommand, insertBranchCommand } from "./command-queries.ts";
import { COMMAND_SECONDS, KEY_ORDER_SECONDS, TRACE_SECONDS } from "./rules.ts";

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

export type KeyOrder = { commandId: string; expiresAt: Date; events: NewEvent[] };

/** Asks the box that gave a device its key of the member Wi-Fi to take it back. */
export async function orderKeyEnd(
  tx: TenantTransaction,
  { branchId, boxId, deviceId }: { branchId: string; boxId: string; deviceId: string },
): Promise<KeyOrder> {
  const commandId = newId();
  const kind = END_CREDENTIAL;
  const expiresAt = new Date(tx.now.getTime() + KEY_ORDER_SECONDS * 1000);
  await insertBoxCommand(tx, { id: commandId, boxId, kind, deviceId, about: null, expiresAt });
  return { commandId, expiresAt, events: [ordered(tx, { branchId, commandId, kind, deviceId })] };
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
