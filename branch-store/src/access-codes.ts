import { type AccessCode, normaliseAccessCode } from "@foyer/contract";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";
import { findSettings } from "./settings.ts";

/** Wrong codes are counted over this time, sliding. */
export const ACCESS_CODE_TRIES_SECONDS = 60 * 60;
export const ACCESS_CODE_TRIES_PER_DEVICE = 10;
/** However many devices somebody makes up: far too few to find one of 31⁶ codes. */
export const ACCESS_CODE_TRIES_PER_BRANCH = 300;

const HOLDER_SLACK_MS = 30_000;

export type AccessCodeRefusal =
  | "unknown"
  | "not-yet-valid"
  | "expired"
  /** As many devices as it lets in are in. */
  | "used-up"
  /** This device's minutes are gone. */
  | "time-over"
  | "too-many-tries";

export type AccessCodeUse =
  | {
      kind: "granted";
      codeId: string;
      guestId: string;
      /** Null: the first policy that fits. */
      policyId: string | null;
      secondsLeft: number;
      endsAt: Date;
      isFirst: boolean;
    }
  | {
      kind: "refused";
      reason: AccessCodeRefusal;
      /** From when it works. Of `not-yet-valid` alone. */
      validFrom?: Date;
    };

export type AccessCodeEntry = {
  /** As it was typed. */
  code: string;
  deviceId: string;
  nasId: string;
  /** Under which name wrong codes are counted: the device's MAC, or what stands in for one. */
  triedBy: string;
  /** Whose use it is; asked only when the device comes in by this code for the first time. */
  guestOf: () => string;
};

type UseRow = {
  guest_id: string;
  last_used_at: number;
  ends_at: number;
  sessions_before: number;
};

/**
 * Lets a device in by an access code, or lets it go on with what is left of its minutes. Nothing is
 * left but what the first use gave: neither coming back nor a clock that jumps back adds to it.
 */
export function useAccessCode(tx: Transaction, entry: AccessCodeEntry): AccessCodeUse {
  const code = findCode(tx, entry.code);
  const { deviceId } = entry;
  const use = code && findUse(tx, { codeId: code.id, deviceId });
  // Even a right code: who may try on tells right from wrong.
  if (hasTriedTooOften(tx, entry.triedBy, use !== null)) return refuse("too-many-tries");
  if (!code) {
    noteWrongCode(tx, entry.triedBy);
    return refuse("unknown");
  }
  const closed = findClosed(code, tx.now);
  if (closed) return refuseClosed(code, closed);
  if (!use) return useFirst(tx, code, entry);
  const left = leftOf(tx, { code, deviceId, use });
  if (left < 1000) return refuse("time-over");
  const now = tx.now.getTime();
  tx.sql(
    "update access_code_uses set last_used_at = ?, ends_at = ? where code_id = ? and device_id = ?",
  ).run(now, now + left, code.id, deviceId);
  return grant(tx, code, { guestId: use.guest_id, left, isFirst: false });
}

function useFirst(tx: Transaction, code: AccessCode, entry: AccessCodeEntry): AccessCodeUse {
  const { deviceId, nasId } = entry;
  const used = countAccessCodeDevices(tx, code.id);
  if (used >= code.devicesMax) return refuse("used-up");
  const guestId = entry.guestOf();
  const now = tx.now.getTime();
  const left = code.minutes * 60_000;
  tx.sql(
    `insert into access_code_uses (code_id, device_id, guest_id, device_number, first_used_at,
       last_used_at, ends_at, sessions_before)
     values (?, ?, ?, ?, ?, ?, ?, (select coalesce(max(rowid), 0) from sessions))`,
  ).run(code.id, deviceId, guestId, used + 1, now, now, now + left);
  const granted = grant(tx, code, { guestId, left, isFirst: true });
  const endsAt = granted.endsAt.toISOString();
  const payload = { codeId: code.id, guestId, deviceId, nasId, endsAt, deviceNumber: used + 1 };
  appendEvent(tx, "access-code.used", payload);
  return granted;
}

/**
 * The code by which a device may be online just now without typing it again: for a NAS that asks
 * about a MAC alone. Counts and tells nothing. Null when there is none.
 */
export function findRunningAccessCode(
  tx: Reader,
  deviceId: string,
): Extract<AccessCodeUse, { kind: "granted" }> | null {
  const codes = findSettings(tx)?.accessCodes ?? [];
  const rows = tx
    .sql("select * from access_code_uses where device_id = +? order by first_used_at desc")
    .all(deviceId) as (UseRow & { code_id: string })[];
  for (const use of rows) {
    const code = codes.find((each) => each.id === use.code_id);
    if (!code || findClosed(code, tx.now)) continue;
    const left = leftOf(tx, { code, deviceId, use });
    if (left >= 1000) return grant(tx, code, { guestId: use.guest_id, left, isFirst: false });
  }
  return null;
}

/**
 * Who came in by a code on this device and may be online by it at that moment: whose session it is
 * where no ticket tells. A NAS tells whole seconds, and its delay less exactly.
 */
export function findAccessCodeHolder(
  tx: Reader,
  { deviceId, at }: { deviceId: string; at: Date },
): string | null {
  const row = tx
    .sql(
      `select guest_id from access_code_uses
       where device_id = +? and first_used_at <= +? and ends_at > +?
       order by first_used_at desc limit 1`,
    )
    .get(deviceId, at.getTime() + HOLDER_SLACK_MS, at.getTime()) as UseRow | undefined;
  return row?.guest_id ?? null;
}

export function countAccessCodeDevices(tx: Reader, codeId: string): number {
  const row = tx.sql("select count(*) as count from access_code_uses where code_id = ?");
  return (row.get(codeId) as { count: number }).count;
}

/** Milliseconds; not above zero when there is nothing left. */
function leftOf(
  tx: Reader,
  { code, deviceId, use }: { code: AccessCode; deviceId: string; use: UseRow },
): number {
  const now = tx.now.getTime();
  const told = use.ends_at - Math.max(now, use.last_used_at);
  const sessions = tx
    .sql(
      `select coalesce(sum(connected_seconds), 0) as seconds,
         coalesce(max(last_activity_at), 0) as last_activity_at
       from sessions where device_id = ? and rowid > ?`,
    )
    .get(deviceId, use.sessions_before) as { seconds: number; last_activity_at: number };
  // The clock was put back: then the NAS's own count says how long the device was online.
  const isPutBack = Math.max(use.last_used_at, sessions.last_activity_at) > now;
  return isPutBack ? Math.min(told, (code.minutes * 60 - sessions.seconds) * 1000) : told;
}

/** A code's end is everybody's end. */
function grant(
  tx: Reader,
  { id: codeId, policyId, validUntil }: AccessCode,
  { guestId, left, isFirst }: { guestId: string; left: number; isFirst: boolean },
): Extract<AccessCodeUse, { kind: "granted" }> {
  const now = tx.now.getTime();
  const end = Math.min(now + left, validUntil === null ? Infinity : Date.parse(validUntil));
  const secondsLeft = Math.ceil((end - now) / 1000);
  return {
    kind: "granted",
    codeId,
    guestId,
    policyId,
    secondsLeft,
    endsAt: new Date(end),
    isFirst,
  };
}

function findCode(tx: Reader, typed: string): AccessCode | null {
  const code = normaliseAccessCode(typed);
  const codes = findSettings(tx)?.accessCodes ?? [];
  return codes.find((each) => each.code === code) ?? null;
}

function findUse(
  tx: Reader,
  { codeId, deviceId }: { codeId: string; deviceId: string },
): UseRow | null {
  const statement = tx.sql("select * from access_code_uses where code_id = ? and device_id = ?");
  return (statement.get(codeId, deviceId) as UseRow | undefined) ?? null;
}

function findClosed({ validFrom, validUntil }: AccessCode, now: Date): AccessCodeRefusal | null {
  if (validFrom !== null && now.getTime() < Date.parse(validFrom)) return "not-yet-valid";
  return validUntil !== null && now.getTime() >= Date.parse(validUntil) ? "expired" : null;
}

/** Strangers who guess cannot keep out a device that came in by this very code. */
function hasTriedTooOften(tx: Transaction, triedBy: string, isKnown: boolean): boolean {
  const now = tx.now.getTime();
  tx.sql("delete from access_code_tries where at <= ?").run(now - ACCESS_CODE_TRIES_SECONDS * 1000);
  // A clock that was put back forgives nothing, and keeps nobody out for ever.
  tx.sql("update access_code_tries set at = ? where at > ?").run(now, now);
  const counted = tx
    .sql(
      `select count(*) as branch, count(*) filter (where tried_by = ?) as device
       from access_code_tries`,
    )
    .get(triedBy) as { branch: number; device: number };
  if (counted.device >= ACCESS_CODE_TRIES_PER_DEVICE) return true;
  return !isKnown && counted.branch >= ACCESS_CODE_TRIES_PER_BRANCH;
}

function noteWrongCode(tx: Transaction, triedBy: string): void {
  tx.sql("insert into access_code_tries (id, tried_by, at) values (?, ?, ?)").run(
    tx.newId(),
    triedBy,
    tx.now.getTime(),
  );
}

/** Who comes too early is told when to come. */
function refuseClosed({ validFrom }: AccessCode, closed: AccessCodeRefusal): AccessCodeUse {
  if (closed !== "not-yet-valid" || validFrom === null) return refuse(closed);
  return { kind: "refused", reason: closed, validFrom: new Date(validFrom) };
}

function refuse(reason: AccessCodeRefusal): AccessCodeUse {
  return { kind: "refused", reason };
}
