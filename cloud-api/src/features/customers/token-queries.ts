import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Purge } from "../../platform/purge-events.ts";

/** A device has no more at its box. */
const DEVICE_TOKENS_MAX = 5;

export type ToldToken = { deviceId: string; tokenHash: string; at: Date };

/** Keeps a browser's secret; the oldest of its device give way, as they do at the box. */
export async function keepDeviceToken(tx: TenantTransaction, told: ToldToken): Promise<void> {
  const { deviceId, tokenHash, at } = told;
  const { tenantId } = tx;
  await run(
    tx,
    sql`insert into device_tokens (tenant_id, device_id, token_hash, told_at)
        values (${tenantId}, ${deviceId}, ${tokenHash}, ${at})
        on conflict (tenant_id, device_id, token_hash) do nothing`,
  );
  await run(
    tx,
    sql`delete from device_tokens
        where tenant_id = ${tenantId} and device_id = ${deviceId} and token_hash not in (
          select token_hash from device_tokens
          where tenant_id = ${tenantId} and device_id = ${deviceId}
          order by told_at desc, token_hash limit ${DEVICE_TOKENS_MAX}::integer)`,
  );
}

/** The guests that a device was proved to be of. */
export async function listGuestsOfDevice(
  tx: TenantTransaction,
  deviceId: string,
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`select guest_id as id from guest_devices
      where tenant_id = ${tx.tenantId} and device_id = ${deviceId} order by guest_id`,
  );
  return rows.map(({ id }) => id);
}

/** Secrets of devices that were seen last before a moment go. Gives how many. */
export async function purgeDeviceTokens(
  tx: TenantTransaction,
  { before, limit }: Purge,
): Promise<number> {
  const gone = await listRows(
    tx,
    sql`delete from device_tokens
        where tenant_id = ${tx.tenantId} and device_id in (
          select tokens.device_id from device_tokens as tokens
          left join devices
            on devices.tenant_id = tokens.tenant_id and devices.id = tokens.device_id
          where tokens.tenant_id = ${tx.tenantId}
            and greatest(tokens.told_at, devices.last_seen_at) < ${before}
          limit ${limit})
        returning device_id`,
  );
  return gone.length;
}
