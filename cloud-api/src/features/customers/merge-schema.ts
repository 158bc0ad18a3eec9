import { type Static, Type } from "typebox";
import { Id, Time } from "../../platform/shapes.ts";

const nullable = <T extends ReturnType<typeof Type.String>>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const MergeBody = Type.Object({
  keptId: { ...Id, description: "The record that stays, with everything of both" },
  goneId: { ...Id, description: "The record that becomes part of it" },
});
export const MergeParams = Type.Object({ id: Id });

const Party = Type.Object({
  id: Id,
  name: nullable(Type.String()),
  phone: nullable(Type.String()),
  email: nullable(Type.String()),
  birthday: nullable(Type.String()),
  visits: Type.Integer(),
  firstSeenAt: Time,
  lastVisitAt: nullable(Time),
  sourceBranchName: nullable(Type.String()),
});
export type Party = Static<typeof Party>;

export const MergeReply = Type.Object({
  id: Id,
  keptId: Id,
  goneId: Id,
  state: Type.Union(
    [
      Type.Literal("asked"),
      Type.Literal("merged"),
      Type.Literal("refused"),
      Type.Literal("parting"),
      Type.Literal("parted"),
    ],
    { description: "asked and parting last until the log has come to it" },
  ),
  reason: nullable(
    Type.String({
      description:
        "Why it was refused or not undone: missing, same, forgotten, merged-before, two-phones, " +
        "merged-on, too-late",
    }),
  ),
  staffName: nullable(Type.String()),
  byMachine: Type.Boolean({ description: "By an identifier that was proved for both" }),
  askedAt: Time,
  mergedAt: nullable(Time),
  partedAt: nullable(Time),
  canBeUndone: Type.Boolean({ description: "For thirty days" }),
});
export type MergeReply = Static<typeof MergeReply>;

export const MergesQuery = Type.Object({
  customerId: Type.Optional({ ...Id, description: "Only those it was in, on either side" }),
});
export const MergesReply = Type.Object({
  merges: Type.Array(MergeReply, { description: "The newest first" }),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});
export type MergesReply = Static<typeof MergesReply>;

export const SuggestionsReply = Type.Object({
  suggestions: Type.Array(
    Type.Object({
      one: Party,
      other: Party,
      kinds: Type.Array(Type.String(), {
        description: "What both have or claim: phone, email, card, posId, zaloId or device",
      }),
      foundAt: Time,
    }),
    { description: "Pairs that may be one person, the newest first" },
  ),
  nextCursor: Type.Null(),
  total: Type.Integer({ description: "All that nobody has judged" }),
});
export type SuggestionsReply = Static<typeof SuggestionsReply>;

export const PairBody = Type.Object({ oneId: Id, otherId: Id });
