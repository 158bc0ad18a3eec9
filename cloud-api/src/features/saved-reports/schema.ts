import { orNull } from "@foyer/contract";
import { type Static, Type } from "typebox";
import { BRANCH_KINDS } from "../../platform/branch-kinds.ts";
import { Id, oneOf, Time } from "../../platform/shapes.ts";
import { OUTCOMES } from "./mail-rules.ts";
import {
  COMPARISONS,
  FIGURES,
  NAME_LENGTH_MAX,
  NOTE_LENGTH_MAX,
  PERIODS,
  READERS_MAX,
  REPORTS,
  RHYTHMS,
} from "./rules.ts";

const closed = { additionalProperties: false };
const Day = Type.String({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description: "YYYY-MM-DD" });
const words = (maxLength: number) => Type.Optional(Type.String({ minLength: 1, maxLength }));

/** What the reports of this API are asked, but for the days. */
const Query = Type.Object(
  {
    brandId: Type.Optional(Id),
    branchIds: words(20_000),
    branchKind: Type.Optional(
      oneOf(BRANCH_KINDS, "Of the branches that are such places on the day it is read"),
    ),
    hours: words(80),
    weekdays: words(20),
    segmentId: Type.Optional(Id),
    tagId: Type.Optional(Id),
    languages: words(400),
    devices: words(40),
    systems: words(80),
    forms: words(60),
    methods: words(400),
    by: Type.Optional(oneOf(["branch", "brand"])),
    unit: Type.Optional(oneOf(["hour", "day", "week", "month"])),
    counted: Type.Optional(oneOf(["everywhere", "branch"])),
    surveyId: Type.Optional(
      Type.String({
        ...{ pattern: "^[A-Za-z0-9_-]+$", maxLength: 64 },
        description: "Of how content guests are: by the answers to one survey alone",
      }),
    ),
    saleTypeId: Type.Optional(
      Type.String({
        ...{ pattern: "^[A-Za-z0-9_-]+$", maxLength: 64 },
        description:
          "Of how content guests are: by the answers about one kind of sale; none: unsaid",
      }),
    ),
    length: Type.Optional(
      oneOf(["1", "2", "3", "4", "5"], "Of the scores of those alone who have so many for it"),
    ),
    customerId: Type.Optional({ ...Id, description: "Whose visits they are, of one customer" }),
    field: Type.Optional(
      Type.String({
        pattern: "^[a-z][a-zA-Z0-9_.-]{0,63}$",
        description: "By what a breakdown counts customers, as /api/v1/customer-counts tells it",
      }),
    ),
  },
  closed,
);

const kept = {
  name: Type.String({ minLength: 1, maxLength: NAME_LENGTH_MAX }),
  report: oneOf(REPORTS),
  period: orNull(oneOf(PERIODS, "Counted from the day on which it is read; null: `days`")),
  days: orNull(Type.Object({ from: Day, to: Day }, closed)),
  compared: oneOf(COMPARISONS, "What its numbers are set against"),
  query: Query,
  shared: Type.Boolean({ description: "Whether all of the company who read reports see it" }),
};
const Note = Type.String({
  maxLength: NOTE_LENGTH_MAX,
  description: "What whoever kept it says of it",
});
export const SavedBody = Type.Object({ ...kept, note: Type.Optional(Note) }, closed);
export type SavedBody = Static<typeof SavedBody>;
export const SavedParams = Type.Object({ id: Id });

export const SavedReply = Type.Object({
  id: Id,
  ...kept,
  note: Note,
  isOwn: Type.Boolean(),
  ownerName: orNull(Type.String({ description: "Null: they left" })),
  mayChange: Type.Boolean({ description: "Whether the caller may change or remove it" }),
  createdAt: Time,
  changedAt: Time,
});
export type SavedReply = Static<typeof SavedReply>;
export const SavedListReply = Type.Object({ reports: Type.Array(SavedReply) });
export type SavedListReply = Static<typeof SavedListReply>;

const hour = { minimum: 0, maximum: 23, description: "On the clock of the zone" };
const weekday = { minimum: 1, maximum: 7, description: "1 is Monday; for a week alone" };
const monthDay = { minimum: 1, maximum: 31, description: "Of shorter months the last" };
const rhythm = {
  every: oneOf(RHYTHMS),
  weekday: orNull(Type.Integer(weekday)),
  monthDay: orNull(Type.Integer(monthDay)),
  hour: Type.Integer(hour),
  timeZone: Type.String({ maxLength: 64, description: "IANA name" }),
  language: oneOf(["vi", "en"]),
};
export const MailBody = Type.Object(
  {
    ...rhythm,
    readerIds: Type.Optional(
      Type.Array(Id, {
        ...{ maxItems: READERS_MAX, uniqueItems: true },
        description: "Colleagues whom it is written to as well; absent: as before",
      }),
    ),
  },
  closed,
);
export type MailBody = Static<typeof MailBody>;
const Person = { id: Id, name: Type.String() };
export const MailReply = Type.Object({
  sendsMail: Type.Boolean({ description: "Whether this cloud has a mail server" }),
  colleagues: Type.Array(Type.Object(Person), {
    description: "Whom the caller may have it written to: none where it is not shared",
  }),
  mail: orNull(
    Type.Object({
      ...rhythm,
      nextAt: Time,
      readers: Type.Array(
        Type.Object({
          id: Id,
          name: orNull(Type.String({ description: "Null: they left" })),
          isOwn: Type.Boolean({ description: "Whether it is the caller" }),
          standing: oneOf(["reads", "stopped", "left", "no-right"], "Whether they are written to"),
          begunAt: orNull({ ...Time, description: "The last mail; null: there was none" }),
          outcome: orNull(oneOf(OUTCOMES, "What became of the last mail")),
          detail: orNull(Type.String({ description: "The mail server's own code" })),
        }),
        { description: "Everybody it is written to, each by their own rights" },
      ),
    }),
  ),
});
export type MailReply = Static<typeof MailReply>;

export const ToldQuery = Type.Object({
  file: Type.Optional(oneOf(["vi", "en"], "The language of its words; absent: vi")),
  compared: Type.Optional(oneOf(COMPARISONS, "Absent: as it is kept")),
  against: Type.Optional({
    ...Id,
    description: "Another saved one of the same report, which it is set against instead",
  }),
});
export type ToldQuery = Static<typeof ToldQuery>;
const Cell = Type.Union([Type.String(), Type.Number(), Type.Null()]);
const Period = Type.Object({ from: Day, to: Day });
const Figure = Type.Number({ minimum: 0 });
const Rise = oneOf(
  ["good", "bad", "neutral"],
  "What it means that it rises; null: what its column says",
);
export const ToldReply = Type.Object({
  asOf: Time,
  isBehind: Type.Boolean({ description: "Something was told that is not counted yet" }),
  period: Period,
  before: orNull({ ...Period, description: "The days it is set against" }),
  branchesLeftOut: Type.Integer({
    ...{ minimum: 0, description: "Branches it asks for that the caller may not see" },
  }),
  query: Query,
  figures: Type.Array(
    Type.Object({ name: oneOf(FIGURES), now: Figure, before: orNull(Figure), rise: Rise }),
    { description: "The main numbers, but for those that there are none of: a mean of nothing" },
  ),
  parts: Type.Array(
    Type.Object({
      name: Type.String({ description: "As this API calls it: heat-map" }),
      title: Type.String(),
      keys: Type.Integer({ description: "How many of the columns say what a row is of" }),
      columns: Type.Array(Type.String(), { description: "As this API calls them: newCustomers" }),
      heads: Type.Array(Type.String(), { description: "As people call them" }),
      rises: Type.Array(Rise, { description: "Of each column" }),
      hasSum: Type.Boolean({ description: "Whether the last row is of all the others together" }),
      rows: Type.Array(
        Type.Object({
          cells: Type.Array(Cell, { description: "Of a row that was before alone: no numbers" }),
          before: orNull(Type.Array(Cell, { description: "Of the days it is set against" })),
          rise: orNull(Rise),
        }),
      ),
    }),
  ),
});
export type ToldReply = Static<typeof ToldReply>;
