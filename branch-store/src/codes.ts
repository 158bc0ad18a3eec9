import type { Contact, EventPayload, Language } from "@foyer/contract";
import { findPhoneMark } from "./erased-guests.ts";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";

const KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * A one-time password that waits for its guest. It belongs to one device at one NAS and to one
 * number or e-mail address, so that the tries of a stranger's device never count against it.
 */
export type PendingCode = {
  id: string;
  nasId: string;
  mac: string;
  contact: Contact;
  language: Language;
  /** The HOTP secret the code is made from, base32. */
  secret: string;
  createdAt: Date;
  expiresAt: Date;
  /** Wrong tries so far. */
  tries: number;
  /** Attempts to send this code, and when the last one was made. */
  sendings: number;
  lastSentAt: Date | null;
  /** How many of them a channel took. */
  deliveries: number;
  /** The terms ticked when the code was asked for. */
  terms: CodeTerms | null;
};

/** The language is that of the words, which may not have been translated into the guest's. */
export type CodeTerms = { version: number; sha256: string; language: Language };

type CodeRow = {
  id: string;
  nas_id: string;
  mac: string;
  contact_kind: Contact["kind"];
  phone: string;
  language: Language;
  secret: string;
  created_at: number;
  expires_at: number;
  tries: number;
  terms_version: number | null;
  terms_sha256: string | null;
  terms_language: Language | null;
};

type MessageRow = { sendings: number; deliveries: number; last_sent_at: number | null };

const toCode = (tx: Reader, row: unknown): PendingCode | null => {
  if (!row) return null;
  const code = row as CodeRow;
  const messages = tx
    .sql(
      `select count(*) as sendings, count(*) filter (where channel <> 'none') as deliveries,
         max(at) as last_sent_at
       from code_messages where code_id = ?`,
    )
    .get(code.id) as MessageRow;
  return {
    id: code.id,
    nasId: code.nas_id,
    mac: code.mac,
    contact: {
      kind: code.contact_kind,
      value: tx.columns.unlock("codes.contact", code.phone),
    },
    language: code.language,
    secret: tx.columns.unlock("codes.secret", code.secret),
    createdAt: new Date(code.created_at),
    expiresAt: new Date(code.expires_at),
    tries: code.tries,
    sendings: messages.sendings,
    lastSentAt: messages.last_sent_at === null ? null : new Date(messages.last_sent_at),
    deliveries: messages.deliveries,
    terms:
      code.terms_version === null || code.terms_sha256 === null
        ? null
        : {
            version: code.terms_version,
            sha256: code.terms_sha256,
            language: code.terms_language ?? code.language,
          },
  };
};

/** As it stands in codes and their messages. */
export const lockContact = (tx: Reader, { value }: Contact): string =>
  tx.columns.lockSame("codes.contact", value);

export type NewCode = {
  nasId: string;
  mac: string;
  contact: Contact;
  language: Language;
  secret: string;
  codeSeconds: number;
  terms: CodeTerms | null;
};

/** Makes a pending code; an older one of the same device and contact is void from now on. */
export function createCode(tx: Transaction, code: NewCode): PendingCode {
  const now = tx.now.getTime();
  const contact = lockContact(tx, code.contact);
  tx.sql("delete from codes where expires_at < ?").run(now - KEPT_MS);
  tx.sql(
    "update codes set expires_at = ? where nas_id = ? and mac = ? and phone = ? and expires_at > ?",
  ).run(now, code.nasId, code.mac, contact, now);
  const id = tx.newId();
  tx.sql(
    `insert into codes (id, nas_id, mac, contact_kind, phone, language, secret, created_at,
       expires_at, terms_version, terms_sha256, terms_language)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    id,
    code.nasId,
    code.mac,
    code.contact.kind,
    contact,
    code.language,
    tx.columns.lock("codes.secret", code.secret),
    now,
    now + code.codeSeconds * 1000,
    code.terms?.version ?? null,
    code.terms?.sha256 ?? null,
    code.terms?.language ?? null,
  );
  return getCode(tx, id);
}

/** Unused and within its life, whatever its tries: the caller judges those. */
export function findPendingCode(tx: Reader, codeId: string): PendingCode | null {
  const now = tx.now.getTime();
  return toCode(
    tx,
    tx
      .sql(
        `select * from codes where id = ? and used_at is null and created_at <= ? and expires_at > ?`,
      )
      .get(codeId, now, now),
  );
}

/** Used, and within its life still: `usedAt` is when it was typed right first. */
export function findUsedCode(tx: Reader, codeId: string): (PendingCode & { usedAt: Date }) | null {
  const now = tx.now.getTime();
  const row = tx
    .sql(
      `select * from codes where id = ? and used_at is not null and created_at <= ? and expires_at > ?`,
    )
    .get(codeId, now, now) as (CodeRow & { used_at: number }) | undefined;
  const code = toCode(tx, row);
  return row && code ? { ...code, usedAt: new Date(row.used_at) } : null;
}

/** A code that is kept, be it over, spent or tried too often. */
export function findCode(tx: Reader, codeId: string): PendingCode | null {
  return toCode(tx, tx.sql("select * from codes where id = ?").get(codeId));
}

/** The code of this device at this NAS that was asked for last: how a closed mini-browser comes back. */
export function findPendingCodeByDevice(
  tx: Reader,
  { nasId, mac }: { nasId: string; mac: string },
): PendingCode | null {
  const now = tx.now.getTime();
  // Put in order here: SQLite would make ready to sort for the many devices that have none.
  const waiting = tx
    .sql(
      `select *, coalesce(asked_at, created_at) as last_asked_at from codes
       where nas_id = ? and mac = ? and used_at is null and created_at <= ? and expires_at > ?`,
    )
    .all(nasId, mac, now, now) as AskedRow[];
  return toCode(tx, waiting.sort(byLastAsked)[0]);
}

type AskedRow = CodeRow & { last_asked_at: number };

const byLastAsked = (one: AskedRow, other: AskedRow) =>
  other.last_asked_at - one.last_asked_at || (other.id > one.id ? 1 : -1);

/** The newest code that waits for this contact on this device, at whichever NAS of the branch. */
export function findPendingCodeByContact(
  tx: Reader,
  { contact, mac }: { contact: Contact; mac: string },
): PendingCode | null {
  const now = tx.now.getTime();
  return toCode(
    tx,
    tx
      .sql(
        `select * from codes where phone = ? and mac = ? and used_at is null
           and created_at <= ? and expires_at > ? order by created_at desc, id desc limit 1`,
      )
      .get(lockContact(tx, contact), mac, now, now),
  );
}

/**
 * The last code of this device and contact that somebody tried to send, spent ones left out: whoever
 * typed one has its message.
 */
export function findLastSentCode(
  tx: Reader,
  { contact, mac }: { contact: Contact; mac: string },
): PendingCode | null {
  return toCode(
    tx,
    tx
      .sql(
        `select codes.* from codes join code_messages on code_messages.code_id = codes.id
         where codes.phone = ? and codes.mac = ? and codes.used_at is null and at <= ?
         order by at desc limit 1`,
      )
      .get(lockContact(tx, contact), mac, tx.now.getTime()),
  );
}

/** Notes that the code's contact was given again, after another one perhaps. */
export function noteCodeAsked(tx: Transaction, codeId: string): void {
  tx.sql("update codes set asked_at = ? where id = ?").run(tx.now.getTime(), codeId);
}

/** Counts a wrong try, before the answer is told. Returns the tries so far. */
export function countTry(tx: Transaction, codeId: string): number {
  const row = tx.sql("update codes set tries = tries + 1 where id = ? returning tries").get(codeId);
  return (row as { tries: number } | undefined)?.tries ?? 0;
}

/** Spends a code. False when somebody else was faster, or its life is over. */
export function useCode(tx: Transaction, codeId: string): boolean {
  const now = tx.now.getTime();
  const { changes } = tx
    .sql("update codes set used_at = ? where id = ? and used_at is null and expires_at > ?")
    .run(now, codeId, now);
  return changes === 1;
}

/** Notes that a message with this code was handed to a channel, or that none would take it. */
export function noteCodeMessage(
  tx: Transaction,
  {
    codeId,
    channel,
    address = null,
  }: {
    codeId: string;
    /** One of the box's own: see requestCodeMessage for the cloud. */
    channel: Exclude<EventPayload<"code.requested">["channel"], "cloud">;
    /** Where the browser is that asked; null: not told apart from others. */
    address?: string | null;
  },
): PendingCode {
  const { nasId, mac, contact, language } = getCode(tx, codeId);
  tx.sql(
    `insert into code_messages (id, code_id, nas_id, mac, phone, channel, at, address)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    ...[tx.newId(), codeId, nasId, mac, lockContact(tx, contact), channel, tx.now.getTime()],
    address,
  );
  const code = getCode(tx, codeId);
  const payload = { codeId, nasId, contact, language, channel, sending: code.sendings };
  appendEvent(tx, "code.requested", payload);
  return code;
}

/**
 * Messages since a moment, to one contact, from one device, from all the devices that were kept apart
 * by one address (AA-BB-CC-DD-EE-FF@address), or of the branch: those that a channel took, and the
 * attempts, which are those and the ones that none took. What a clock that ran ahead noted is left out.
 */
export function countCodeMessages(
  tx: Reader,
  {
    contact = null,
    mac = null,
    address = null,
    source = null,
    prefix = null,
    since,
  }: {
    contact?: Contact | null;
    mac?: string | null;
    address?: string | null;
    /** Where browsers were that asked, proved or not. */
    source?: string | null;
    /** What the numbers begin with; they are as long as `length` says. */
    prefix?: { start: string; length: number } | null;
    since: Date;
  },
): Counted {
  // Those of a guest who was forgotten since.
  const mark = contact && findPhoneMark(tx, contact.value);
  const value = contact && lockContact(tx, contact);
  const counts = "count(*) as attempts, count(*) filter (where channel <> 'none') as taken";
  const counted = `from code_messages
    where at > +? and at <= +? and (+? is null or phone in (+?, +?)) and (+? is null or mac = +?)
      and (+? is null or substr(mac, 18) = '@' || +?) and (+? is null or address = +?)`;
  const values = [
    ...[since.getTime(), tx.now.getTime(), value, value, mark, mac, mac, address, address],
    ...[source, source],
  ];
  if (prefix === null) return tx.sql(`select ${counts} ${counted}`).get(...values) as Counted;
  const byContact = tx.sql(`select phone, ${counts} ${counted} group by phone`).all(...values);
  const sum: Counted = { taken: 0, attempts: 0 };
  for (const { phone, taken, attempts } of byContact as (Counted & { phone: string })[]) {
    if (!begins(tx, phone, prefix)) continue;
    sum.taken += taken;
    sum.attempts += attempts;
  }
  return sum;
}

type Counted = { taken: number; attempts: number };

/** A file in which numbers are locked cannot say how they begin. */
function begins(tx: Reader, locked: string, { start, length }: { start: string; length: number }) {
  const phone = tx.columns.unlock("codes.contact", locked);
  return phone.startsWith(start) && phone.length === length;
}

function getCode(tx: Reader, codeId: string): PendingCode {
  const code = findCode(tx, codeId);
  if (!code) throw new Error(`code ${codeId} is not in the store`);
  return code;
}
