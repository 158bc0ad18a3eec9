import { CloudChannel } from "@foyer/contract";
import { type Static, Type } from "typebox";
import { Id } from "../../platform/shapes.ts";
import { SENDER_KINDS, type SenderKind } from "./rules.ts";

const NullableText = Type.Union([Type.String(), Type.Null()]);
const Kind = Type.Unsafe<SenderKind>({ type: "string", enum: [...SENDER_KINDS] });
const Fields = Type.Record(Type.String({ maxLength: 50 }), Type.String({ maxLength: 4000 }));

export const SenderParams = Type.Object({ id: Id });

export const SenderBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100, pattern: "\\S" }),
  kind: Kind,
  settings: Fields,
  secrets: Type.Record(Type.String({ maxLength: 50 }), Type.String({ maxLength: 4000 }), {
    description: "Only those that are new: the others stay as they are. They are never given back",
  }),
});
export type SenderBody = Static<typeof SenderBody>;

export const TestReply = Type.Object({
  id: Id,
  state: Type.String({
    description: "waiting, claimed, accepted, rejected, retry (surely not sent) or unknown",
  }),
  reason: NullableText,
  detail: Type.Union([Type.String(), Type.Null()], { description: "The provider's own words" }),
  createdAt: Type.String(),
});
export type TestReply = Static<typeof TestReply>;

export const SenderReply = Type.Object({
  id: Id,
  name: Type.String(),
  kind: Kind,
  settings: Fields,
  secrets: Type.Record(Type.String(), Type.String(), {
    description: "When each secret was set. What it is, nobody is told",
  }),
  usedBy: Type.Array(Type.Object({ branchId: Id, branchName: Type.String() }), {
    description: "Branches whose codes may go by it",
  }),
  lastTest: Type.Union([TestReply, Type.Null()]),
});
export type SenderReply = Static<typeof SenderReply>;

export const SendersReply = Type.Object({
  senders: Type.Array(SenderReply),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});
export type SendersReply = Static<typeof SendersReply>;

export const TestBody = Type.Object({
  contact: Type.String({
    maxLength: 254,
    description: "A number with its country code, or an e-mail address",
  }),
  language: Type.Union([Type.Literal("vi"), Type.Literal("en")]),
});

export const BranchParams = Type.Object({ id: Id });

/** By what its guests call it, a step is told by the kind of its sender. */
const Step = Type.Omit(CloudChannel.properties.steps.items, ["way"]);
const Steps = Type.Array(Step, { maxItems: 5 });
const Limit = Type.Union([Type.Integer({ minimum: 1, maximum: 1_000_000 }), Type.Null()]);
const Countries = Type.Array(Type.String({ pattern: "^[A-Z]{2}$" }), { maxItems: 250 });

export const ChainBody = Type.Object({
  version: Type.Integer({
    minimum: 1,
    description: "Of the branch's settings; saving asks for the one it was made from",
  }),
  steps: Type.Array(Step, {
    maxItems: 5,
    description: "Tried in this order. None: the cloud sends no codes of this branch",
  }),
  ownSenderId: Type.Optional(
    Type.Union([Id, Type.Null()], {
      description:
        "An HTTP gateway that the branch's boxes ask by themselves while the cloud is out of reach; null: none. Absent: as it is",
    }),
  ),
  boxGateways: Type.Optional(
    Type.Array(Type.String({ maxLength: 64 }), {
      maxItems: 50,
      description: "Which of the gateways that stand in the settings are kept. Absent: all",
    }),
  ),
  messagesPerDay: Type.Union([Limit, Type.Null()], { description: "Null: no budget" }),
  numbersFrom: Countries,
});
export type ChainBody = Static<typeof ChainBody>;

export const ChainReply = Type.Object({
  version: Type.Integer(),
  country: Type.String(),
  steps: Steps,
  ownSenderId: Type.Union([Id, Type.Null()], {
    description: "What the branch's boxes ask by themselves while the cloud is out of reach",
  }),
  boxGateways: Type.Array(
    Type.Object({
      id: Type.String(),
      method: Type.String(),
      host: Type.String({ description: "The rest of the address may hold a secret" }),
    }),
    { description: "Gateways that somebody wrote into the settings, for the boxes to ask" },
  ),
  messagesPerDay: Limit,
  numbersFrom: Countries,
  boxSendsItself: Type.Boolean({
    description: "A gateway of the box's own stands behind the cloud",
  }),
  isPhoneOn: Type.Boolean(),
  clickThrough: Type.Union([Type.Literal("always"), Type.Literal("plan-b"), Type.Literal("off")]),
  today: Type.Object({
    messages: Type.Integer(),
    refusedAt: Type.Union([Type.String(), Type.Null()], {
      description: "When a code was refused today for want of budget",
    }),
  }),
});
export type ChainReply = Static<typeof ChainReply>;

export const MessagesQuery = Type.Object({ branchId: Type.Optional(Id) });
const MessageState = Type.Union([
  Type.Literal("waiting"),
  Type.Literal("sending"),
  Type.Literal("sent"),
  Type.Literal("unknown"),
  Type.Literal("failed"),
]);

export const MessagesReply = Type.Object({
  messages: Type.Array(
    Type.Object({
      id: Id,
      branchId: Id,
      branchName: Type.String(),
      state: MessageState,
      way: NullableText,
      failure: NullableText,
      createdAt: Type.String(),
      attempts: Type.Array(
        Type.Object({
          senderName: NullableText,
          state: Type.String(),
          reason: NullableText,
          detail: NullableText,
        }),
      ),
    }),
  ),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});
export type MessagesReply = Static<typeof MessagesReply>;
