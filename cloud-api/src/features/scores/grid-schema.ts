import { type Static, Type } from "typebox";
import { narrowing } from "../../platform/narrowing.ts";
import { Count, Id, Time } from "../../platform/shapes.ts";
import { POINTS_MAX, STANDINGS } from "./rules.ts";

const MaybeText = Type.Union([Type.String(), Type.Null()]);
const Points = Type.Integer({ minimum: 1, maximum: POINTS_MAX });
const Standing = Type.Unsafe<(typeof STANDINGS)[number]>({
  ...{ type: "string", enum: [...STANDINGS] },
  description: "How they stand by how lately and how often they come",
});
const opens = Type.String({
  description: "Where this API lists the customers who are counted; with ?cursor= on",
});

export const GridQuery = Type.Object({
  length: Type.Optional({ ...Points, description: "Of those alone who have so many for it" }),
  ...narrowing,
});
export type GridQuery = Static<typeof GridQuery>;

export const GridReply = Type.Object({
  asOf: Time,
  isBehind: Type.Boolean({ description: "Everybody is being scored anew" }),
  cells: Type.Array(
    Type.Object({
      ...{ recency: Points, frequency: Points, standing: Standing, customers: Count, opens },
    }),
    { description: "5 times 5" },
  ),
  standings: Type.Array(Type.Object({ standing: Standing, customers: Count, opens })),
  lengths: Type.Array(Type.Object({ length: Points, customers: Count, opens }), {
    description: "Of them by length, whatever length is asked for",
  }),
  customers: Type.Integer({ minimum: 0, description: "All of them together" }),
});
export type GridReply = Static<typeof GridReply>;

export const ScoredQuery = Type.Object({
  length: Type.Optional(Points),
  recency: Type.Optional(Points),
  frequency: Type.Optional(Points),
  standing: Type.Optional(Standing),
  ...narrowing,
  cursor: Type.Optional(Type.String({ format: "uuid", description: "nextCursor of before" })),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
});
export type ScoredQuery = Static<typeof ScoredQuery>;

export const ScoredReply = Type.Object({
  customers: Type.Array(
    Type.Object({
      id: Id,
      ...{ name: MaybeText, phone: MaybeText },
      ...{ firstAt: Time, lastAt: Time, visits: Count },
      ...{ length: Points, recency: Points, frequency: Points },
    }),
  ),
  nextCursor: MaybeText,
  total: Count,
});
export type ScoredReply = Static<typeof ScoredReply>;
