import { createHash, randomBytes } from "node:crypto";
import { type Device, findDevice } from "./devices.ts";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";

const TOKEN_BYTES = 32;
/** More browsers than anybody uses on one phone. */
const DEVICE_TOKENS_MAX = 5;

type TokenRow = { device_id: string; is_told: number };

/** What stays of a browser's secret, in hex: here, and where the cloud knows of it. */
export const hashToken = (token: string): string =>
  createHash("sha256").update(token).digest("hex");

/** A secret for a browser of the device to keep; only its hash stays here. The oldest give way. */
export function issueDeviceToken(tx: Transaction, deviceId: string): string {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const tokenHash = hashToken(token);
  tx.sql(
    "insert into device_tokens (token_sha256, device_id, issued_at, is_told) values (?, ?, ?, 1)",
  ).run(tokenHash, deviceId, tx.now.getTime());
  // In the order they were issued, whatever the clock told.
  tx.sql(
    `delete from device_tokens where device_id = ? and rowid not in
       (select rowid from device_tokens where device_id = ? order by rowid desc limit ?)`,
  ).run(deviceId, deviceId, DEVICE_TOKENS_MAX);
  appendEvent(tx, "device.token-issued", { deviceId, tokenHash });
  return token;
}

/** Whether the browser's secret is this device's; one of an older release is told of from now on. */
export function keepsDeviceToken(
  tx: Transaction,
  { deviceId, token }: { deviceId: string; token: string },
): boolean {
  const tokenHash = hashToken(token);
  const row = findToken(tx, tokenHash);
  if (row?.device_id !== deviceId) return false;
  if (row.is_told === 1) return true;
  tx.sql("update device_tokens set is_told = 1 where token_sha256 = ?").run(tokenHash);
  appendEvent(tx, "device.token-issued", { deviceId, tokenHash });
  return true;
}

export function findDeviceByToken(tx: Reader, token: string): Device | null {
  const row = findToken(tx, hashToken(token));
  return row ? findDevice(tx, row.device_id) : null;
}

const findToken = (tx: Reader, tokenHash: string): TokenRow | undefined =>
  tx.sql("select device_id, is_told from device_tokens where token_sha256 = ?").get(tokenHash) as
    | TokenRow
    | undefined;
