import type { TenantTransaction } from "../../platform/db.ts";
import type { Sealing } from "../../platform/sealing.ts";
import type { Configured } from "./adapters/adapter.ts";
import { findSenderRow, listSecretRows, type SenderRow, setSecret } from "./queries.ts";

/** What a sealed secret is bound to: in another row or field it opens nothing. */
export function placeOf(tx: TenantTransaction, senderId: string, field: string): string {
  return `sender:${tx.tenantId}:${senderId}:${field}`;
}

export type OpenedSender = SenderRow & { configured: Configured };

/** A sender with its secrets opened, for the moment of a call; null when it was removed. */
export async function openSender(
  tx: TenantTransaction,
  sealing: Sealing,
  senderId: string,
): Promise<OpenedSender | null> {
  const row = await findSenderRow(tx, senderId);
  if (!row) return null;
  const secrets = await listSecretRows(tx, senderId);
  const opened = secrets.map(({ field, sealed }) => [
    field,
    sealing.open(sealed, placeOf(tx, senderId, field)),
  ]);
  return { ...row, configured: { ...row.settings, ...Object.fromEntries(opened) } };
}

export async function keepSecret(
  tx: TenantTransaction,
  sealing: Sealing,
  { senderId, field, secret }: { senderId: string; field: string; secret: string },
): Promise<void> {
  const sealed = sealing.seal(secret, placeOf(tx, senderId, field));
  await setSecret(tx, { senderId, field, sealed });
}
