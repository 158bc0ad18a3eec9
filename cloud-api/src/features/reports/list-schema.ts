import { type Static, Type } from "typebox";
import { Count, Id, oneOf, Time } from "../../platform/shapes.ts";
import { Day, filter, list, MaybeId, MaybeText } from "./question-schema.ts";
import { GAP_DAYS, RECENCIES, SESSION_ENDS } from "./rules.ts";

// Whom and what the numbers of reports count, one by one.

export const RECENCY = oneOf(RECENCIES, "How long ago they came last, as of the last day");

const told = {
  total: Count,
  isTotalExact: Type.Boolean({ description: "False: there are more than were counted" }),
};
const paging = {
  cursor: list("nextCursor of the page before", 200),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
};

const used = (what: string) =>
  Type.Optional(
    Type.String({
      pattern: "^(any|unknown|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$",
      description: `Of sessions ${what}, by its id; \`unknown\`: it is not told; \`any\`: whichever`,
    }),
  );
export const whichSessions = {
  nasId: used("through an access controller"),
  policyId: used("under an access policy"),
  end: Type.Optional(oneOf(SESSION_ENDS, "How sessions ended; absent: however")),
};

const numbered = {
  visitClass: Type.Optional(
    Type.Integer({
      ...{ minimum: 1, maximum: 11 },
      description: "1, 2, 3 (to 5), 6 (to 10) or 11 (and more): by which visit of theirs it was",
    }),
  ),
  counted: Type.Optional(
    oneOf(["everywhere", "branch"] as const, "Visits numbered over all branches, or at each"),
  ),
};

export const cell = {
  kind: Type.Optional(oneOf(["new", "returning"] as const, "Absent: both")),
  ...numbered,
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
  ...{ nasId: whichSessions.nasId, policyId: whichSessions.policyId },
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
  ...told,
});

export const whichVisits = {
  ...numbered,
  kind: Type.Optional(
    oneOf(
      ["anonymous", "again", "departed", "there"] as const,
      "Of nobody known; with one of the same customer before them; that ended in the hours asked about; or that are over and were there in them, once for each. Absent: all that began",
    ),
  ),
  gapDays: Type.Optional(
    Type.Integer({
      ...{ minimum: 0, maximum: 365 },
      description: `With kind again, how many days after the one before: ${GAP_DAYS.join(", ")} are the least of each of the report's`,
    }),
  ),
  presentAt: Type.Optional({
    ...Time,
    description:
      "In place of those that began in the period: that are over and were there then, on one of its days",
  }),
};
export const VisitsQuery = Type.Object({ ...filter, ...whichVisits, ...paging });
export type VisitsQuery = Static<typeof VisitsQuery>;

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
  ...told,
  leavesAsFile: Type.Boolean({
    ...{ description: "False: its days have more visits than files of such lists take" },
  }),
});

export const SessionsQuery = Type.Object({ ...filter, ...whichSessions, ...paging });
export type SessionsQuery = Static<typeof SessionsQuery>;

const MaybeTime = Type.Union([Time, Type.Null()]);
export const SessionsReply = Type.Object({
  sessions: Type.Array(
    Type.Object({
      id: Id,
      customerId: {
        ...MaybeId,
        description: "Null: of nobody known, or for whoever may not read customers",
      },
      customerName: MaybeText,
      ...{ branchId: Id, branchName: MaybeText },
      ...{ nasId: MaybeId, nasName: MaybeText, policyId: MaybeId, policyName: MaybeText },
      ...{ startedAt: MaybeTime, endedAt: MaybeTime, isOpen: Type.Boolean() },
      cause: { ...MaybeText, description: "Why it ended, as it was told (RFC 2866 §5.10)" },
      ...{ connectedSeconds: Count, uploadBytes: Count, downloadBytes: Count },
    }),
    { description: "The newest day of a visit first" },
  ),
  nextCursor: MaybeText,
  total: Count,
});

export const WaysInQuery = Type.Object({
  ...filter,
  method: Type.Optional(
    Type.String({ maxLength: 35, description: "A way in: phone-code; absent: whichever" }),
  ),
  ...paging,
});

export const WaysInReply = Type.Object({
  waysIn: Type.Array(
    Type.Object({
      id: Id,
      at: Time,
      method: Type.String(),
      ...{ branchId: Id, branchName: MaybeText },
      customerId: {
        ...MaybeId,
        description: "Whose visit it led to; null: nobody's, or for whoever may not read customers",
      },
      customerName: MaybeText,
    }),
    { description: "The newest first" },
  ),
  nextCursor: MaybeText,
  total: Count,
});
