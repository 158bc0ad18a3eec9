import {
  addUp,
  foldEnd,
  foldSession,
  foldStart,
  type Session,
  type SessionWord,
  type Visit,
  type VisitEnd,
  type VisitPlace,
} from "./fold.ts";

/** A visit went from one customer to another, or a customer's were counted: in the order of the log. */
export type Act =
  | { kind: "given"; branchId: string; from: string | null; to: string | null }
  | { kind: "counted"; customerId: string; position: number };

/**
 * All that some events of the log are about, out of the database and on its way back: each event finds
 * what those before it have left. Nothing of it is written until all of them have been told.
 */
export type Book = {
  visits: Map<string, Visit>;
  sessions: Map<string, Session>;
  /** Whose each guest is, as far as the log has been followed by those who say it. */
  customers: ReadonlyMap<string, string>;
  /** The ids of a visit's sessions. */
  sessionIds: Map<string, Set<string>>;
  changed: { visits: Set<string>; sessions: Set<string> };
  acts: Act[];
};

export function openBook(rows: {
  visits: readonly Visit[];
  sessions: readonly Session[];
  customers: ReadonlyMap<string, string>;
}): Book {
  const sessionIds = new Map<string, Set<string>>();
  for (const { id, visitId } of rows.sessions) noteSession(sessionIds, { id, visitId });
  return {
    visits: new Map(rows.visits.map((each) => [each.id, each])),
    sessions: new Map(rows.sessions.map((each) => [each.id, each])),
    ...{ customers: rows.customers, sessionIds, acts: [] },
    changed: { visits: new Set(), sessions: new Set() },
  };
}

function noteSession(
  sessionIds: Map<string, Set<string>>,
  { id, visitId }: { id: string; visitId: string },
): void {
  const ids = sessionIds.get(visitId);
  if (ids) ids.add(id);
  else sessionIds.set(visitId, new Set([id]));
}

export function tellStart(
  book: Book,
  told: VisitPlace & { source: string },
  position: number,
): void {
  tellVisit(book, { ...told, position }, (kept) => foldStart(kept, told));
}

export function tellEnd(book: Book, told: VisitPlace & VisitEnd, position: number): void {
  tellVisit(book, { ...told, position }, (kept) => foldEnd(kept, told));
}

function tellVisit(
  book: Book,
  { visitId, at, position }: { visitId: string; at: Date; position: number },
  fold: (kept: Visit | undefined) => Visit,
): void {
  const before = book.visits.get(visitId);
  const visit = fold(before);
  keepVisit(book, visit);
  addUpVisit(book, visitId, at);
  giveToCustomer(book, { visit, before, position });
}

export function tellSession(book: Book, told: SessionWord): void {
  const session = foldSession(book.sessions.get(told.sessionId), told);
  book.sessions.set(session.id, session);
  book.changed.sessions.add(session.id);
  noteSession(book.sessionIds, session);
  addUpVisit(book, told.visitId, told.at);
}

/** A visit that nobody was named for turns out to be this guest's. */
export function nameGuest(
  book: Book,
  { visitId, guestId, position }: { visitId: string; guestId: string; position: number },
): void {
  const before = book.visits.get(visitId);
  if (!before || before.guestId !== null) return;
  const visit = { ...before, guestId };
  keepVisit(book, visit);
  giveToCustomer(book, { visit, before, position });
}

/** A device is a guest's: so are its open visits that nobody was named for. */
export function nameDevice(
  book: Book,
  { deviceId, ...named }: { deviceId: string; guestId: string; position: number },
): void {
  for (const { id: visitId, ...visit } of [...book.visits.values()])
    if (visit.deviceId === deviceId && visit.endedAt === null)
      nameGuest(book, { visitId, ...named });
}

/** A guest is a customer's from now on: so are their visits. */
export function giveGuest(
  book: Book,
  { guestId, position }: { guestId: string; position: number },
): void {
  const customerId = book.customers.get(guestId);
  if (customerId === undefined) return;
  const theirs = [...book.visits.values()].filter(
    (visit) => visit.guestId === guestId && visit.customerId !== customerId,
  );
  if (theirs.length === 0) return;
  for (const visit of theirs) attach(book, visit, customerId);
  const losers = theirs.map((visit) => visit.customerId);
  for (const each of new Set([customerId, ...losers])) count(book, each, position);
}

function keepVisit(book: Book, visit: Visit): void {
  book.visits.set(visit.id, visit);
  book.changed.visits.add(visit.id);
}

function addUpVisit(book: Book, visitId: string, at: Date): void {
  const visit = book.visits.get(visitId);
  if (!visit) return;
  const sessions = [...(book.sessionIds.get(visitId) ?? [])].flatMap((id) => {
    const session = book.sessions.get(id);
    return session ? [session] : [];
  });
  keepVisit(book, addUp(visit, sessions, at));
}

type Told = { visit: Visit; before: Visit | undefined; position: number };

/** Gives the visit to its guest's customer, and counts again whoever gained or lost one. */
function giveToCustomer(book: Book, { visit, before, position }: Told): void {
  if (visit.guestId === null) return;
  const customerId = book.customers.get(visit.guestId) ?? null;
  if (customerId !== visit.customerId) {
    attach(book, visit, customerId);
    for (const each of [customerId, visit.customerId]) count(book, each, position);
    return;
  }
  // A start that moved back may change places with the start of another visit.
  if (before !== undefined && visit.startedAt < before.startedAt) count(book, customerId, position);
}

function attach(book: Book, { id, branchId, customerId: from }: Visit, to: string | null): void {
  const visit = book.visits.get(id);
  if (!visit) return;
  keepVisit(book, { ...visit, customerId: to });
  book.acts.push({ kind: "given", branchId, from, to });
}

function count(book: Book, customerId: string | null, position: number): void {
  if (customerId !== null) book.acts.push({ kind: "counted", customerId, position });
}

/** How many visits a customer has at a branch, and whether a count above nothing is kept of it. */
export type BranchCount = { customerId: string; branchId: string; visits: number; kept: boolean };

export type Counted = { customerId: string; position: number };

/**
 * At which event of the log each customer was counted last; and of branches that they lost all visits
 * of, at which event. `counts` is how things stood before the first act.
 */
export function countActs(
  acts: readonly Act[],
  counts: readonly BranchCount[],
): { counted: Counted[]; emptied: (Counted & { branchId: string })[] } {
  type Place = { visits: number; kept: boolean; emptiedAt: number | null };
  const places = new Map<string, Map<string, Place>>();
  const placeOf = (customerId: string, branchId: string): Place => {
    const own = places.get(customerId) ?? new Map<string, Place>();
    places.set(customerId, own);
    const place = own.get(branchId) ?? { visits: 0, kept: false, emptiedAt: null };
    own.set(branchId, place);
    return place;
  };
  for (const { customerId, branchId, visits, kept } of counts)
    Object.assign(placeOf(customerId, branchId), { visits, kept });
  const counted = new Map<string, number>();
  for (const act of acts) {
    if (act.kind === "given") {
      if (act.from !== null) placeOf(act.from, act.branchId).visits -= 1;
      if (act.to !== null) placeOf(act.to, act.branchId).visits += 1;
      continue;
    }
    counted.set(act.customerId, act.position);
    for (const place of places.get(act.customerId)?.values() ?? []) {
      if (place.visits === 0 && place.kept) place.emptiedAt = act.position;
      place.kept = place.visits > 0;
    }
  }
  const emptied = [...places].flatMap(([customerId, own]) =>
    [...own].flatMap(([branchId, { kept, emptiedAt: position }]) =>
      kept || position === null ? [] : [{ customerId, branchId, position }],
    ),
  );
  return {
    counted: [...counted].map(([customerId, position]) => ({ customerId, position })),
    emptied,
  };
}
