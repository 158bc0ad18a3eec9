import {
  endSession,
  endSessionsOfNas,
  type Heard,
  type SessionReport,
  startSession,
  type Transaction,
  updateSession,
} from "@foyer/branch-store";
import { INTERIM_SECONDS } from "../vendors/standard.ts";
import type { AccountingRecord } from "./record.ts";

/** Interims that may be missed before a session is taken for dead. */
const MISSED_INTERIMS_MAX = 3;
/** RFC 2869 §5.16: no interval is shorter. */
const INTERVAL_SECONDS_MIN = 60;
/** A session that never sent an interim is believed this long: its NAS may send none at all. */
const SILENT_SECONDS_MAX = 24 * 60 * 60;

/**
 * Stores one accounting record. Doubled, late and reordered records are the store's to bear: it
 * knows a session by NAS, Acct-Session-Id and device, whatever id or Acct-Delay-Time a packet has.
 */
export function account(tx: Transaction, nasId: string, record: AccountingRecord): void {
  switch (record.kind) {
    case "start":
      startSession(tx, { ...record.report, silentAfterSeconds: SILENT_SECONDS_MAX });
      return;
    case "interim":
      updateSession(tx, record.report, (before) => silenceAllowed(before, record.report));
      return;
    case "stop":
      endSession(tx, { ...record.report, cause: record.cause });
      return;
    case "on":
      endSessionsOfNas(tx, { ...record, nasId, cause: "NAS-Reboot" });
      return;
    case "off":
      endSessionsOfNas(tx, { ...record, nasId, cause: "Admin-Reboot" });
      return;
    default:
      assertNever(record);
  }
}

/**
 * Three intervals of the shortest that was measured, and never less than the one its NAS was asked
 * for, which it may keep one of its own against (RFC 2869 §5.16). Measured since its last report, or
 * since its beginning where that is the first one that arrives. A longer one is that of lost interims;
 * unless it is as long as all the silence that was allowed: then its NAS does report less often. Null
 * where the report is the last one told again.
 */
export function silenceAllowed(
  before: Heard | null,
  { at, connectedSeconds }: Pick<SessionReport, "at" | "connectedSeconds">,
): number | null {
  const sinceLast = before && (at.getTime() - before.lastActivityAt.getTime()) / 1000;
  const interval = Math.ceil(sinceLast ?? connectedSeconds ?? SILENT_SECONDS_MAX);
  if (interval < INTERVAL_SECONDS_MIN) return null;
  const seconds = MISSED_INTERIMS_MAX * Math.max(INTERIM_SECONDS, interval);
  const allowed = before?.silentAfterSeconds ?? SILENT_SECONDS_MAX;
  const isLonger = seconds > allowed && interval < allowed;
  return Math.min(isLonger ? allowed : seconds, SILENT_SECONDS_MAX);
}

function assertNever(value: never): never {
  throw new Error(`unknown accounting record ${JSON.stringify(value)}`);
}
