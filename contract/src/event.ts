import { type Static, type TObject, type TSchema, Type } from "typebox";
import { Compile } from "typebox/compile";
import { accessCodeUsed } from "./events/access-code.ts";
import { advertTagShown } from "./events/advert-tag.ts";
import { boxPurged, boxStarted } from "./events/box.ts";
import { clockCorrected } from "./events/clock.ts";
import { codeBudgetReached, codeRequested, codeRequestedV1 } from "./events/code.ts";
import { consentGiven, consentWithdrawn } from "./events/consent.ts";
import { couponIssued } from "./events/coupon.ts";
import { credentialIssued, credentialRevoked } from "./events/credential.ts";
import {
  deviceDescribed,
  deviceRecognised,
  deviceSeen,
  deviceTokenIssued,
} from "./events/device.ts";
import { guestConnected, guestRecognised, guestRegistered, guestVerified } from "./events/guest.ts";
import { guestCopyRequested, guestDeletionRequested } from "./events/guest-request.ts";
import { memberCodeIssued } from "./events/member-code.ts";
import { outboxThinned } from "./events/outbox.ts";
import { sessionEnded, sessionStarted, sessionUpdated } from "./events/session.ts";
import { signInCounted } from "./events/sign-in.ts";
import { surveyAnswered } from "./events/survey.ts";
import { visitEnded, visitStarted } from "./events/visit.ts";
import { Id, listPersonalPaths, Timestamp } from "./personal.ts";
import { SealedFields } from "./sealed-fields.ts";

/** Every known event type, by its versions: what a box may say about the past. */
export const eventSchemas = {
  "access-code.used": { 1: accessCodeUsed },
  "advert-tag.shown": { 1: advertTagShown },
  "box.purged": { 1: boxPurged },
  "box.started": { 1: boxStarted },
  "clock.corrected": { 1: clockCorrected },
  "code.budget-reached": { 1: codeBudgetReached },
  "code.requested": { 1: codeRequestedV1, 2: codeRequested },
  "consent.given": { 1: consentGiven },
  "consent.withdrawn": { 1: consentWithdrawn },
  "coupon.issued": { 1: couponIssued },
  "credential.issued": { 1: credentialIssued },
  "credential.revoked": { 1: credentialRevoked },
  "device.described": { 1: deviceDescribed },
  "device.recognised": { 1: deviceRecognised },
  "device.seen": { 1: deviceSeen },
  "device.token-issued": { 1: deviceTokenIssued },
  "guest.connected": { 1: guestConnected },
  "guest.copy-requested": { 1: guestCopyRequested },
  "guest.deletion-requested": { 1: guestDeletionRequested },
  "guest.recognised": { 1: guestRecognised },
  "guest.registered": { 1: guestRegistered },
  "guest.verified": { 1: guestVerified },
  "member-code.issued": { 1: memberCodeIssued },
  "outbox.thinned": { 1: outboxThinned },
  "session.ended": { 1: sessionEnded },
  "session.started": { 1: sessionStarted },
  "session.updated": { 1: sessionUpdated },
  "sign-in.counted": { 1: signInCounted },
  "survey.answered": { 1: surveyAnswered },
  "visit.ended": { 1: visitEnded },
  "visit.started": { 1: visitStarted },
} as const;

export type EventType = keyof typeof eventSchemas;
type Versions<T extends EventType> = (typeof eventSchemas)[T];
/** Of the newest version: what a box of this release writes. */
export type EventPayload<T extends EventType> = Static<
  Versions<T> extends { 2: infer Newest extends TSchema } ? Newest : Versions<T>[1]
>;

/** The version a box of this release writes; older and newer ones are read, or kept unread. */
export function findNewestVersion(type: EventType): number {
  return newestVersions.get(type) ?? 1;
}
const newestVersions: ReadonlyMap<string, number> = new Map(
  Object.entries(eventSchemas).map(([type, versions]) => [
    type,
    Math.max(...Object.keys(versions).map(Number)),
  ]),
);

/**
 * What travels for each event. `id` is the idempotency key from end to end. `epoch` names one life
 * of a box's store (a restored or replaced box begins a new one); `seq` counts its events from 1
 * without gaps. `tenantId`, `branchId` and `boxId` are what the box believes: the cloud trusts the
 * box's credential instead and refuses an envelope that disagrees with it.
 */
export const EventEnvelope = Type.Object({
  id: Id,
  type: Type.String({ pattern: "^[a-z]+(-[a-z]+)*\\.[a-z]+(-[a-z]+)*$", maxLength: 64 }),
  version: Type.Integer({ minimum: 1 }),
  tenantId: Id,
  branchId: Id,
  boxId: Id,
  epoch: Id,
  seq: Type.Integer({ minimum: 1 }),
  occurredAt: Timestamp,
  payload: Type.Record(Type.String(), Type.Unknown()),
  /** What is personal and was sealed to the cloud, which opens it at its door; the payload lacks it. */
  sealed: Type.Optional(SealedFields),
});
export type EventEnvelope = Static<typeof EventEnvelope>;

/** An envelope whose payload was checked against its schema; narrow on `type` to read it. */
export type KnownEvent = {
  [T in EventType]: Omit<EventEnvelope, "type" | "payload"> & { type: T; payload: EventPayload<T> };
}[EventType];

export type ReadEvent =
  | { kind: "known"; event: KnownEvent }
  /** A type or version newer than this program: kept as it came, never refused. */
  | { kind: "unknown"; event: EventEnvelope }
  | { kind: "invalid"; reason: string };

const compiledEnvelope = Compile(EventEnvelope);
const compiledPayloads = new Map<string, { check: (value: unknown) => string | null }>();
const personalPaths = new Map<string, string[]>();
for (const [type, versions] of Object.entries(eventSchemas))
  for (const [version, schema] of Object.entries(versions)) {
    const compiled = Compile(schema as TObject);
    const check = (value: unknown) => (compiled.Check(value) ? null : firstFault(compiled, value));
    compiledPayloads.set(`${type}@${version}`, { check });
    personalPaths.set(`${type}@${version}`, listPersonalPaths(schema));
  }

/** Checks one envelope and, where type and version are known, its payload. Never throws. */
export function readEvent(value: unknown): ReadEvent {
  if (!compiledEnvelope.Check(value))
    return { kind: "invalid", reason: `envelope: ${firstFault(compiledEnvelope, value)}` };
  const payload = compiledPayloads.get(`${value.type}@${value.version}`);
  if (!payload) return { kind: "unknown", event: value };
  const fault = payload.check(value.payload);
  if (fault) return { kind: "invalid", reason: `${value.type} v${value.version}: ${fault}` };
  return { kind: "known", event: value as KnownEvent };
}

/**
 * The personal paths of an event type. Null for an unknown type or version: then nobody can say
 * which of its fields are personal, and its whole payload has to be kept erasable.
 */
export function findPersonalPaths(type: string, version: number): readonly string[] | null {
  return personalPaths.get(`${type}@${version}`) ?? null;
}

type Checker = { Errors: (value: unknown) => { instancePath: string; message: string }[] };

function firstFault(checker: Checker, value: unknown): string {
  const [fault] = checker.Errors(value);
  return fault ? `${fault.instancePath || "/"} ${fault.message}` : "does not fit its schema";
}
