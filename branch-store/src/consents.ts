import {
  type ConsentPurpose,
  type ConsentWay,
  type Language,
  MESSAGE_CHANNELS,
  type MessageChannel,
  type TakenBack,
} from "@foyer/contract";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";

/** What a guest said about one purpose, with what proves it. */
export type Consent = {
  purpose: ConsentPurpose;
  /** Of `marketing`: null is an answer for all of its channels. Of every other purpose: null. */
  channel: MessageChannel | null;
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
  /** Absent or null: all channels of `marketing`, and of every other purpose. */
  channel?: MessageChannel | null;
  textVersion: number;
  textSha256: string;
  language: Language;
  /** Absent: nobody tells. */
  way?: ConsentWay;
  ip?: string;
};

type ConsentRow = {
  purpose: ConsentPurpose;
  channel: MessageChannel | null;
  given: number;
  text_version: number;
  text_sha256: string;
  language: Language;
  at: number;
};

/** Saying yes again to the same words changes nothing: the first proof stands. */
export function giveConsent(tx: Transaction, act: ConsentAct): void {
  const current = findConsent(tx, act);
  const isSame = current?.given && current.textSha256 === act.textSha256;
  // One answer for all channels is news after one for some of them.
  if (isSame && (act.channel || current.channel === null)) return;
  keep(tx, act, true);
}

/** Without a channel: all that the purpose was given for. */
export function withdrawConsent(tx: Transaction, act: ConsentAct): void {
  const isGiven = act.channel
    ? findConsent(tx, act)?.given
    : listConsents(tx, act.guestId).some((each) => each.purpose === act.purpose && each.given);
  if (isGiven) keep(tx, act, false);
}

/**
 * Keeps what a guest took back elsewhere, as the cloud tells: it ends what they had said before it here,
 * and nothing is told of it. Told again, it changes nothing.
 */
export function keepTakenBack(
  tx: Transaction,
  { guestId, takenBack }: { guestId: string; takenBack: readonly TakenBack[] },
): void {
  for (const { purpose, channel: named = null, at } of takenBack) {
    const channels = purpose === "marketing" && named === null ? MESSAGE_CHANNELS : [named];
    for (const channel of channels) {
      const word = findWordOn(listConsents(tx, guestId), { purpose, channel });
      const time = Date.parse(at);
      if (word?.given && word.at.getTime() < time) endWord(tx, { guestId, word, channel, time });
    }
  }
}

type Ended = { guestId: string; word: Consent; channel: MessageChannel | null; time: number };

/** On the device and at the NAS where they last said yes. */
function endWord(tx: Transaction, { guestId, word, channel, time }: Ended): void {
  const { purpose, textVersion, textSha256, language } = word;
  tx.sql(
    `insert into consents (id, guest_id, device_id, nas_id, purpose, channel, given, text_version,
       text_sha256, language, ip, at)
     select ?, guest_id, device_id, nas_id, purpose, ?, 0, ?, ?, ?, null, ? from consents
     where guest_id = ? and purpose = ? and given = 1 order by rowid desc limit 1`,
  ).run(...[tx.newId(), channel, textVersion, textSha256, language, time], ...[guestId, purpose]);
}

/**
 * The latest word of a guest on each purpose they were ever asked about: on `marketing` for all
 * channels at once, and beside it for each that they answered about since.
 */
export function listConsents(tx: Reader, guestId: string): Consent[] {
  // In the order they were said, whatever the clock told.
  const rows = tx
    .sql("select * from consents where guest_id = +? order by rowid")
    .all(guestId) as ConsentRow[];
  return findLastWords(rows.map(toConsent));
}

/** Of all that was said, in its order, what stands. */
export function findLastWords(said: readonly Consent[]): Consent[] {
  const standing = new Map<string, Consent>();
  const keyOf = (purpose: ConsentPurpose, channel: MessageChannel | null) =>
    `${purpose} ${channel ?? ""}`;
  for (const consent of said) {
    const { purpose, channel } = consent;
    const keys = MESSAGE_CHANNELS.map((each) => keyOf(purpose, each));
    standing.set(keyOf(purpose, channel), consent);
    if (channel === null) for (const key of keys) standing.delete(key);
    // Nothing is left of an answer for all channels once each has had another.
    else if (keys.every((key) => standing.has(key))) standing.delete(keyOf(purpose, null));
  }
  return [...standing.values()];
}

/** What stands about a purpose, of `marketing` by one channel; null where nothing was said of it. */
export function findWordOn(
  standing: readonly Consent[],
  { purpose, channel }: Pick<Consent, "purpose" | "channel">,
): Consent | null {
  const ofPurpose = standing.filter((each) => each.purpose === purpose);
  return (
    ofPurpose.find((each) => each.channel === channel) ??
    ofPurpose.find((each) => each.channel === null) ??
    null
  );
}

const COLUMNS = "purpose, channel, given, text_version, text_sha256, language, at";

// The greatest of its rows, and not the first of them in order: SQLite would sort them to find it.
const LATEST = `select ${COLUMNS} from consents where rowid =
  (select max(rowid) from consents where guest_id = +? and purpose = +?)`;
const LATEST_BY_CHANNEL = `select ${COLUMNS} from consents where rowid =
  (select max(rowid) from consents
   where guest_id = +? and purpose = +? and (channel is null or channel = +?))`;

/**
 * The latest word of a guest on a purpose: by the channel, or, with `channel` null or left out, whatever
 * channel it was about. Null of one that they were never asked about.
 */
export function findConsent(
  tx: Reader,
  asked: { guestId: string; purpose: ConsentPurpose; channel?: MessageChannel | null },
): Consent | null {
  const { guestId, purpose, channel = null } = asked;
  const row = channel
    ? tx.sql(LATEST_BY_CHANNEL).get(guestId, purpose, channel)
    : tx.sql(LATEST).get(guestId, purpose);
  return row ? toConsent(row as ConsentRow) : null;
}

const toConsent = (row: ConsentRow): Consent => ({
  purpose: row.purpose,
  channel: row.channel,
  given: row.given === 1,
  textVersion: row.text_version,
  textSha256: row.text_sha256,
  language: row.language,
  at: new Date(row.at),
});

function keep(tx: Transaction, act: ConsentAct, given: boolean): void {
  const consentId = tx.newId();
  tx.sql(
    `insert into consents (id, guest_id, device_id, nas_id, purpose, channel, given, text_version,
       text_sha256, language, way, ip, at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    consentId,
    act.guestId,
    act.deviceId,
    act.nasId,
    act.purpose,
    act.channel ?? null,
    given ? 1 : 0,
    act.textVersion,
    act.textSha256,
    act.language,
    act.way ?? null,
    act.ip ?? null,
    tx.now.getTime(),
  );
  const { ip, channel, ...evidence } = act;
  appendEvent(tx, given ? "consent.given" : "consent.withdrawn", {
    consentId,
    ...evidence,
    ...(channel ? { channel } : {}),
    method: "portal",
    ...(ip === undefined ? {} : { ip }),
  });
}
