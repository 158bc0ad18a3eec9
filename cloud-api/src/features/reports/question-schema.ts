import { type Static, Type } from "typebox";
import { BRANCH_KINDS } from "../../platform/branch-kinds.ts";
import { list, narrowing } from "../../platform/narrowing.ts";
import { Id, oneOf, Time } from "../../platform/shapes.ts";

export const MaybeId = Type.Union([Id, Type.Null()]);
export const MaybeText = Type.Union([Type.String(), Type.Null()]);
export const Day = Type.String({
  pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
  description: "YYYY-MM-DD",
});

export { list };

/** What every report is narrowed by. */
export const filter = {
  from: Type.Optional({
    ...Day,
    description: "The first day by each branch's own clock; absent: 30 days up to `to`",
  }),
  to: Type.Optional({ ...Day, description: "The last day; absent: today" }),
  brandId: Type.Optional(Id),
  branchIds: list("Ids with commas between; absent: all branches in reach", 20_000),
  branchKind: Type.Optional(oneOf(BRANCH_KINDS, "Of the branches that are such places now")),
  ...narrowing,
};

export const ReportQuery = Type.Object(filter);
export type ReportQuery = Static<typeof ReportQuery>;

export const Period = Type.Object({ from: Day, to: Day });

export const freshness = Type.Object({
  asOf: Time,
  isBehind: Type.Boolean({ description: "Something was told that is not counted yet" }),
  branchesCountedAnew: Type.Integer({ minimum: 0, description: "Branches whose count goes on" }),
  faultyDays: Type.Integer({
    ...{ minimum: 0, description: "Days of the period in which a night's check found a fault" },
  }),
});

export const opens = Type.String({
  description: "Where this API lists the customers who are counted; with ?cursor= on",
});

export const opensVisits = Type.String({
  description: "Where this API lists the visits that are counted; with ?cursor= on",
});
export const opensSessions = Type.String({
  description: "Where this API lists the sessions that are counted; with ?cursor= on",
});

/** What every report begins with. */
export const begun = { freshness, period: Period };
