import { orNull } from "@foyer/contract";
import { type Static, type TObject, Type } from "typebox";
import { Count, Id, Time } from "../../platform/shapes.ts";
import type { ChosenType, PublicType } from "./rules.ts";

// What receivers are promised: names and shapes of their own, apart from those of the log. What is
// added is a new field; what would break a receiver is a new version of the type beside the old one.

export const EVENT_VERSION = 1;

const CustomerId = { ...Id, description: "As the API's /api/v1/customers/{id} takes it" };
const Whose = orNull({ ...CustomerId, description: "Null: nobody knows whose it is" });

export const PublicCustomer = Type.Object(
  {
    id: CustomerId,
    kind: Type.Union([Type.Literal("person"), Type.Literal("company")]),
    name: orNull(Type.String()),
    phone: orNull(Type.String({ description: "E.164" })),
    email: orNull(Type.String()),
    birthday: orNull(Type.String({ description: "YYYY-MM-DD, or --MM-DD without the year" })),
    language: orNull(Type.String()),
    visits: Count,
    firstSeenAt: Time,
    lastVisitAt: orNull(Time),
    sourceBranchId: { ...Id, description: "The branch they joined at" },
  },
  { description: "The record as it is when the message is sent, not as it was" },
);
export type PublicCustomer = Static<typeof PublicCustomer>;

const visit = {
  visitId: Id,
  branchId: Id,
  customerId: Whose,
  startedAt: Time,
};
const member = {
  segmentId: Id,
  segmentName: Type.String(),
  customerId: CustomerId,
};
const customerAlone = Type.Object({ customerId: CustomerId });

/** Every event a receiver can choose, with what its `data` holds. */
export const PUBLIC_EVENTS = {
  "customer.created": {
    summary: "Somebody became a customer: by proving a number or address, by staff or by an import",
    data: Type.Object({ customer: PublicCustomer }),
  },
  "customer.updated": {
    summary:
      "What is known of a customer may have changed; several changes at once are one message",
    data: Type.Object({ customer: PublicCustomer }),
  },
  "customer.merged": {
    summary: "Two records are one: everything of the merged one is the kept one's",
    data: Type.Object({ customerId: CustomerId, mergedId: Id }),
  },
  "customer.unmerged": {
    summary: "A merge was undone: each has their own again",
    data: Type.Object({ customerId: CustomerId, separatedId: Id }),
  },
  "customer.erased": {
    summary: "A customer was forgotten: erase them where you keep them, too",
    data: customerAlone,
  },
  "customer.restricted": {
    summary: "A customer's record may be kept and not used any more, as they asked",
    data: customerAlone,
  },
  "customer.unrestricted": {
    summary: "A customer's record may be used again",
    data: customerAlone,
  },
  "visit.started": {
    summary: "Somebody arrived at a branch",
    data: Type.Object({
      ...visit,
      source: Type.Union([Type.Literal("wifi"), Type.Literal("passive")]),
    }),
  },
  "visit.ended": {
    summary: "Somebody left: told once the branch's gap has passed without them",
    data: Type.Object({ ...visit, endedAt: Time, sessions: Count, connectedSeconds: Count }),
  },
  "segment.entered": {
    summary: "A customer came to be in a segment; not told where its definition was changed",
    data: Type.Object(member),
  },
  "segment.left": {
    summary: "A customer is in a segment no more; not told where its definition was changed",
    data: Type.Object(member),
  },
  "survey.answered": {
    summary: "A survey was answered; what somebody wrote in their own words is not told",
    data: Type.Object({
      answerId: Id,
      surveyId: Type.String(),
      branchId: Id,
      customerId: Whose,
      place: orNull(Type.String()),
      language: Type.String(),
      choices: Type.Record(Type.String(), Type.Array(Type.String())),
      ratings: Type.Record(Type.String(), Type.Integer()),
      scales: Type.Record(Type.String(), Type.Integer(), { description: "From 0 to 10" }),
    }),
  },
  "consent.changed": {
    summary: "Somebody agreed to a purpose, or took it back",
    data: Type.Object({
      customerId: Whose,
      branchId: Id,
      purpose: Type.String({ description: "terms, marketing, profiling, presence or ads" }),
      channel: orNull(
        Type.String({ description: "Of marketing: sms, zalo or email; null, all of them" }),
      ),
      given: Type.Boolean({ description: "False: taken back" }),
      textVersion: Type.Integer(),
      language: Type.String(),
    }),
  },
} as const satisfies Record<ChosenType, { summary: string; data: TObject }>;

/** Sent by the button alone: nobody chooses it. */
export const TEST_EVENT = {
  summary: "Staff asked for a message, to see whether it arrives",
  data: Type.Object({ endpointId: Id }),
};

/** The whole of a message of a type. */
export function describeMessage(type: PublicType): TObject {
  const { data } = type === "webhook.test" ? TEST_EVENT : PUBLIC_EVENTS[type];
  return Type.Object({
    type: Type.Literal(type),
    version: Type.Literal(EVENT_VERSION),
    timestamp: { ...Time, description: "When it happened, ISO 8601, UTC" },
    tenantId: Id,
    data,
  });
}
