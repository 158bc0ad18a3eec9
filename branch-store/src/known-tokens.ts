import type { KnownToken } from "@foyer/contract";
import { hashToken } from "./device-tokens.ts";
import { type Device, findRecogniseDays, linkDevice, recogniseDevice } from "./devices.ts";
import { findGuest, type Guest } from "./guests.ts";
import { findGuestIdOfKnown, type Known, registerKnown } from "./known-devices.ts";
import { findKeyedHash, findKnownGuestById } from "./known-guests.ts";
import { toHashBlob } from "./octets.ts";
import type { Reader, Transaction } from "./open.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

type KnownTokenRow = { known_id: number; proved_on: number };

/** Keeps whose browsers the cloud says these are; of two guests of one, the later proof counts. */
export function insertKnownTokens(
  tx: Transaction,
  { knownId, tokens }: { knownId: number; tokens: readonly KnownToken[] },
): void {
  for (const { tokenHash, provedOn } of tokens)
    tx.sql(
      `insert into known_tokens (token_hash, known_id, proved_on) values (?, ?, ?)
       on conflict (token_hash) do update set known_id = excluded.known_id,
         proved_on = excluded.proved_on
       where excluded.proved_on >= known_tokens.proved_on`,
    ).run(toHashBlob(tokenHash), knownId, Math.floor(Date.parse(provedOn) / DAY_MS));
}

/** Whose browser the cloud says this is, while that is believed; null: nobody's. */
function findKnownGuestByToken(tx: Reader, token: string): Known | null {
  const hash = findKeyedHash(tx, hashToken(token));
  if (hash === null) return null;
  const row = tx.sql("select * from known_tokens where token_hash = ?").get(toHashBlob(hash)) as
    | KnownTokenRow
    | undefined;
  if (!row) return null;
  const days = findRecogniseDays(tx, { isByMadeUpMac: false });
  if (Math.floor(tx.now.getTime() / DAY_MS) - row.proved_on > days) return null;
  const known = findKnownGuestById(tx, row.known_id);
  return known && { knownId: row.known_id, known };
}

/** Whether any of these secrets, which other branches gave a browser, is a guest's who may be known. */
export const isKnownByToken = (tx: Reader, tokens: readonly string[]): boolean =>
  findByTokens(tx, tokens) !== null;

/**
 * Who brings a secret that another branch gave: they are a guest here from now on. Only who agreed to
 * being known so is. The device is theirs as well, where it is nobody's and was proved to be here: a MAC
 * that anybody can claim is given to no one.
 */
export function adoptByToken(
  tx: Transaction,
  {
    device,
    nasId,
    tokens,
    isProved,
  }: { device: Device; nasId: string; tokens: readonly string[]; isProved: boolean },
): Guest | null {
  const found = findByTokens(tx, tokens);
  if (!found) return null;
  const place = { deviceId: device.id, nasId, proof: "device-token" } as const;
  const guestId = findGuestIdOfKnown(tx, found) ?? registerKnown(tx, found.known, place);
  if (isProved && device.guestId === null) {
    linkDevice(tx, { deviceId: device.id, guestId });
    recogniseDevice(tx, place);
  }
  return findGuest(tx, guestId);
}

function findByTokens(tx: Reader, tokens: readonly string[]): Known | null {
  for (const token of tokens) {
    const found = findKnownGuestByToken(tx, token);
    if (found?.known.consents?.includes("profiling")) return found;
  }
  return null;
}
