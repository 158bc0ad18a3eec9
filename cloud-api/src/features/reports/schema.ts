import { type Static, Type } from "typebox";
import { Count, Id, oneOf, Time } from "../../platform/shapes.ts";
import { cell, whichVisits } from "./list-schema.ts";
import { VisitCountsQuery } from "./pattern-schema.ts";
import { filter, freshness, MaybeId, MaybeText, opens, Period } from "./question-schema.ts";
import { UNITS } from "./rules.ts";

export * from "./list-schema.ts";
export * from "./pattern-schema.ts";
export { ReportQuery } from "./question-schema.ts";
export * from "./setting-schema.ts";
export * from "./use-schema.ts";

export const OverviewQuery = Type.Object({
  ...filter,
  by: Type.Optional(oneOf(["branch", "brand"] as const, "The rows beside the sum; absent: branch")),
});
export const SeriesQuery = Type.Object({
  ...filter,
  unit: Type.Optional(oneOf(UNITS, "How long each slot is; absent: day")),
});

const figures = {
  visits: Type.Integer({ minimum: 0, description: "That began in the period, anonymous ones too" }),
  anonymousVisits: Type.Integer({ minimum: 0, description: "Of guests nobody knows" }),
  customers: Type.Integer({ minimum: 0, description: "Who came, each counted once" }),
  newCustomers: Type.Integer({
    ...{ minimum: 0, description: "Whose first visit ever to these branches was in the period" },
  }),
  returningCustomers: Type.Integer({ minimum: 0, description: "The others of those who came" }),
  endedVisits: Type.Integer({ minimum: 0, description: "Of the visits, those that are over" }),
  dwellSeconds: Type.Integer({ minimum: 0, description: "Of the visits that are over, together" }),
  connectedSeconds: Count,
  uploadBytes: Type.Integer({ minimum: 0, description: "From guests to the network" }),
  downloadBytes: Type.Integer({ minimum: 0, description: "From the network to guests" }),
  departures: Type.Integer({ minimum: 0, description: "Visits that ended in the period" }),
};
export const Figures = Type.Object(figures);
export type Figures = Static<typeof Figures>;

const opened = {
  customers: opens,
  newCustomers: opens,
  returningCustomers: opens,
  visits: Type.String({ description: "Where this API lists the visits" }),
  anonymousVisits: Type.String({ description: "Where this API lists the visits" }),
  departures: Type.String({ description: "Where this API lists the visits that ended then" }),
};
const Opened = Type.Object(opened);

export const OverviewReply = Type.Object({
  freshness,
  hereNow: Type.Object(
    {
      total: Count,
      branches: Type.Array(Type.Object({ branchId: Id, name: Type.String(), count: Count })),
    },
    { description: "Guests who are online right now, whatever the period" },
  ),
  period: Period,
  figures: Figures,
  opens: Opened,
  before: Type.Object({ period: Period, figures: Figures }, { description: "Right before" }),
  lastYear: Type.Object({ period: Period, figures: Figures }),
  by: oneOf(["branch", "brand"] as const, "What a row is of"),
  rows: Type.Array(
    Type.Object({
      id: Type.Union([Id, Type.Null()], { description: "Null: branches of no brand" }),
      name: MaybeText,
      brandId: MaybeId,
      timeZone: Type.Union([Type.String(), Type.Null()], { description: "Of a branch" }),
      figures: Figures,
      before: Figures,
      lastYear: Figures,
      opens: Opened,
    }),
    { description: "By name. Visits come to the sum; a customer of two branches is in both rows" },
  ),
});
export type OverviewReply = Static<typeof OverviewReply>;

export const SeriesReply = Type.Object({
  freshness,
  period: Period,
  unit: oneOf(UNITS, "How long each slot is"),
  points: Type.Array(
    Type.Object({
      slot: Type.String({
        description: "YYYY-MM-DDTHH, YYYY-MM-DD (of a week its Monday), YYYY-MM",
      }),
      ...figures,
      present: Type.Union([Count, Type.Null()], {
        description: "Visits that were there in the hour; null: the slot is no hour",
      }),
      presentSeconds: Type.Integer({
        ...{
          minimum: 0,
          description: "Of all who were there, together; by 3600: how many on average",
        },
      }),
      isCorrected: Type.Boolean({
        description: "Its numbers changed after its day, or a day in it, was over",
      }),
      changedAt: Type.Union([Time, Type.Null()], { description: "When a number last changed" }),
      opens: Type.Object({
        ...opened,
        present: Type.String({ description: "Where it lists those there, once for each hour" }),
      }),
    }),
    { description: "Every slot of the period, the oldest first" },
  ),
  total: Figures,
});
export type SeriesReply = Static<typeof SeriesReply>;

const file = {
  file: Type.Optional(oneOf(["vi", "en"] as const, "The language of its words; absent: vi")),
};
export const FileQuery = Type.Object({
  ...filter,
  ...file,
  by: OverviewQuery.properties.by,
  unit: SeriesQuery.properties.unit,
  counted: VisitCountsQuery.properties.counted,
});
export type FileQuery = Static<typeof FileQuery>;
export const CustomersFileQuery = Type.Object({ ...filter, ...cell, ...file });
export type CustomersFileQuery = Static<typeof CustomersFileQuery>;
export const VisitsFileQuery = Type.Object({ ...filter, ...whichVisits, ...file });
export type VisitsFileQuery = Static<typeof VisitsFileQuery>;
