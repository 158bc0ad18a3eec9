import { Type } from "typebox";
import { Id } from "../../platform/shapes.ts";

export const UnreadEventsReply = Type.Object({
  unreadEvents: Type.Array(
    Type.Object({
      id: Id,
      branchId: Id,
      boxId: Id,
      epoch: Id,
      seq: Type.Union([Type.Integer(), Type.Null()], {
        description: "Null where not even that could be read",
      }),
      reason: Type.String({ description: "Why it could not be read" }),
      receivedAt: Type.String({ format: "date-time" }),
    }),
    { description: "The newest first, at most 100" },
  ),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});

export const RereadBody = Type.Object({
  after: Type.Optional({ ...Id, description: "Where the request before has left off" }),
});

export const RereadReply = Type.Object({
  read: Type.Integer({ description: "Stand in the log now" }),
  unread: Type.Integer({ description: "Looked at, and as unreadable as before" }),
  after: Type.Union([Id, Type.Null()], {
    description: "What to go on from; null: all were looked at",
  }),
});

export const BoxAlarmsQuery = Type.Object({
  boxId: Type.Optional(Id),
  open: Type.Boolean({ default: true, description: "Without the gaps that were filled since" }),
});

const Moment = Type.String({ format: "date-time" });

export const BoxAlarmsReply = Type.Object({
  gaps: Type.Array(
    Type.Object({
      boxId: Id,
      epoch: Id,
      from: Type.Integer({ description: "The first missing seq of this life of the box's store" }),
      to: Type.Integer(),
      missing: Type.Integer({ description: "Of them, how many have not come since" }),
      foundAt: Moment,
      filledAt: Type.Union([Moment, Type.Null()]),
    }),
    { description: "The newest first, at most 200" },
  ),
  twins: Type.Array(Type.Object({ boxId: Id, foundAt: Moment, seenAt: Moment }), {
    description: "Boxes under whose name two stores have spoken within a day",
  }),
});
