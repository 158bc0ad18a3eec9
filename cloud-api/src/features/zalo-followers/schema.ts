import { type Static, Type } from "typebox";
import { Count, Id, Time } from "../../platform/shapes.ts";

const TimeOrNull = Type.Union([Time, Type.Null()]);

export const AccountParams = Type.Object({ senderId: Id });

export const AccountBody = Type.Object({
  oaId: Type.String({
    pattern: "^[0-9]{5,30}$",
    description: "The Official Account's own id, as Zalo's console shows it",
  }),
  branchId: { ...Id, description: "The branch that new customers are noted for" },
  webhookKey: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: "The OA secret key of the webhook page; left out, it stays as it is",
    }),
  ),
});
export type AccountBody = Static<typeof AccountBody>;

export const AccountReply = Type.Object({
  senderId: Id,
  senderName: Type.String(),
  oaId: Type.String(),
  branchId: Id,
  hasWebhookKey: Type.Boolean(),
  webhookUrl: Type.String({ description: "To be written into Zalo's console" }),
  state: Type.Unsafe<"idle" | "running" | "failed">({
    type: "string",
    enum: ["idle", "running", "failed"],
  }),
  failure: Type.Union([
    Type.Unsafe<"sign-in" | "refused" | "unreachable">({
      type: "string",
      enum: ["sign-in", "refused", "unreachable"],
    }),
    Type.Null(),
  ]),
  place: Type.Integer({ minimum: 0, description: "How many followers the run has gone through" }),
  total: Type.Union([Count, Type.Null()]),
  result: Type.Object({ new: Count, changed: Count, same: Count, leftOut: Count }),
  beganAt: TimeOrNull,
  finishedAt: TimeOrNull,
  lastEventAt: TimeOrNull,
  followers: Type.Object({ follows: Count, left: Count }),
});
export type AccountReply = Static<typeof AccountReply>;

export const AccountsReply = Type.Object({
  accounts: Type.Array(AccountReply),
  senders: Type.Array(Type.Object({ id: Id, name: Type.String() }), {
    description: "Zalo senders, whose tokens a sync can use",
  }),
});
export type AccountsReply = Static<typeof AccountsReply>;

export const FollowsParams = Type.Object({ id: Id });
export const FollowsReply = Type.Object({
  follows: Type.Array(
    Type.Object({ oaId: Type.String(), follows: Type.Boolean(), changedAt: Time }),
    { description: "Zalo accounts that know the customer; who follows no more takes no message" },
  ),
});
export type FollowsReply = Static<typeof FollowsReply>;
