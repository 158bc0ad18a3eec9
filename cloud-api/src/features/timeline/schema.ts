import { LocalText } from "@foyer/contract";
import { type Static, Type } from "typebox";
import { Id, Removal, Time } from "../../platform/shapes.ts";

const nullable = <T extends ReturnType<typeof Type.String>>(schema: T) =>
  Type.Union([schema, Type.Null()]);

const Kind = Type.Union([
  Type.Literal("visit"),
  Type.Literal("sign-in"),
  Type.Literal("survey"),
  Type.Literal("case"),
  Type.Literal("details"),
  Type.Literal("consent"),
  Type.Literal("mark"),
  Type.Literal("merge"),
  Type.Literal("request"),
  Type.Literal("wifi-key"),
]);

export const TimelineParams = Type.Object({ id: Id });
export const TimelineQuery = Type.Object({
  kind: Type.Optional(Kind),
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: "nextCursor of the page before" }),
  ),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
});

export const Moment = Type.Object({
  kind: Kind,
  id: Id,
  at: Time,
  endedAt: nullable({ ...Time, description: "Of a visit its end, of a request when it was done" }),
  branchId: nullable(Id),
  branchName: nullable(Type.String()),
  staffName: nullable(Type.String({ description: "Who of the staff did it" })),
  what: nullable(
    Type.String({
      description:
        "Of a visit its source, of a sign-in its method, of an answer its survey, of a case raised, done or closed, " +
        "of details who gave them, of a consent its purpose, of a mark group, tier, tagged or untagged, of a merge merged " +
        "or parted, of a request what was asked for, of a key to the member Wi-Fi issued, or by whom it was ended",
    }),
  ),
  names: Type.Array(Type.String(), {
    description:
      "The fields that were told, what the mark is called, what was done to make good, or the channel of messages that a consent " +
      "is about; empty: none, removed, or all channels",
  }),
  given: Type.Union([Type.Boolean(), Type.Null()], {
    description: "Of a consent: false, taken back. Of a mark: false, a rule did it",
  }),
  saleType: Type.Union([LocalText, Type.Null()], {
    description: "Of an answer and its case: what kind of sale it is about; null: nobody said",
  }),
  files: Type.Array(
    Type.Object({
      id: Type.String({ description: "GET /api/v1/survey-files/{fileId} has its bytes" }),
      kind: Type.Union([Type.Literal("jpeg"), Type.Literal("pdf")]),
      byteCount: Type.Integer(),
      removed: Removal,
    }),
    { description: "Of an answer: what was sent with it" },
  ),
});
export type Moment = Static<typeof Moment>;

export const TimelineReply = Type.Object({
  moments: Type.Array(Moment, { description: "The newest first" }),
  nextCursor: nullable(Type.String()),
});
export type TimelineReply = Static<typeof TimelineReply>;
