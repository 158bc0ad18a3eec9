import type { LogEvent } from "../../platform/events.ts";
import type { ChosenType } from "./rules.ts";

// From what the log says to what receivers are promised. Nothing personal is read here: ids, numbers
// and kinds alone.

type Payload = Record<string, unknown>;

/** Whose something is: to be looked up where it is not said. */
export type Whose = { kind: "customer" | "guest" | "visit"; id: string | null };

export type Fact = {
  type: ChosenType;
  whose: Whose;
  segmentId: string | null;
  facts: Record<string, unknown>;
};

type Reader = (
  payload: Payload,
  event: LogEvent,
) => Omit<Fact, "segmentId"> & { segmentId?: string };

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const of = (kind: Whose["kind"], id: unknown): Whose => ({ kind, id: text(id) });

const about =
  (type: ChosenType): Reader =>
  ({ customerId }) => ({ type, whose: of("customer", customerId), facts: {} });

const consent =
  (given: boolean): Reader =>
  ({ guestId, purpose, channel = null, textVersion, language }, { branchId }) => ({
    type: "consent.changed",
    whose: of("guest", guestId),
    facts: { branchId, purpose, channel, given, textVersion, language },
  });

const member =
  (type: ChosenType): Reader =>
  ({ segmentId, customerId }) => ({
    ...{ type, whose: of("customer", customerId), facts: {} },
    segmentId: String(segmentId),
  });

const FACTS: Readonly<Record<string, Reader>> = {
  "visit.started": ({ visitId, source, startedAt }, { branchId }) => ({
    type: "visit.started",
    whose: of("visit", visitId),
    facts: { visitId, branchId, source, startedAt },
  }),
  "visit.ended": ({ visitId, startedAt, endedAt, sessions, connectedSeconds }, { branchId }) => ({
    type: "visit.ended",
    whose: of("visit", visitId),
    facts: { visitId, branchId, startedAt, endedAt, sessions, connectedSeconds },
  }),
  "segment.entered": member("segment.entered"),
  "segment.left": member("segment.left"),
  // What was written in somebody's own words stays where it was said.
  "survey.answered": (payload, { branchId }) => {
    const { answerId, surveyId, guestId, place, language, choices, ratings } = payload;
    const { scales = {} } = payload;
    const told = { answerId, surveyId, branchId, place, language, choices, ratings, scales };
    return { type: "survey.answered", whose: of("guest", guestId), facts: told };
  },
  "consent.given": consent(true),
  "consent.withdrawn": consent(false),
  "customer.consent-taken-back": consent(false),
  "customer.merged": ({ keptId, goneId }) => ({
    type: "customer.merged",
    whose: of("customer", keptId),
    facts: { mergedId: goneId },
  }),
  "customer.unmerged": ({ keptId, goneId }) => ({
    type: "customer.unmerged",
    whose: of("customer", keptId),
    facts: { separatedId: goneId },
  }),
  "customer.restricted": about("customer.restricted"),
  "customer.restriction-lifted": about("customer.unrestricted"),
};

/** What an event of the log tells receivers; null: nothing by itself. */
export function readFact(event: LogEvent): Fact | null {
  const read = FACTS[event.type]?.(event.payload, event);
  return read ? { segmentId: null, ...read } : null;
}

/** Somebody whose record may be new, or another than before. `maybe-new`: a customer, if there is one. */
export type Touched = { kind: "maybe-new" | "customer" | "guest"; id: string };

const touch = (kind: Touched["kind"], id: unknown): Touched[] => {
  const known = text(id);
  return known === null ? [] : [{ kind, id: known }];
};

type Toucher = (payload: Payload, event: LogEvent) => Touched[];
const guest: Toucher = ({ guestId }) => touch("guest", guestId);
const customer: Toucher = ({ customerId }) => touch("customer", customerId);
const both: Toucher = ({ keptId, goneId }) => [
  ...touch("customer", keptId),
  ...touch("customer", goneId),
];

/** A customer has the id of what made them: an event, a row of a file, or what staff gave them. */
const TOUCHES: Readonly<Record<string, Toucher>> = {
  "guest.registered": guest,
  "guest.recognised": guest,
  "guest.verified": (payload, event) => [...touch("maybe-new", event.id), ...guest(payload, event)],
  "customer.added": ({ customerId }) => touch("maybe-new", customerId),
  "customer.edited": customer,
  "customer.changed": customer,
  "customer.restriction-lifted": customer,
  "customer.imported": ({ rows }) =>
    Object.keys(rows ?? {}).flatMap((rowId) => [
      ...touch("maybe-new", rowId),
      ...touch("guest", rowId),
    ]),
  "customer.merged": both,
  "customer.unmerged": both,
};

export function readTouched(event: LogEvent): Touched[] {
  return TOUCHES[event.type]?.(event.payload, event) ?? [];
}

/** By these somebody may be forgotten, whoever they are of. */
const FORGETTING = [
  "guest.deletion-requested",
  "guest.expired",
  "member-code.issued",
  "customer.erasure-ordered",
];

export const READ_TYPES: readonly string[] = [
  ...new Set([...Object.keys(FACTS), ...Object.keys(TOUCHES), ...FORGETTING]),
];
