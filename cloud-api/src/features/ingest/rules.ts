import { type EventEnvelope, findSealed, readEvent } from "@foyer/contract";

/** Who is known, by its key, to be calling. */
export type Caller = { tenantId: string; branchId: string; boxId: string };

export type SetAside = {
  /** Null where not even that can be read; then nothing can be acknowledged. */
  seq: number | null;
  reason: string;
  /** The event as it came. */
  body: string;
};

export type SortedPush = { accepted: EventEnvelope[]; setAside: SetAside[] };

/** The largest number of PostgreSQL's integer. */
const VERSION_MAX = 2 ** 31 - 1;
const REASON_LENGTH_MAX = 500;

/**
 * Parts a push into what can be stored and what can only be set aside. `accepted` rises by seq, so
 * that two pushes of the same events take their rows in the same order.
 */
export function sortPush(
  caller: Caller,
  { epoch, events }: { epoch: string; events: readonly unknown[] },
): SortedPush {
  const sorted: SortedPush = { accepted: [], setAside: [] };
  for (const value of events) {
    const sealed = findSealed(value);
    if (sealed) {
      sorted.setAside.push(setAside(value, `sealed: no key here opens it (key ${sealed.key})`));
      continue;
    }
    const read = readEvent(value);
    const event = read.kind === "invalid" ? null : (read.event as EventEnvelope);
    const fault = event ? findFault(event, caller, epoch) : reasonOf(read);
    // PostgreSQL gives ids back in lower case.
    if (event && fault === null) sorted.accepted.push({ ...event, id: event.id.toLowerCase() });
    else sorted.setAside.push(setAside(value, fault ?? ""));
  }
  sorted.accepted.sort((a, b) => a.seq - b.seq);
  return sorted;
}

/** An event that is to be kept unread, as it came. */
export function setAside(value: unknown, reason: string): SetAside {
  return {
    seq: findSeq(value),
    reason: reason.slice(0, REASON_LENGTH_MAX),
    body: writeBody(value),
  };
}

/** Empty for what is nested so deeply that it cannot be written down again. */
function writeBody(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return "";
  }
}

function reasonOf(read: ReturnType<typeof readEvent>): string | null {
  return read.kind === "invalid" ? read.reason : null;
}

/** What the schema cannot say: whose event it claims to be, and what a database cannot hold. */
function findFault(event: EventEnvelope, caller: Caller, epoch: string): string | null {
  for (const key of ["tenantId", "branchId", "boxId"] as const)
    if (event[key] !== caller[key]) return `envelope: ${key} is not the one of the box's key`;
  if (event.epoch !== epoch) return "envelope: epoch is not the one of the push";
  if (!Number.isSafeInteger(event.seq)) return "envelope: seq is not an exact number";
  if (event.version > VERSION_MAX) return "envelope: version is too large";
  const at = Date.parse(event.occurredAt);
  // An offset may lead to before 1970, which no clock of a box tells.
  if (Number.isNaN(at) || at < 0) return "envelope: occurredAt is no moment";
  return null;
}

function findSeq(value: unknown): number | null {
  if (typeof value !== "object" || value === null || !("seq" in value)) return null;
  const { seq } = value;
  return typeof seq === "number" && Number.isSafeInteger(seq) && seq >= 1 ? seq : null;
}

/** A twin that has not been heard for this long is gone. */
const TWIN_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Since when a second store must have spoken under a box's name to be an alarm still. */
export function twinsSince(now: Date): Date {
  return new Date(now.getTime() - TWIN_MILLISECONDS);
}
