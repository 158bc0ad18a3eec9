import { randomInt } from "node:crypto";
import {
  type Credential,
  findCredential,
  issueCredential,
  revokeCredentials,
} from "./credentials.ts";
import type { Reader, Transaction } from "./open.ts";

/** How long a link works, counted from when it was issued. */
export const MEMBER_LINK_SECONDS = 15 * 60;
/** A link with less of its life left is not shown again: a new one is. */
const SHOWN_AGAIN_SECONDS = 5 * 60;
/** Each link issues one credential at most, so this bounds both. */
export const MEMBER_LINKS_PER_DEVICE_HOUR = 10;
const HOUR_MS = 60 * 60 * 1000;
/** Guests may have to type it: no letter looks like a digit or like another. 80 bits. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz023456789";
const TOKEN_LETTERS = 16;

/** The way from any browser of a device to the credential that this device is given. */
export type MemberLink = {
  token: string;
  deviceId: string;
  guestId: string;
  /** The only address from which it opens anything. */
  remoteAddress: string;
  issuedAt: Date;
  expiresAt: Date;
};

type LinkRow = {
  token: string;
  device_id: string;
  guest_id: string;
  remote_address: string;
  issued_at: number;
  ended_at: number | null;
  username: string | null;
};

const toLink = (row: LinkRow): MemberLink => ({
  token: row.token,
  deviceId: row.device_id,
  guestId: row.guest_id,
  remoteAddress: row.remote_address,
  issuedAt: new Date(row.issued_at),
  expiresAt: new Date(row.issued_at + MEMBER_LINK_SECONDS * 1000),
});

export type LinkIssue =
  | { kind: "link"; link: MemberLink }
  /** This device has had as many as it may within an hour. */
  | { kind: "too-many" };

/** The link of this device, guest and address that still works for a while, else a new one. */
export function issueMemberLink(
  tx: Transaction,
  whose: { deviceId: string; guestId: string; remoteAddress: string },
): LinkIssue {
  const { deviceId, guestId, remoteAddress } = whose;
  const now = tx.now.getTime();
  // A clock that was put back must not keep what lies ahead of it.
  tx.sql("delete from member_links where issued_at < ? or issued_at > ?").run(now - HOUR_MS, now);
  const since = now - (MEMBER_LINK_SECONDS - SHOWN_AGAIN_SECONDS) * 1000;
  const shown = tx
    .sql(
      `select * from member_links
       where device_id = ? and guest_id = ? and remote_address = ? and issued_at > ?
       order by issued_at desc, rowid desc limit 1`,
    )
    .get(deviceId, guestId, remoteAddress, since) as LinkRow | undefined;
  if (shown && !isSpent(tx, shown)) return { kind: "link", link: toLink(shown) };
  const { issued } = tx
    .sql("select count(*) as issued from member_links where device_id = ?")
    .get(deviceId) as { issued: number };
  if (issued >= MEMBER_LINKS_PER_DEVICE_HOUR) return { kind: "too-many" };
  const token = makeToken();
  tx.sql(
    `insert into member_links (token, device_id, guest_id, remote_address, issued_at)
     values (?, ?, ?, ?, ?)`,
  ).run(token, deviceId, guestId, remoteAddress, now);
  return { kind: "link", link: toLink(getRow(tx, token)) };
}

/** The link, while it works from there: its time not over, and what it issued not revoked. */
export function findMemberLink(
  tx: Reader,
  { token, remoteAddress }: { token: string; remoteAddress: string },
): MemberLink | null {
  const row = tx.sql("select * from member_links where token = ?").get(token);
  if (!row) return null;
  const found = row as LinkRow;
  const age = tx.now.getTime() - found.issued_at;
  if (age < 0 || age > MEMBER_LINK_SECONDS * 1000) return null;
  if (found.remote_address !== remoteAddress || isSpent(tx, found)) return null;
  return toLink(found);
}

/**
 * The credential of the link's device: issued the first time, and the same again while the link
 * works, since a download may break. Null when the link does not work.
 */
export function redeemMemberLink(
  tx: Transaction,
  asked: { token: string; remoteAddress: string },
): Credential | null {
  const link = findMemberLink(tx, asked);
  if (!link) return null;
  const { username } = getRow(tx, link.token);
  if (username !== null) return findCredential(tx, username);
  const credential = issueCredential(tx, { deviceId: link.deviceId, guestId: link.guestId });
  tx.sql("update member_links set username = ? where token = ?").run(
    credential.username,
    link.token,
  );
  return credential;
}

/** Ends links before their time: a device's, or all of a guest. They still count in their hour. */
export function endMemberLinks(
  tx: Transaction,
  whose: { deviceId: string } | { guestId: string },
): void {
  const [column, id] =
    "deviceId" in whose ? ["device_id", whose.deviceId] : ["guest_id", whose.guestId];
  tx.sql(`update member_links set ended_at = ? where ${column} = ? and ended_at is null`).run(
    tx.now.getTime(),
    id,
  );
}

/** At the word of staff: neither what a device has nor what it could still fetch opens anything. */
export function takeBackCredential(tx: Transaction, deviceId: string): void {
  endMemberLinks(tx, { deviceId });
  revokeCredentials(tx, { deviceId, by: "staff" });
}

/** It was ended, or what it issued was revoked or gave way to a newer one. */
function isSpent(tx: Reader, { username, ended_at }: LinkRow): boolean {
  if (ended_at !== null) return true;
  return username !== null && findCredential(tx, username)?.revokedAt !== null;
}

function getRow(tx: Reader, token: string): LinkRow {
  return tx.sql("select * from member_links where token = ?").get(token) as LinkRow;
}

function makeToken(): string {
  const letter = () => ALPHABET[randomInt(ALPHABET.length)];
  return Array.from({ length: TOKEN_LETTERS }, letter).join("");
}
