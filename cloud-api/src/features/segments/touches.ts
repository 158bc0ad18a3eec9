import type { LogEvent } from "../../platform/events.ts";
import type { Dependency } from "./dependencies.ts";

/** What an event may have changed of somebody, as `dependencies.ts` words it; null: anything. */
export type Touched = readonly Dependency[] | null;

/** Whom an event is about. */
export type Touch = {
  who: { kind: "customer" | "guest" | "visit" | "device"; id: string };
  what: Touched;
};

/** What an event changes for everybody: segments that read it are judged anew. */
export type Stale = Dependency;

type Payload = Record<string, unknown>;
type Reading = { touches: Touch[]; stale: Stale[] };
type Reader = (payload: Payload) => Reading;

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const nobody: Reading = { touches: [], stale: [] };

function merge(read: readonly Reading[]): Reading {
  return {
    touches: read.flatMap(({ touches }) => touches),
    stale: read.flatMap(({ stale }) => stale),
  };
}

function touch(kind: Touch["who"]["kind"], id: unknown, what: Touched): Reading {
  const known = text(id);
  return known === null ? nobody : { touches: [{ who: { kind, id: known }, what }], stale: [] };
}

const guest =
  (what: Touched | ((payload: Payload) => Touched)): Reader =>
  (payload) =>
    touch("guest", payload.guestId, typeof what === "function" ? what(payload) : what);
const visit =
  (what: Touched): Reader =>
  (payload) =>
    touch("visit", payload.visitId, what);
const customer =
  (what: Touched | ((payload: Payload) => Touched)): Reader =>
  (payload) =>
    touch("customer", payload.customerId, typeof what === "function" ? what(payload) : what);
const all =
  (...readers: Reader[]): Reader =>
  (payload) =>
    merge(readers.map((each) => each(payload)));
const stale =
  (what: (payload: Payload) => Stale): Reader =>
  (payload) => ({ touches: [], stale: [what(payload)] });

const VISIT = ["visits", "visit-details"];
const tagOf = ({ tagId }: Payload) => [`mark.tag.${tagId}`];

/** Whatever is asked of whoever the payload names under one of these words. */
const named =
  (...keys: string[]): Reader =>
  (payload) =>
    merge(keys.map((key) => touch("customer", payload[key], null)));

/** Which fields staff changed, or the customer on their own page. */
const editedFields = ({ fields }: Payload): Touched =>
  Array.isArray(fields) ? fields.map((field) => `field.${field}`) : null;

/**
 * Each row stands for a guest of whomever it was told of, by the row's own id; one that brought nothing
 * is nobody's. A customer who was made of it may be in segments that ask for what they never did.
 */
const listRowGuests: Reader = ({ rows }) =>
  merge(Object.keys(rows ?? {}).map((rowId) => touch("guest", rowId, null)));

/** The fields that a guest handed over. What was erased since is nobody's field any more. */
function listFields({ details }: Payload): Dependency[] {
  const { own, ...columns } = (details ?? {}) as { own?: object };
  const keys = [
    ...Object.keys(columns),
    "language",
    ...Object.keys(own ?? {}).map((key) => `own.${key}`),
  ];
  return keys.map((key) => `field.${key}`);
}

/**
 * Every event by which somebody may come to be in a segment, or not to be. Whoever adds a fact that
 * segments can ask for adds the events that change it here.
 */
const READERS: Readonly<Record<string, Reader>> = {
  "guest.registered": guest(listFields),
  // A guest may have become somebody else's, with all that was theirs.
  "guest.verified": guest(null),
  "guest.recognised": guest(null),
  "guest.deletion-requested": guest(null),
  "guest.expired": guest(null),
  // Changes nothing that is asked for; that of somebody who was forgotten may forget another.
  "member-code.issued": guest([]),
  "guest.connected": guest(["event.guest.connected"]),
  "survey.answered": guest(["event.survey.answered"]),
  "access-code.used": guest(["event.access-code.used"]),
  "consent.given": guest(({ purpose }) => [`consent.${purpose}`]),
  "consent.withdrawn": guest(({ purpose }) => [`consent.${purpose}`]),
  "customer.consent-taken-back": guest(({ purpose }) => [`consent.${purpose}`]),
  // By the guest as well: whose visit it is may be known from now on.
  "visit.started": all(visit(VISIT), guest(VISIT)),
  "visit.ended": all(visit(VISIT), guest(VISIT)),
  "session.started": all(visit(VISIT), guest(VISIT)),
  "session.updated": visit(["visit-details"]),
  "session.ended": visit(["visit-details"]),
  "device.recognised": guest(VISIT),
  // Everybody who came with it.
  "device.described": ({ deviceId }) => touch("device", deviceId, ["devices"]),
  "customer.changed": customer(null),
  "customer.added": customer(null),
  "customer.edited": customer(editedFields),
  "customer.imported": listRowGuests,
  // Whoever is part of another, or not to be used, is in no segment; the other has all of it.
  "customer.merged": named("keptId", "goneId"),
  "customer.unmerged": named("keptId", "goneId"),
  "customer.restricted": customer(null),
  "customer.restriction-lifted": customer(null),
  "customer.erasure-ordered": customer(null),
  "customer.scored": customer(["scores"]),
  "scores.recounted": stale(() => "scores"),
  "customer.group-changed": customer(["mark.group"]),
  "customer.tier-changed": customer(["mark.tier"]),
  "customer.tagged": customer(tagOf),
  "customer.untagged": customer(tagOf),
  "brand.branches-changed": stale(() => "brands"),
  "branch.kind-changed": stale(() => "branch-kinds"),
  "group.moved": stale(() => "mark.group"),
  "group.removed": stale(() => "mark.group"),
  "tier.removed": stale(() => "mark.tier"),
  "tag.removed": stale(({ tagId }) => `mark.tag.${tagId}`),
};

export const TOUCHING_TYPES: readonly string[] = Object.keys(READERS);

/** What some events of the log may have changed: whom, and for everybody. */
export function readTouches(events: readonly LogEvent[]): Reading {
  const read = events.map(({ type, payload }) => READERS[type]?.(payload) ?? nobody);
  return {
    touches: read.flatMap(({ touches }) => touches),
    stale: [...new Set(read.flatMap((each) => each.stale))],
  };
}
