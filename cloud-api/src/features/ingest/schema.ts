import { Type } from "typebox";

const Id = Type.String({ format: "uuid" });

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
