import { MessageChannel } from "@foyer/contract";
import { type Static, Type } from "typebox";
import { BRANCH_KINDS } from "../../platform/branch-kinds.ts";
import { Id, oneOf, Time } from "../../platform/shapes.ts";
import { FieldCondition } from "./field-schema.ts";
import { CHOICES_MAX, FORMS, SAMPLE_MAX, SEGMENT_NAME_LENGTH_MAX, SYSTEMS } from "./rules.ts";

export { FieldCondition, FieldTest } from "./field-schema.ts";

const closed = { additionalProperties: false };
const Day = Type.String({ pattern: "^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$", description: "YYYY-MM-DD" });
/** As this API writes it: a tree is compared as it stands. */
const WrittenId = Type.String({
  pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
  description: "An id in small letters",
});
const Ids = Type.Array(WrittenId, { minItems: 1, maxItems: CHOICES_MAX, uniqueItems: true });
const nullable = <T extends ReturnType<typeof Type.String>>(schema: T) =>
  Type.Union([schema, Type.Null()]);

const Length = {
  amount: Type.Integer({ minimum: 1, maximum: 5000 }),
  unit: Type.Union([Type.Literal("hour"), Type.Literal("day")], {
    description: "A day is 24 hours",
  }),
};

/** When something was, seen from now or on the calendar of the branch where it was. */
export const When = Type.Union([
  Type.Object({ is: Type.Literal("within"), ...Length }, closed),
  Type.Object({ is: Type.Literal("before"), ...Length }, closed),
  Type.Object(
    {
      is: Type.Literal("days"),
      from: nullable(Day),
      to: nullable({ ...Day, description: "YYYY-MM-DD, included" }),
    },
    closed,
  ),
]);
export type When = Static<typeof When>;

export const JoinedCondition = Type.Object(
  {
    kind: Type.Literal("joined"),
    branchIds: Type.Optional(Ids),
    when: Type.Optional(When),
  },
  closed,
);

export const MarkCondition = Type.Object(
  {
    kind: Type.Literal("mark"),
    mark: Type.Union([Type.Literal("group"), Type.Literal("tag"), Type.Literal("tier")]),
    has: Type.Union([Type.Literal("any"), Type.Literal("all"), Type.Literal("none")]),
    ids: { ...Ids, description: "In a group is also who is in one below it" },
  },
  closed,
);

const Clock = Type.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$", description: "HH:MM" });
/** Which visits are meant: those that every part fits. */
export const VisitFilter = Type.Object(
  {
    branchIds: Type.Optional(Ids),
    brandIds: Type.Optional({
      ...Ids,
      description: "At the branches that are of these brands today",
    }),
    branchKinds: Type.Optional(
      Type.Array(oneOf(BRANCH_KINDS), {
        ...{ minItems: 1, maxItems: BRANCH_KINDS.length, uniqueItems: true },
        description: "At the branches that are such places today",
      }),
    ),
    source: Type.Optional(Type.Union([Type.Literal("wifi"), Type.Literal("passive")])),
    systems: Type.Optional(
      Type.Array(oneOf(SYSTEMS), {
        ...{ minItems: 1, maxItems: SYSTEMS.length, uniqueItems: true },
        description: "On a device that runs one of these, as its browser said last",
      }),
    ),
    forms: Type.Optional(
      Type.Array(oneOf(FORMS), {
        ...{ minItems: 1, maxItems: FORMS.length, uniqueItems: true },
        description: "On a device that is one of these, as its browser said last",
      }),
    ),
    weekdays: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
        minItems: 1,
        maxItems: 7,
        uniqueItems: true,
        description: "ISO 8601: 1 is Monday",
      }),
    ),
    hours: Type.Optional(
      Type.Object(
        { from: Clock, to: Clock },
        { ...closed, description: "Of the arrival; `to` is not included and may be past midnight" },
      ),
    ),
    minutesMin: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_080 })),
    minutesMax: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_080 })),
  },
  {
    ...closed,
    description: "On the clock of the visit's branch; only a visit that ended has a length",
  },
);
export type VisitFilter = Static<typeof VisitFilter>;

const Count = Type.Integer({ minimum: 0, maximum: 100_000 });
export const CountRange = Type.Object(
  { min: Type.Optional(Count), max: Type.Optional(Count) },
  { ...closed, minProperties: 1 },
);
export type CountRange = Static<typeof CountRange>;

export const VisitCountCondition = Type.Object(
  {
    kind: Type.Literal("visit-count"),
    count: CountRange,
    visits: VisitFilter,
    when: Type.Optional(When),
  },
  closed,
);

export const VisitTimeCondition = Type.Object(
  {
    kind: Type.Literal("visit-time"),
    which: Type.Union([Type.Literal("first"), Type.Literal("last")]),
    visits: VisitFilter,
    when: When,
  },
  closed,
);

const Minutes = Type.Integer({ minimum: 1, maximum: 1_000_000 });
export const VisitLengthCondition = Type.Object(
  {
    kind: Type.Literal("visit-length"),
    which: Type.Union([Type.Literal("longest"), Type.Literal("average"), Type.Literal("together")]),
    minutes: Type.Object(
      {
        min: Type.Optional(Minutes),
        max: Type.Optional({ ...Minutes, description: "Not included" }),
      },
      { ...closed, minProperties: 1 },
    ),
    visits: VisitFilter,
    when: Type.Optional(When),
  },
  { ...closed, description: "Of the visits that ended; nobody without one fits" },
);

const ScoreBound = Type.Integer({ minimum: 1, maximum: 15 });
export const ScoreCondition = Type.Object(
  {
    kind: Type.Literal("score"),
    part: Type.Union([
      Type.Literal("length"),
      Type.Literal("recency"),
      Type.Literal("frequency"),
      Type.Literal("total"),
    ]),
    points: Type.Object(
      { min: Type.Optional(ScoreBound), max: Type.Optional(ScoreBound) },
      { ...closed, minProperties: 1 },
    ),
  },
  { ...closed, description: "Nobody without a visit has points" },
);

export const EventCondition = Type.Object(
  {
    kind: Type.Literal("event"),
    event: Type.Union([
      Type.Literal("guest.connected"),
      Type.Literal("survey.answered"),
      Type.Literal("access-code.used"),
    ]),
    detail: Type.Optional(
      Type.String({
        ...{ minLength: 1, maxLength: 64, pattern: "^[A-Za-z0-9_.-]+$" },
        description: "Of a sign-in its method, of an answer its survey",
      }),
    ),
    branchIds: Type.Optional(Ids),
    count: CountRange,
    when: Type.Optional(When),
  },
  closed,
);

export const ConsentCondition = Type.Object(
  {
    kind: Type.Literal("consent"),
    purpose: Type.Union([
      Type.Literal("terms"),
      Type.Literal("marketing"),
      Type.Literal("profiling"),
      Type.Literal("presence"),
      Type.Literal("ads"),
    ]),
    channel: Type.Optional({
      ...MessageChannel,
      description: "Of marketing alone: the channel they were asked about. Absent: any of them",
    }),
    state: Type.Union([Type.Literal("given"), Type.Literal("withdrawn"), Type.Literal("never")]),
  },
  closed,
);

export const SegmentCondition = Type.Object(
  { kind: Type.Literal("segment"), id: WrittenId, member: Type.Boolean() },
  closed,
);

export const Condition = Type.Union([
  FieldCondition,
  JoinedCondition,
  MarkCondition,
  VisitCountCondition,
  VisitTimeCondition,
  VisitLengthCondition,
  ScoreCondition,
  EventCondition,
  ConsentCondition,
  SegmentCondition,
]);
export type Condition = Static<typeof Condition>;
export type ConditionKind = Condition["kind"];

export const GROUP_KINDS = ["all", "any", "none"] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];
/** Conditions that all, any or none of are to hold. */
export type Tree = { kind: GroupKind; of: TreeNode[] };
export type TreeNode = Tree | Condition;

const KINDS = [Type.Literal("all"), Type.Literal("any"), Type.Literal("none")];
/** Read by `readTree`, which says where the fault is; the description of the API has its parts. */
export const TreeBody = Type.Unsafe<Tree>(
  Type.Object(
    { kind: Type.Union(KINDS), of: Type.Array(Type.Unknown()) },
    { description: "In the form of the trees that the list of segments has" },
  ),
);
const Inner = Type.Object(
  { kind: Type.Union(KINDS), of: Type.Array(Type.Unknown()) },
  { description: "Another all, any or none, of the same form" },
);
const TreeReply = Type.Unsafe<Tree>(
  Type.Object({
    kind: Type.Union(KINDS),
    of: Type.Array(Type.Unsafe<TreeNode>(Type.Union([Condition, Inner]))),
  }),
);

const segment = {
  id: Id,
  name: Type.String(),
  changedAt: Time,
  customers: Type.Integer({ description: "How many are in it now" }),
  judging: Type.Union(
    [
      Type.Object({
        done: Type.Integer(),
        total: Type.Integer({ description: "0: not known yet" }),
      }),
      Type.Null(),
    ],
    { description: "How many customers were judged by its new definition; null: all of them" },
  ),
};
export const SegmentReply = Type.Object({ ...segment, tree: TreeBody });
export type SegmentReply = Static<typeof SegmentReply>;
export const SegmentsReply = Type.Object({
  segments: Type.Array(Type.Object({ ...segment, tree: TreeReply }), { description: "By name" }),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});
export type SegmentsReply = Static<typeof SegmentsReply>;

export const SegmentParams = Type.Object({ id: Id });
export const SegmentBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: SEGMENT_NAME_LENGTH_MAX, pattern: "\\S" }),
  tree: TreeBody,
});

export const PreviewBody = Type.Object({
  tree: TreeBody,
  segmentId: Type.Optional(Type.Union([Id, Type.Null()], { description: "The one being changed" })),
});
export const PreviewReply = Type.Object({
  total: Type.Integer({ description: "How many customers fit" }),
  sample: Type.Array(
    Type.Object({
      id: Id,
      name: nullable(Type.String()),
      phone: nullable(Type.String()),
      visits: Type.Integer(),
      lastVisitAt: nullable(Time),
      sourceBranchId: Id,
    }),
    {
      ...{ maxItems: SAMPLE_MAX },
      description: "The most recently seen of them; nobody to whoever may not see customers",
    },
  ),
});
export type PreviewReply = Static<typeof PreviewReply>;

/** What was found of a customer where a condition looked. */
export const Seen = Type.Union([
  Type.Object({ is: Type.Literal("nothing") }),
  Type.Object({ is: Type.Literal("text"), text: Type.String() }),
  Type.Object({ is: Type.Literal("count"), count: Type.Integer() }),
  Type.Object({ is: Type.Literal("minutes"), minutes: Type.Number() }),
  Type.Object({ is: Type.Literal("points"), points: Type.Integer() }),
  Type.Object({ is: Type.Literal("time"), at: Time, branchId: Id }),
  Type.Object({ is: Type.Literal("marks"), ids: Type.Array(Id) }),
  Type.Object({ is: Type.Literal("consent"), given: Type.Boolean(), at: Time }),
]);
export type Seen = Static<typeof Seen>;

/** A tree's twin: what holds, in the same order. Of another segment, the judgement of its tree. */
export type Judgement = { holds: boolean; seen?: Seen; of?: Judgement[] };
export const JudgementReply = Type.Unsafe<Judgement>(
  Type.Object(
    {
      holds: Type.Boolean(),
      seen: Type.Optional(Seen),
      of: Type.Optional(Type.Array(Type.Unknown())),
    },
    { description: "In the shape of the tree: whether each part holds, and what was seen" },
  ),
);
export const ExplainBody = Type.Object({
  ...{ tree: TreeBody, customerId: Id },
});
export const CustomerParams = Type.Object({ id: Id });
export const CustomerSegmentsReply = Type.Object({
  segments: Type.Array(
    Type.Object({ id: Id, name: Type.String(), tree: TreeBody, judgement: JudgementReply }),
    { description: "Every segment by name, and why the customer is in it or not" },
  ),
});
export type CustomerSegmentsReply = Static<typeof CustomerSegmentsReply>;
