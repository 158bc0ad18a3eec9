import { LocalText, Timestamp } from "@foyer/contract";
import { type Static, Type } from "typebox";
import { BRANCH_KINDS } from "../../platform/branch-kinds.ts";
import { narrowing } from "../../platform/narrowing.ts";
import { day, Given, Id, oneOf, Removal, whose, wording } from "../../platform/shapes.ts";

const Day = day("On the calendar of each case's branch");
const NullableText = Type.Union([Type.String(), Type.Null()]);
const NullableDate = Type.Union([Type.String(), Type.Null()]);
const CaseStateName = Type.Union([
  Type.Literal("new"),
  Type.Literal("working"),
  Type.Literal("closed"),
]);

/** Where they were raised. */
const place = {
  branchId: Type.Optional(Id),
  brandId: Type.Optional({ ...Id, description: "Without `branchId`: of its branches" }),
  branchKind: Type.Optional(
    oneOf(BRANCH_KINDS, "Without `branchId`: of the branches that are such places now"),
  ),
};

export const CaseReply = Type.Object({
  id: Type.String({ description: "The id of the answer that raised it" }),
  branchId: Type.String(),
  state: CaseStateName,
  ownerId: NullableText,
  ownerName: NullableText,
  raisedAt: Type.String(),
  dueAt: Type.String(),
  isLate: Type.Boolean({ description: "Past its time: open still, or closed only afterwards" }),
  closedAt: NullableDate,
  reopenedAt: Type.Union([Type.String(), Type.Null()], {
    description: "When it was last opened again; null where it never was",
  }),
  changedAt: Type.String(),
  returnedAt: Type.Union([Type.String(), Type.Null()], {
    description: "The customer's first visit after it was closed",
  }),
  answer: Type.Union([
    Type.Object({
      surveyId: Type.String(),
      ...whose,
      place: NullableText,
      saleType: Type.Union([LocalText, Type.Null()], {
        description: "What kind of sale it is about; null where nobody said",
      }),
      answeredAt: Type.String(),
      lowest: Type.Union([Type.Integer(), Type.Null()]),
      given: Type.Array(Given, { description: "In the words that were asked" }),
      files: Type.Array(
        Type.Object({
          id: Type.String({ description: "GET /api/v1/survey-files/{fileId} has its bytes" }),
          kind: Type.Union([Type.Literal("jpeg"), Type.Literal("pdf")]),
          byteCount: Type.Integer(),
          removed: Removal,
        }),
        { description: "What the customer sent with it" },
      ),
    }),
    Type.Null(),
  ]),
  actions: Type.Array(
    Type.Object({
      id: Type.String(),
      actionId: Type.String(),
      name: Type.String(),
      result: Type.String({ description: "Empty where it was erased with its customer" }),
      doneAt: Type.String(),
      doneBy: NullableText,
    }),
  ),
});
export type CaseReply = Static<typeof CaseReply>;

export const CasesQuery = Type.Object({
  state: Type.Optional(
    Type.Union([Type.Literal("open"), Type.Literal("closed"), Type.Literal("all")]),
  ),
  ...place,
  from: Type.Optional({ ...Day, description: "Raised on this day of its branch or later" }),
  to: Type.Optional({ ...Day, description: "Or on no later day" }),
  ...narrowing,
  customerId: Type.Optional(Id),
  ownerId: Type.Optional(Id),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
});
export const CasesReply = Type.Object({
  cases: Type.Array(CaseReply, {
    description: "Open ones by the time they are due, others the newest first",
  }),
  nextCursor: NullableText,
  total: Type.Integer(),
  late: Type.Integer(),
});
export type CasesReply = Static<typeof CasesReply>;

export const CaseParams = Type.Object({ id: Id });
export const CaseChangeBody = Type.Object({
  changedAt: {
    ...Timestamp,
    description: "As it was read: what somebody else changed since is a conflict",
  },
  state: Type.Optional(CaseStateName),
  ownerId: Type.Optional(Type.Union([Id, Type.Null()])),
  dueAt: Type.Optional(Timestamp),
});

export const CaseActionBody = Type.Object({
  actionId: Type.Optional(Id),
  name: Type.Optional(
    Type.String({
      ...{ minLength: 1, maxLength: 80, pattern: "\\S" },
      description: "In place of an id: one that is added to those to pick from",
    }),
  ),
  result: Type.String({ minLength: 1, maxLength: 1000, pattern: "\\S" }),
});
export const ActionsReply = Type.Object({
  actions: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
});
export type ActionsReply = Static<typeof ActionsReply>;
export const WorkersReply = Type.Object({
  workers: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      branchIds: Type.Union([Type.Array(Type.String()), Type.Null()], {
        description: "Null: all of them",
      }),
    }),
  ),
});
export type WorkersReply = Static<typeof WorkersReply>;

export const CaseReportQuery = Type.Object({
  ...place,
  from: Day,
  to: Day,
  ...narrowing,
});
const caseSums = {
  raised: Type.Integer(),
  closed: Type.Integer(),
  late: Type.Integer(),
  hoursToClose: Type.Union([Type.Number(), Type.Null()], {
    description: "From raised, or opened again, to closed, at the median",
  }),
  closedOfKnown: Type.Integer({ description: "Closed ones whose customer is known" }),
  returned: Type.Integer({ description: "Of those, the ones who visited again afterwards" }),
};
export const CaseReportReply = Type.Object({
  ...caseSums,
  slots: Type.Array(Type.Object({ first: Day, ...caseSums }), {
    description: "Of those raised in each day, week or month (`step`) of the period",
  }),
  actions: Type.Array(
    Type.Object({
      actionId: Type.String(),
      name: Type.String(),
      count: Type.Integer(),
      ofKnown: Type.Integer(),
      returned: Type.Integer(),
    }),
  ),
  step: Type.Union([Type.Literal("day"), Type.Literal("week"), Type.Literal("month")]),
  reasons: Type.Array(
    Type.Object({
      surveyId: Type.String(),
      questionId: Type.String(),
      value: Type.String(),
      question: LocalText,
      label: LocalText,
      ...wording,
      count: Type.Integer(),
      branches: Type.Array(Type.Object({ branchId: Type.String(), count: Type.Integer() })),
      series: Type.Array(Type.Object({ day: Type.String(), count: Type.Integer() })),
    }),
    { description: "What unsatisfied guests named, the most frequent first" },
  ),
});
export type CaseReportReply = Static<typeof CaseReportReply>;

export const CaseMailsBody = Type.Object({ isOn: Type.Boolean() });
export const CaseMailsReply = Type.Object({
  isOn: Type.Boolean(),
  sendsMail: Type.Boolean({ description: "Whether this Foyer has a mail server" }),
});
export type CaseMailsReply = Static<typeof CaseMailsReply>;
