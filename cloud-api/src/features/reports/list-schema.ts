import { type Static, Type } from "typebox";
import { Count, Id, oneOf, Time } from "../../platform/shapes.ts";
import { Day, filter, list, MaybeId, MaybeText } from "./question-schema.ts";
import { RECENCIES } from "./rules.ts";

// Whom and what the numbers of reports count, one by one.

export const RECENCY = oneOf(RECENCIES, "How long ago they came last, as of the last day");

const paging = {
  cursor: list("nextCursor of the page before", 200),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
};

export const cell = {
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
  consent: Type.Optional(
    Type.String({
      pattern: "^(terms|marketing|profiling|presence|ads)\\.(given|withdrawn|unasked)$",
      description: "What they said last of a purpose: marketing.given",
    }),
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

export const whichVisits = { kind: Type.Optional(oneOf(["anonymous"] as const, "Absent: all")) };
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
