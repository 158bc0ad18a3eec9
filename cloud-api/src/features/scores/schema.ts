import { type Static, Type } from "typebox";
import { Id, Time } from "../../platform/shapes.ts";
import { CUTS, DAYS_MAX, POINTS_MAX, RANK_MIN, RANKS_MAX, TOTAL_MAX, TOTAL_MIN } from "./rules.ts";

export * from "./grid-schema.ts";

const cuts = (max: number, description: string) =>
  Type.Array(Type.Integer({ minimum: 1, maximum: max }), {
    ...{ minItems: CUTS, maxItems: CUTS, description },
  });
const Points = Type.Integer({ minimum: 1, maximum: POINTS_MAX });

export const SettingsBody = Type.Object({
  windowDays: Type.Integer({
    ...{ minimum: 1, maximum: DAYS_MAX, description: "Visits count for so many days" },
  }),
  lengthDays: cuts(DAYS_MAX, "Days from the first visit to the last: a point more from each on"),
  recencyDays: cuts(DAYS_MAX, "Days since the last visit: a point less from each on"),
  visits: cuts(100_000, "Visits within the window: a point more from each on"),
  ranks: Type.Array(
    Type.Object({
      tierId: Id,
      totalMin: Type.Integer({
        ...{ minimum: RANK_MIN, maximum: TOTAL_MAX },
        description: "0: everybody, also who never came",
      }),
    }),
    { maxItems: RANKS_MAX, description: "The tier that so many points are worth" },
  ),
});
export type SettingsBody = Static<typeof SettingsBody>;

export const ScoresReply = Type.Object({
  settings: SettingsBody,
  progress: Type.Union(
    [Type.Object({ done: Type.Integer(), total: Type.Integer() }), Type.Null()],
    {
      description: "How many customers were scored anew; null: all of them",
    },
  ),
  totals: Type.Array(Type.Object({ total: Type.Integer(), customers: Type.Integer() }), {
    description: "How many customers have how many points",
  }),
  unscored: Type.Integer({ description: "Customers who have no points: they never came" }),
});
export type ScoresReply = Static<typeof ScoresReply>;

export const CustomerParams = Type.Object({ id: Id });
export const CustomerScoreReply = Type.Object({
  score: Type.Union(
    [
      Type.Object({
        firstAt: Time,
        lastAt: Time,
        visits: Type.Integer({ description: "Within the window" }),
        ...{ length: Points, recency: Points, frequency: Points },
        total: Type.Integer({ minimum: TOTAL_MIN, maximum: TOTAL_MAX }),
      }),
      Type.Null(),
    ],
    { description: "Null: they have no visit" },
  ),
  windowDays: Type.Integer(),
});
export type CustomerScoreReply = Static<typeof CustomerScoreReply>;
