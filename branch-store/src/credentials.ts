import { randomBytes } from "node:crypto";
import type { CredentialEnd } from "@foyer/contract";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";

/** What one device of a guest proves itself with on the secure SSID, until it is revoked. */
export type Credential = {
  /** Opaque: says nothing of the guest to the NAS. */
  username: string;
  /** In clear, since CHAP and MS-CHAPv2 need it; 128 random bits that open nothing else. */
  password: string;
  /** The device it was issued to; under a MAC of another day it is another device. */
  deviceId: string;
  guestId: string;
  issuedAt: Date;
  revokedAt: Date | null;
};

type CredentialRow = {
  username: string;
  password: string;
  device_id: string;
  guest_id: string;
  issued_at: number;
  revoked_at: number | null;
};

/** A credential for this device of this guest. Those it had before are revoked. */
export function issueCredential(
  tx: Transaction,
  { deviceId, guestId }: { deviceId: string; guestId: string },
): Credential {
  revokeCredentials(tx, { deviceId, by: "replaced" });
  const username = randomBytes(12).toString("base64url");
  const password = randomBytes(16).toString("base64url");
  tx.sql(
    `insert into credentials (username, password, device_id, guest_id, issued_at)
     values (?, ?, ?, ?, ?)`,
  ).run(
    ...[username, tx.columns.lock("credentials.password", password), deviceId, guestId],
    tx.now.getTime(),
  );
  appendEvent(tx, "credential.issued", { deviceId, guestId });
  return { username, password, deviceId, guestId, issuedAt: tx.now, revokedAt: null };
}

/** A revoked one is found too: see `revokedAt`. */
export function findCredential(tx: Reader, username: string): Credential | null {
  const row = tx.sql("select * from credentials where username = ?").get(username);
  if (!row) return null;
  const { password, device_id, guest_id, issued_at, revoked_at } = row as CredentialRow;
  return {
    username,
    password: tx.columns.unlock("credentials.password", password),
    deviceId: device_id,
    guestId: guest_id,
    issuedAt: new Date(issued_at),
    revokedAt: revoked_at === null ? null : new Date(revoked_at),
  };
}

/**
 * Whether staff took a credential back: what goes on by it is to end. What its guest has taken back
 * themselves, or has another for, is left to its own end.
 */
export function isTakenBackByStaff(tx: Reader, username: string): boolean {
  const row = tx
    .sql("select 1 from credentials where username = ? and revoked_by = 'staff'")
    .get(username);
  return row !== undefined;
}

/** The devices that have a credential of this guest's which was not revoked. */
export function listCredentialDevices(tx: Reader, guestId: string): string[] {
  const rows = tx
    .sql("select device_id from credentials where guest_id = ? and revoked_at is null")
    .all(guestId) as CredentialRow[];
  return rows.map((row) => row.device_id);
}

/**
 * Ends the credentials of a device, all of them or those of other guests, or of all devices of a
 * guest. Returns how many were live.
 */
export function revokeCredentials(
  tx: Transaction,
  { by, ...whose }: Revoked & { by: CredentialEnd },
): number {
  const now = tx.now.getTime();
  const revoked =
    "deviceId" in whose
      ? tx
          .sql(
            `update credentials set revoked_at = ?, revoked_by = ?
             where device_id = ? and guest_id is not ? and revoked_at is null
             returning device_id, guest_id`,
          )
          .all(now, by, whose.deviceId, whose.exceptGuestId ?? null)
      : tx
          .sql(
            `update credentials set revoked_at = ?, revoked_by = ?
             where guest_id = ? and revoked_at is null returning device_id, guest_id`,
          )
          .all(now, by, whose.guestId);
  for (const { device_id: deviceId, guest_id: guestId } of revoked as CredentialRow[])
    appendEvent(tx, "credential.revoked", { deviceId, guestId, by });
  return revoked.length;
}

type Revoked = { deviceId: string; exceptGuestId?: string } | { guestId: string };
