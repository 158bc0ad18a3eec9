import { type Static, Type } from "typebox";
import { Count, Id, oneOf, Time } from "../../platform/shapes.ts";
import { URL_CHARACTERS_MAX } from "./limits.ts";
import {
  CHOSEN_TYPES,
  type ChosenType,
  DELIVERY_STATES,
  PUBLIC_TYPES,
  type PublicType,
} from "./rules.ts";

const TimeOrNull = Type.Union([Time, Type.Null()]);

export const REASONS = [
  ...["status", "forbidden", "unmade", "lost"],
  ...["off", "erased", "restricted", "merged"],
] as const;

export const EndpointParams = Type.Object({ webhookId: Id });
export const DeliveryParams = Type.Object({ webhookId: Id, messageId: Id });

const settings = {
  url: Type.String({
    minLength: 1,
    maxLength: URL_CHARACTERS_MAX,
    description: "https, without a user name; at an address of the open internet",
  }),
  description: Type.String({ maxLength: 100, description: "What it is for, in the staff's words" }),
  types: Type.Array(oneOf<ChosenType>(CHOSEN_TYPES), {
    minItems: 1,
    maxItems: CHOSEN_TYPES.length,
    uniqueItems: true,
    description: "Of what it is told: see webhooks in this document",
  }),
};

export const NewEndpointBody = Type.Object(settings);
export type NewEndpointBody = Static<typeof NewEndpointBody>;

export const EndpointBody = Type.Object({
  ...settings,
  isOn: Type.Boolean({ description: "False: it is told of nothing, and what waits is dropped" }),
});
export type EndpointBody = Static<typeof EndpointBody>;

export const EndpointReply = Type.Object({
  id: Id,
  url: Type.String(),
  description: Type.String(),
  types: Type.Array(oneOf<ChosenType>(CHOSEN_TYPES)),
  state: oneOf(["on", "off", "disabled"], "disabled: it failed for too long, or said it is gone"),
  disabledReason: Type.Union([oneOf(["failing", "gone"]), Type.Null()]),
  disabledAt: TimeOrNull,
  offAt: Type.Union([Time, Type.Null()], { description: "Since when staff have it off" }),
  gap: Type.Union([Type.Object({ from: Time, until: Time }), Type.Null()], {
    description: "The last time it was off, within 30 days: nothing of it is sent later",
  }),
  createdAt: Time,
  failingSince: TimeOrNull,
  lastDeliveredAt: TimeOrNull,
  oldSecretUntil: Type.Union([Time, Type.Null()], {
    description: "Until when the secret of before signs as well; null: it does not",
  }),
  waiting: { ...Count, description: "Messages that are still tried" },
  failedToday: { ...Count, description: "Messages of the last 24 hours that failed for good" },
});
export type EndpointReply = Static<typeof EndpointReply>;

export const EndpointsReply = Type.Object({
  webhooks: Type.Array(EndpointReply, { description: "The oldest first" }),
  types: Type.Array(oneOf<ChosenType>(CHOSEN_TYPES), {
    description: "What an endpoint can be told of",
  }),
});
export type EndpointsReply = Static<typeof EndpointsReply>;

const Secret = Type.String({ description: "whsec_ and base64; shown this once" });

export const NewEndpointReply = Type.Object({ id: Id, secret: Secret });
export type NewEndpointReply = Static<typeof NewEndpointReply>;

export const NewSecretReply = Type.Object({
  secret: Secret,
  oldSecretUntil: { ...Time, description: "Until then the one before signs as well" },
});
export type NewSecretReply = Static<typeof NewSecretReply>;

export const TestReply = Type.Object({ messageId: Id });
export type TestReply = Static<typeof TestReply>;

export const DeliveriesQuery = Type.Object({
  state: Type.Optional(oneOf(DELIVERY_STATES)),
  type: Type.Optional(oneOf<PublicType>(PUBLIC_TYPES)),
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: "nextCursor of the page before" }),
  ),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
});

const ReasonOrNull = Type.Union([oneOf(REASONS), Type.Null()], {
  description: "Why it did not arrive; status: the answer was none of 2xx",
});
const StatusOrNull = Type.Union([Type.Integer(), Type.Null()], {
  description: "HTTP status of the answer; null: there was none",
});

export const DeliveryReply = Type.Object({
  messageId: Id,
  type: oneOf<PublicType>(PUBLIC_TYPES),
  occurredAt: Time,
  customerId: Type.Union([Id, Type.Null()]),
  state: oneOf(DELIVERY_STATES, "withheld: about somebody of whom nothing may be told any more"),
  createdAt: Time,
  nextAt: Type.Union([Time, Type.Null()], {
    description: "When it is tried next; null: it is not",
  }),
  attempts: Count,
  lastAt: TimeOrNull,
  status: StatusOrNull,
  reason: ReasonOrNull,
});
export type DeliveryReply = Static<typeof DeliveryReply>;

export const DeliveriesReply = Type.Object({
  deliveries: Type.Array(DeliveryReply, { description: "The newest first" }),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
  total: Type.Integer(),
});
export type DeliveriesReply = Static<typeof DeliveriesReply>;

export const DeliveryDetailReply = Type.Object({
  ...DeliveryReply.properties,
  facts: Type.Record(Type.String(), Type.Unknown(), {
    description: "What is kept of its data; a customer's record is looked up as it is sent",
  }),
  tries: Type.Array(
    Type.Object({
      number: Type.Integer({ minimum: 1 }),
      at: Time,
      milliseconds: Count,
      status: StatusOrNull,
      reason: ReasonOrNull,
      response: Type.Union([Type.String(), Type.Null()], {
        description: "How a refusal begins, without what was sent of the customer",
      }),
    }),
    { description: "The newest first" },
  ),
});
export type DeliveryDetailReply = Static<typeof DeliveryDetailReply>;

export const ReplayBody = Type.Object({
  since: { ...Time, description: "Those that failed for good and were made since" },
});
export type ReplayBody = Static<typeof ReplayBody>;
export const ReplayReply = Type.Object({
  messages: { ...Count, description: "How many are sent again" },
});
export type ReplayReply = Static<typeof ReplayReply>;
