import { type Static, Type } from "typebox";
import { Id, Time } from "../../platform/shapes.ts";

const nullable = <T extends ReturnType<typeof Type.String>>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const RequestKindSchema = Type.Union(
  [
    Type.Literal("copy"),
    Type.Literal("deletion"),
    Type.Literal("correction"),
    Type.Literal("restriction"),
  ],
  {
    description:
      "A copy of what is kept of them, to be forgotten, something to be corrected, or that it is kept " +
      "and not used",
  },
);
export const LawSchema = Type.Union([Type.Literal("vn"), Type.Literal("gdpr")], {
  description: "Vietnam's law 91/2025/QH15 with decree 356/2025, or the GDPR",
});
const OutcomeSchema = Type.Union([Type.Literal("done"), Type.Literal("refused")]);

export const RequestReply = Type.Object({
  id: Id,
  kind: RequestKindSchema,
  law: LawSchema,
  askedAt: Time,
  branchId: Id,
  branchName: nullable(Type.String({ description: "Where it was asked for" })),
  isNoted: Type.Boolean({ description: "Staff wrote it down; else it was asked for at a box" }),
  notedBy: nullable(Type.String({ description: "Who wrote it down" })),
  note: nullable(Type.String({ description: "How it came, and what exactly was asked for" })),
  answerBy: { ...Time, description: "Until when they are to hear that it has come" },
  finishBy: { ...Time, description: "Until when it is to be carried out" },
  finishedAt: nullable(Time),
  finishedBy: nullable(Type.String()),
  outcome: Type.Union([OutcomeSchema, Type.Null()]),
  outcomeNote: nullable(Type.String({ description: "Why it was refused, or how it was done" })),
});
export type RequestReply = Static<typeof RequestReply>;

export const RequestsQuery = Type.Object({
  state: Type.Union([Type.Literal("open"), Type.Literal("finished")], { default: "open" }),
});
export const ListedRequest = Type.Intersect([
  RequestReply,
  Type.Object({
    customerId: nullable(Id),
    customerName: nullable(Type.String()),
    isLate: Type.Boolean({ description: "It should have been carried out by now" }),
  }),
]);
export type ListedRequest = Static<typeof ListedRequest>;
export const RequestsReply = Type.Object({
  requests: Type.Array(ListedRequest, {
    description: "Those that wait by the day they are due, late ones first; or the last done first",
  }),
  law: LawSchema,
  nextCursor: Type.Null(),
  total: Type.Integer({ description: "How many wait" }),
});
export type RequestsReply = Static<typeof RequestsReply>;

export const NewRequestBody = Type.Object({
  kind: RequestKindSchema,
  note: Type.Optional(Type.String({ maxLength: 1000 })),
});
export const NewRequestReply = Type.Object({ id: Id });
export const OutcomeBody = Type.Object({
  outcome: OutcomeSchema,
  note: Type.Optional(Type.String({ maxLength: 1000, description: "A refusal says why" })),
});
export const LawBody = Type.Object({ law: LawSchema });
