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
 * Three intervals, measured since its last report, or since its beginning where that is the first one
 * that arrives: a NAS may keep an interval of its own against the one it was asked for (RFC 2869
 * §5.16). Null where the report is the last one told again.
 */
export function silenceAllowed(
  before: Heard | null,
  { at, connectedSeconds }: Pick<SessionReport, "at" | "connectedSeconds">,
): number | null {
  const sinceLast = before && (at.getTime() - before.lastActivityAt.getTime()) / 1000;
  const interval = Math.ceil(sinceLast ?? connectedSeconds ?? SILENT_SECONDS_MAX);
  if (interval < INTERVAL_SECONDS_MIN) return null;
  const seconds = MISSED_INTERIMS_MAX * Math.max(INTERIM_SECONDS, interval);
  return Math.min(seconds, SILENT_SECONDS_MAX);
}

function assertNever(value: never): never {
  throw new Error(`unknown accounting record ${JSON.stringify(value)}`);
}
