import { type Static, Type } from "typebox";
import { Count, Id, oneOf } from "../../platform/shapes.ts";
import { RECENCY } from "./list-schema.ts";
import { begun, filter, MaybeText, opens, opensVisits, Period } from "./question-schema.ts";
import { FORMS, SYSTEMS } from "./rules.ts";

// Reports that ask for nothing but what every report does.

const hourSums = {
  visits: Type.Integer({ minimum: 0, description: "That began in it" }),
  departures: Type.Integer({ minimum: 0, description: "Visits that ended in it" }),
  present: Type.Integer({ minimum: 0, description: "Visits that were there in it" }),
  presentSeconds: Type.Integer({ minimum: 0, description: "For how long, together" }),
  endedVisits: Type.Integer({ minimum: 0, description: "Of its visits, those that are over" }),
  dwellSeconds: Type.Integer({ minimum: 0, description: "Of these, together" }),
};
const opensHours = {
  opens,
  opensDepartures: Type.String({ description: "The visits that ended in it" }),
  opensPresent: Type.String({ description: "Those that were there in it, once for each hour" }),
};
const Hour = Type.Integer({ minimum: 0, maximum: 23 });

export const HeatMapReply = Type.Object({
  ...begun,
  cells: Type.Array(
    Type.Object({
      weekday: Type.Integer({ minimum: 1, maximum: 7, description: "1 is Monday" }),
      hour: Hour,
      days: Type.Integer({ description: "How often this day of the week is in the period" }),
      ...hourSums,
      ...opensHours,
    }),
    { description: "7 times 24, or those that are asked for" },
  ),
  total: Type.Object(hourSums),
});
export type HeatMapReply = Static<typeof HeatMapReply>;

export const HoursReply = Type.Object({
  ...begun,
  days: Type.Integer({ description: "Days that are counted" }),
  hours: Type.Array(Type.Object({ hour: Hour, ...hourSums, ...opensHours })),
  total: Type.Object(hourSums),
});
export type HoursReply = Static<typeof HoursReply>;

const classes = {
  classes: Type.Array(
    Type.Object({
      visitClass: Type.Integer({ description: "1, 2, 3 (to 5), 6 (to 10), 11 (and more)" }),
      visits: Count,
      ...{ opens, opensVisits },
    }),
  ),
  ...{ anonymousVisits: Count, opensAnonymous: opensVisits },
  ...{ visits: Type.Integer({ minimum: 0, description: "All of them together" }), opensVisits },
};
const CountedAt = oneOf(["everywhere", "branch"] as const, "Over all branches, or at each");
export const VisitCountsQuery = Type.Object({ ...filter, counted: Type.Optional(CountedAt) });
export const VisitCountsReply = Type.Object({
  ...begun,
  counted: CountedAt,
  total: Type.Object(classes),
  rows: Type.Array(Type.Object({ branchId: Id, name: Type.String(), ...classes })),
});
export type VisitCountsReply = Static<typeof VisitCountsReply>;

export const CohortsReply = Type.Object({
  ...begun,
  cohorts: Type.Array(
    Type.Object({
      month: Type.String({ description: "YYYY-MM of their first visit" }),
      customers: Type.Integer({
        ...{ minimum: 0, description: "Who first came in it, whichever visits are counted" },
      }),
      opens,
      months: Type.Array(
        Type.Object({
          after: Type.Integer({ description: "Months after it; 0 is the month itself" }),
          customers: Type.Integer({ minimum: 0, description: "Of them, who came" }),
          opens,
        }),
      ),
    }),
    { description: "First visits in the period, the oldest month first" },
  ),
});
export type CohortsReply = Static<typeof CohortsReply>;

const MaybeInteger = Type.Union([Type.Integer(), Type.Null()]);
export const GapsReply = Type.Object({
  ...begun,
  gaps: Type.Array(
    Type.Object({
      ...{ fromDays: Type.Integer(), toDays: MaybeInteger, returns: Count },
      opens: opensVisits,
    }),
  ),
  returns: Type.Integer({ minimum: 0, description: "Visits with one before them" }),
  opens: opensVisits,
  medianDays: MaybeInteger,
});
export type GapsReply = Static<typeof GapsReply>;

export const RecencyReply = Type.Object({
  ...begun,
  atRiskDays: Type.Integer(),
  lapsedDays: Type.Integer(),
  rows: Type.Array(Type.Object({ recency: RECENCY, customers: Count, opens })),
  customers: Type.Integer({ description: "Whoever came up to the last day, ever" }),
});
export type RecencyReply = Static<typeof RecencyReply>;

export const LanguagesReply = Type.Object({
  ...begun,
  rows: Type.Array(Type.Object({ language: MaybeText, customers: Count, opens })),
  customers: Count,
});
export type LanguagesReply = Static<typeof LanguagesReply>;

export const DevicesReply = Type.Object({
  ...begun,
  rows: Type.Array(
    Type.Object({
      kind: oneOf(["given", "made-up", "unknown"] as const, "The address of the device"),
      visits: Count,
      opens: opensVisits,
    }),
  ),
  visits: Count,
});
export type DevicesReply = Static<typeof DevicesReply>;

const opensBoth = Type.Object(
  { customers: opens, visits: opensVisits },
  { description: "Whose visits they were, and the visits" },
);
const Described = oneOf([...new Set([...SYSTEMS, ...FORMS])], "As the device's browser said");
export const DescribedReply = Type.Object({
  ...begun,
  before: Type.Object({ period: Period, visits: Count }),
  rows: Type.Array(
    Type.Object({ name: Described, visits: Count, visitsBefore: Count, opens: opensBoth }),
    { description: "The most visits first; `unknown`, of devices that never said, last" },
  ),
  visits: Count,
  branches: Type.Array(
    Type.Object({
      ...{ branchId: Id, name: Type.String(), visits: Count },
      cells: Type.Array(Type.Object({ name: Described, visits: Count, opens: opensBoth })),
    }),
  ),
});
export type DescribedReply = Static<typeof DescribedReply>;

const named = { name: Type.String(), count: Count };
const opensWaysIn = Type.String({
  description: "Where this API lists the times they came online; with ?cursor= on",
});
export const SignInsReply = Type.Object({
  ...begun,
  methods: Type.Array(Type.Object({ ...named, opens: opensWaysIn }), {
    description: "How often guests came online, by which way in",
  }),
  opens: opensWaysIn,
  channels: Type.Union([Type.Array(Type.Object(named)), Type.Null()], {
    description:
      "How often codes were asked for, by the channel of each; null: narrowed by guests, devices or ways in, for a code is nobody's until it was typed",
  }),
});
export type SignInsReply = Static<typeof SignInsReply>;
