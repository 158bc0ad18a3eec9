import type { ConsentPurpose, Language } from "@foyer/contract";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";

/** What a guest said about one purpose, with what proves it. */
export type Consent = {
  purpose: ConsentPurpose;
  given: boolean;
  textVersion: number;
  /** SHA-256 of the words the guest saw, hex. */
  textSha256: string;
  language: Language;
  at: Date;
};

export type ConsentAct = {
  guestId: string;
  deviceId: string;
  nasId: string;
  purpose: ConsentPurpose;
  textVersion: number;
  textSha256: string;
  language: Language;
  ip?: string;
};

type ConsentRow = {
  purpose: ConsentPurpose;
  given: number;
  text_version: number;
  text_sha256: string;
  language: Language;
  at: number;
};

/** Saying yes again to the same words changes nothing: the first proof stands. */
export function giveConsent(tx: Transaction, act: ConsentAct): void {
  const current = findConsent(tx, act);
  if (current?.given && current.textSha256 === act.textSha256) return;
  keep(tx, act, true);
}

export function withdrawConsent(tx: Transaction, act: ConsentAct): void {
  const current = findConsent(tx, act);
  if (!current?.given) return;
  keep(tx, act, false);
}

/** The latest word of a guest on each purpose they were ever asked about. */
export function listConsents(tx: Reader, guestId: string): Consent[] {
  // In the order they were said, whatever the clock told.
  const rows = tx
    .sql("select * from consents where guest_id = +? order by rowid")
    .all(guestId) as ConsentRow[];
  const latest = new Map<ConsentPurpose, Consent>();
  for (const row of rows) latest.set(row.purpose, toConsent(row));
  return [...latest.values()];
}

/** The same of one purpose; null of one that they were never asked about. */
export function findConsent(
  tx: Reader,
  { guestId, purpose }: { guestId: string; purpose: ConsentPurpose },
): Consent | null {
  const row = tx
    .sql("select * from consents where guest_id = +? and purpose = +? order by rowid desc limit 1")
    .get(guestId, purpose) as ConsentRow | undefined;
  return row ? toConsent(row) : null;
}

const toConsent = (row: ConsentRow): Consent => ({
  purpose: row.purpose,
  given: row.given === 1,
  textVersion: row.text_version,
  textSha256: row.text_sha256,
  language: row.language,
  at: new Date(row.at),
});

function keep(tx: Transaction, act: ConsentAct, given: boolean): void {
  const consentId = tx.newId();
  tx.sql(
    `insert into consents (id, guest_id, device_id, nas_id, purpose, given, text_version,
       text_sha256, language, ip, at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    consentId,
    act.guestId,
    act.deviceId,
    act.nasId,
    act.purpose,
    given ? 1 : 0,
    act.textVersion,
    act.textSha256,
    act.language,
    act.ip ?? null,
    tx.now.getTime(),
  );
  const { ip, ...evidence } = act;
  appendEvent(tx, given ? "consent.given" : "consent.withdrawn", {
    consentId,
    ...evidence,
    method: "portal",
    ...(ip === undefined ? {} : { ip }),
  });
}
