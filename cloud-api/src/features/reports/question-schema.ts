import { type Static, Type } from "typebox";

import { Id, Time } from "../../platform/shapes.ts";
import { DEVICE_KINDS, FORMS, SYSTEMS } from "./rules.ts";

export const MaybeId = Type.Union([Id, Type.Null()]);
export const MaybeText = Type.Union([Type.String(), Type.Null()]);
export const Day = Type.String({
  pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
  description: "YYYY-MM-DD",
});

export const list = (description: string, maxLength: number) =>
  Type.Optional(Type.String({ maxLength, description }));

/** What every report is narrowed by. */
export const filter = {
  from: Type.Optional({
    ...Day,
    description: "The first day by each branch's own clock; absent: 30 days up to `to`",
  }),
  to: Type.Optional({ ...Day, description: "The last day; absent: today" }),
  brandId: Type.Optional(Id),
  branchIds: list("Ids with commas between; absent: all branches in reach", 20_000),
  hours: list("Hours of the branch's clock in which visits began: 8,9,10", 80),
  weekdays: list("Days of the week: 1 is Monday, 7 is Sunday", 20),
  segmentId: Type.Optional({ ...Id, description: "Visits of those who are in the segment now" }),
  tagId: Type.Optional({ ...Id, description: "Visits of those who have the tag or group now" }),
  languages: list("Languages of customers: vi,en; `unknown` for those of whom it is not", 400),
  devices: list(`Kinds of the addresses of the visits' devices: ${DEVICE_KINDS.join(", ")}`, 40),
  systems: list(`What the visits' devices run: ${SYSTEMS.join(", ")}`, 80),
  forms: list(`What the visits' devices are: ${FORMS.join(", ")}`, 60),
  methods: list("Ways in by which visits came: phone-code,returning,unknown", 400),
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

/** What every report begins with. */
export const begun = { freshness, period: Period };
