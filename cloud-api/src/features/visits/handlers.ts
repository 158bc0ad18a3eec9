import type { TenantTransaction } from "../../platform/db.ts";
import type { EventHandlers, LogEvent, NewEvent } from "../../platform/events.ts";
import { CUSTOMER_EVENTS, recordVisits } from "../customers/index.ts";
import { type Book, type Counted, countActs, openBook } from "./book.ts";
import {
  type Asked,
  listBranchCounts,
  listCustomersOfGuests,
  listSessions,
  lockVisits,
  writeSessions,
  writeVisits,
} from "./book-queries.ts";
import { settleBrandCustomers, type Walked } from "./brand-customers-queries.ts";
import { moveHandlers } from "./brand-moves.ts";
import { attachVisitsOf, countVisits, emptyBranches, numberVisits } from "./queries.ts";
import { type Told, tell } from "./tell.ts";

/** Guests went from one record to another: rare, and told of all of their visits at once. */
type Moved = LogEvent<"customer.merged" | "customer.unmerged", { keptId: string; goneId: string }>;
type WalkedEvent = LogEvent<"branch.guests-walked", Walked>;
const nothing = async () => [];

/** What the log tells of visits. */
const VISIT_WORDS: EventHandlers = {
  "visit.started": nothing,
  "visit.ended": nothing,
  "session.started": nothing,
  "session.updated": nothing,
  "session.ended": nothing,
  "device.recognised": nothing,
  "guest.verified": nothing,
  "guest.recognised": nothing,
  "customer.merged": nothing,
  "customer.unmerged": nothing,
};

/**
 * Of visits, and of whatever changes a record: its owner may be known at a branch by it, or no more. All
 * of it is worked out by `settleVisits`, many events at once.
 */
export const visitHandlers: EventHandlers = {
  ...Object.fromEntries(CUSTOMER_EVENTS.map((type) => [type, nothing])),
  "branch.guests-walked": nothing,
  // It stands where the replay has ended: what customers became by it is looked at with that.
  "replay.begun": nothing,
  ...moveHandlers,
  ...VISIT_WORDS,
};

/**
 * What the log tells about visits, in whatever order it comes. A visit is its guest's customer's;
 * one whose guest becomes known later is counted from then on, and the others are numbered anew. The
 * same comes of events one by one and of all of them at once.
 */
export async function settleVisits(
  tx: TenantTransaction,
  events: readonly LogEvent[],
): Promise<NewEvent[]> {
  let together: Told[] = [];
  for (const event of events as readonly (Told | Moved)[]) {
    if (!(event.type in VISIT_WORDS)) continue;
    if (!isMoved(event)) {
      together.push(event);
      continue;
    }
    await tellTogether(tx, together);
    together = [];
    await followGuests(tx, event);
  }
  await tellTogether(tx, together);
  await followBrands(tx, events);
  return [];
}

/** Of all that the events changed, and what changed between them. */
async function followBrands(tx: TenantTransaction, events: readonly LogEvent[]): Promise<void> {
  const walked = events.filter(({ type }) => type === "branch.guests-walked") as WalkedEvent[];
  const position = events.at(-1)?.position ?? 0;
  await settleBrandCustomers(tx, { walked: walked.map(({ payload }) => payload), position });
}

function isMoved(event: Told | Moved): event is Moved {
  return event.type === "customer.merged" || event.type === "customer.unmerged";
}

/** Reads all that the events are about, tells them one after another, and writes what came of it. */
async function tellTogether(tx: TenantTransaction, events: readonly Told[]): Promise<void> {
  if (events.length === 0) return;
  const asked = listAsked(events);
  const visits = await lockVisits(tx, asked);
  const sessions = await listSessions(tx, asked);
  const named = visits.flatMap(({ guestId }) => (guestId === null ? [] : [guestId]));
  const guestIds = [...new Set([...named, ...listGuests(events)])];
  const book = openBook({ visits, sessions, customers: await listCustomersOfGuests(tx, guestIds) });
  for (const event of events) tell(book, event);
  await keepBook(tx, book);
}

async function keepBook(tx: TenantTransaction, book: Book): Promise<void> {
  const ids = book.acts.flatMap((act) => (act.kind === "counted" ? [act.customerId] : []));
  const before = ids.length > 0 ? await listBranchCounts(tx, [...new Set(ids)]) : [];
  await writeVisits(tx, listChanged(book.visits, book.changed.visits));
  await writeSessions(tx, listChanged(book.sessions, book.changed.sessions));
  const { counted, emptied } = countActs(book.acts, before);
  await emptyBranches(tx, emptied);
  await recount(tx, counted);
}

function listChanged<Row>(rows: ReadonlyMap<string, Row>, ids: ReadonlySet<string>): Row[] {
  // In one order, so that two who write the same rows wait for each other and no more.
  return [...ids].sort().flatMap((id) => {
    const row = rows.get(id);
    return row ? [row] : [];
  });
}

function listAsked(events: readonly Told[]): Asked {
  const of = (read: (event: Told) => string | null) => [
    ...new Set(events.flatMap((event) => read(event)?.toLowerCase() ?? [])),
  ];
  return {
    visitIds: of(({ payload }) => ("visitId" in payload ? payload.visitId : null)),
    sessionIds: of(({ payload }) => ("sessionId" in payload ? payload.sessionId : null)),
    deviceIds: of((event) => (event.type === "device.recognised" ? event.payload.deviceId : null)),
    guestIds: of((event) =>
      event.type === "guest.verified" || event.type === "guest.recognised"
        ? event.payload.guestId
        : null,
    ),
  };
}

function listGuests(events: readonly Told[]): string[] {
  return events.flatMap(({ payload }) =>
    "guestId" in payload && payload.guestId !== null ? [payload.guestId.toLowerCase()] : [],
  );
}

/** Guests went from one record to another: their visits go along, and both are numbered anew. */
async function followGuests(tx: TenantTransaction, { payload, position }: Moved): Promise<void> {
  const customerIds = [payload.keptId, payload.goneId];
  const losers = await attachVisitsOf(tx, customerIds);
  const changed = new Set([...customerIds, ...losers]);
  await recount(
    tx,
    [...changed].map((customerId) => ({ customerId, position })),
  );
}

async function recount(tx: TenantTransaction, counted: readonly Counted[]): Promise<void> {
  if (counted.length === 0) return;
  await numberVisits(tx, counted);
  await recordVisits(tx, await countVisits(tx, counted));
}
