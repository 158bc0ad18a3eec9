import { type Static, Type } from "typebox";
import { RECENCIES, SIGN_IN_STEPS, UNITS } from "./rules.ts";

const Id = Type.String({ format: "uuid" });
const MaybeId = Type.Union([Id, Type.Null()]);
const MaybeText = Type.Union([Type.String(), Type.Null()]);
const Time = Type.String({ format: "date-time", description: "ISO 8601, UTC" });
const Day = Type.String({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description: "YYYY-MM-DD" });
const Count = Type.Integer({ minimum: 0 });
const oneOf = <T extends string>(words: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: "string", enum: [...words], description });

const list = (description: string, maxLength: number) =>
  Type.Optional(Type.String({ maxLength, description }));

/** What every report is narrowed by. */
const filter = {
  from: Type.Optional({
    ...Day,
    description: "The first day by each branch's own clock; absent: 30 days up to `to`",
  }),
  to: Type.Optional({ ...Day, description: "The last day; absent: today" }),
  brandId: Type.Optional(Id),
  branchIds: list("Ids with commas between; absent: all branches in reach", 20_000),
  hours: list("Hours of the branch's clock in which visits began: 8,9,10", 80),
  weekdays: list("Days of the week: 1 is Monday, 7 is Sunday", 20),
};

export const ReportQuery = Type.Object(filter);
export type ReportQuery = Static<typeof ReportQuery>;

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

const Period = Type.Object({ from: Day, to: Day });

const freshness = Type.Object({
  asOf: Time,
  isBehind: Type.Boolean({ description: "Something was told that is not counted yet" }),
  branchesCountedAnew: Type.Integer({ minimum: 0, description: "Branches whose count goes on" }),
  faultyDays: Type.Integer({
    ...{ minimum: 0, description: "Days of the period in which a night's check found a fault" },
  }),
});

const opens = Type.String({
  description: "Where this API lists the customers who are counted; with ?cursor= on",
});
const opened = {
  customers: opens,
  newCustomers: opens,
  returningCustomers: opens,
  visits: Type.String({ description: "Where this API lists the visits" }),
  anonymousVisits: Type.String({ description: "Where this API lists the visits" }),
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
      isCorrected: Type.Boolean({ description: "A day in it was corrected after it was over" }),
      changedAt: Type.Union([Time, Type.Null()], { description: "When a number last changed" }),
      opens: Opened,
    }),
    { description: "Every slot of the period, the oldest first" },
  ),
  total: Figures,
});
export type SeriesReply = Static<typeof SeriesReply>;

export const RECENCY = oneOf(RECENCIES, "How long ago they came last, as of the last day");

const paging = {
  cursor: list("nextCursor of the page before", 200),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
};

const cell = {
  kind: Type.Optional(oneOf(["new", "returning"] as const, "Absent: both")),
  visitClass: Type.Optional(
    Type.Integer({
      ...{ minimum: 1, maximum: 11 },
      description: "1, 2, 3 (to 5), 6 (to 10) or 11 (and more): by which visit of theirs it was",
    }),
  ),
  counted: Type.Optional(
    oneOf(["everywhere", "branch"] as const, "Visits numbered over all branches, or at each"),
  ),
  recency: Type.Optional(RECENCY),
  cohort: Type.Optional(
    Type.String({
      pattern: "^[0-9]{4}-(0[1-9]|1[0-2])$",
      description: "YYYY-MM of their first visit",
    }),
  ),
  monthsAfter: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 24, description: "With `cohort`: they came in it" }),
  ),
  language: Type.Optional(
    Type.String({ pattern: "^[a-zA-Z-]{2,35}$", description: "Or `unknown`" }),
  ),
};
export const CustomersQuery = Type.Object({ ...filter, ...cell, ...paging });
export type CustomersQuery = Static<typeof CustomersQuery>;

export const CustomersReply = Type.Object({
  customers: Type.Array(
    Type.Object({
      id: Id,
      name: MaybeText,
      phone: MaybeText,
      visits: Type.Integer({ description: "Ever, at the branches asked about" }),
      firstDay: Day,
      lastDay: Day,
    }),
  ),
  nextCursor: MaybeText,
  total: Count,
});

const whichVisits = { kind: Type.Optional(oneOf(["anonymous"] as const, "Absent: all")) };
export const VisitsQuery = Type.Object({ ...filter, ...whichVisits, ...paging });

export const VisitsReply = Type.Object({
  visits: Type.Array(
    Type.Object({
      id: Id,
      customerId: {
        ...MaybeId,
        description: "Null: of nobody known, or for whoever may not read customers",
      },
      customerName: MaybeText,
      branchId: Id,
      branchName: MaybeText,
      day: { ...Day, description: "The branch's day that it is counted on" },
      hour: Type.Integer({ minimum: 0, maximum: 23 }),
      number: Type.Union([Type.Integer(), Type.Null()]),
      numberAtBranch: Type.Union([Type.Integer(), Type.Null()]),
      startedAt: Time,
      endedAt: Type.Union([Time, Type.Null()]),
      connectedSeconds: Count,
      uploadBytes: Count,
      downloadBytes: Count,
    }),
    { description: "The newest day first" },
  ),
  nextCursor: MaybeText,
  total: Count,
});

const DayStart = Type.Object({
  branchId: Id,
  timeZone: Type.String(),
  dayStartsHour: Type.Integer({
    ...{ minimum: 0, maximum: 11, description: "Before it, it is still the evening before" },
  }),
});
export const DayStartsReply = Type.Object({ branches: Type.Array(DayStart) });
export const DayStartsBody = Type.Object({
  branchIds: Type.Array(Id, { minItems: 1, maxItems: 500 }),
  dayStartsHour: Type.Integer({ minimum: 0, maximum: 11 }),
});
export const RecountReply = Type.Object({ branches: Count });

const begun = { freshness, period: Period };
const hourSums = {
  visits: Type.Integer({ minimum: 0, description: "That began in it" }),
  departures: Type.Integer({ minimum: 0, description: "Visits that ended in it" }),
  present: Type.Integer({ minimum: 0, description: "Visits that were there in it" }),
  presentSeconds: Type.Integer({ minimum: 0, description: "For how long, together" }),
  endedVisits: Type.Integer({ minimum: 0, description: "Of its visits, those that are over" }),
  dwellSeconds: Type.Integer({ minimum: 0, description: "Of these, together" }),
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
      opens,
    }),
    { description: "7 times 24, or those that are asked for" },
  ),
  total: Type.Object(hourSums),
});
export type HeatMapReply = Static<typeof HeatMapReply>;

export const HoursReply = Type.Object({
  ...begun,
  days: Type.Integer({ description: "Days that are counted" }),
  hours: Type.Array(Type.Object({ hour: Hour, ...hourSums, opens })),
  total: Type.Object(hourSums),
});
export type HoursReply = Static<typeof HoursReply>;

const classes = {
  classes: Type.Array(
    Type.Object({
      visitClass: Type.Integer({ description: "1, 2, 3 (to 5), 6 (to 10), 11 (and more)" }),
      visits: Count,
      opens,
    }),
  ),
  anonymousVisits: Count,
  visits: Type.Integer({ minimum: 0, description: "All of them together" }),
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
      customers: Count,
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
  gaps: Type.Array(Type.Object({ fromDays: Type.Integer(), toDays: MaybeInteger, returns: Count })),
  returns: Type.Integer({ minimum: 0, description: "Visits with one before them" }),
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
    }),
  ),
  visits: Count,
});
export type DevicesReply = Static<typeof DevicesReply>;

export const ChecksReply = Type.Object({
  checks: Type.Array(
    Type.Object({
      checkedAt: Time,
      ...{ firstDay: Day, lastDay: Day },
      branchDays: Type.Integer({ description: "Days of branches that were counted again" }),
      faults: Count,
    }),
    { description: "The newest first" },
  ),
  faults: Type.Array(
    Type.Object({
      branchId: Id,
      branchName: MaybeText,
      day: Day,
      numbers: Type.Record(
        Type.String(),
        Type.Object({ report: Type.Integer(), visits: Type.Integer() }),
        { description: "Name of the number → what the report said, and the visits say" },
      ),
      foundAt: Time,
      mendedAt: Type.Union([Time, Type.Null()], { description: "When it was counted anew" }),
    }),
    { description: "Days of which a report had said something else than the visits" },
  ),
});

const Named = Type.Array(Type.Object({ name: Type.String(), count: Count }));
export const SignInsReply = Type.Object({
  ...begun,
  steps: Type.Array(
    Type.Object({
      step: oneOf(SIGN_IN_STEPS, "How far somebody came on the way online"),
      count: Type.Integer({ minimum: 0, description: "How often, by the branch's clock" }),
    }),
    { description: "In their order; whoever is known, or needs no code, skips some" },
  ),
  methods: { ...Named, description: "Of `online`: by which way in; the most first" },
  channels: { ...Named, description: "Of `code-asked`: by which channel it was to go" },
});
export type SignInsReply = Static<typeof SignInsReply>;

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
export const VisitsFileQuery = Type.Object({ ...filter, ...whichVisits, ...file });
