import { type Static, Type } from "typebox";
import { CHOICES_MAX, DAYS_FROM_TODAY_MAX } from "./rules.ts";

const closed = { additionalProperties: false };
const Text = Type.String({ minLength: 1, maxLength: 500 });
const Texts = Type.Array(Text, { minItems: 1, maxItems: CHOICES_MAX, uniqueItems: true });
const AnyNumber = Type.Number({ minimum: -1e9, maximum: 1e9 });
const Day = Type.Union([
  Type.String({ pattern: "^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$", description: "YYYY-MM-DD" }),
  Type.Null(),
]);
const DayOfYear = Type.String({ pattern: "^[0-9]{2}-[0-9]{2}$", description: "MM-DD" });
const FromToday = Type.Integer({ minimum: -DAYS_FROM_TODAY_MAX, maximum: DAYS_FROM_TODAY_MAX });

/** What is asked of the last word on a field. Days are the calendar's of the branch they joined at. */
export const FieldTest = Type.Union([
  Type.Object({ is: Type.Literal("known") }, closed),
  Type.Object({ is: Type.Literal("unknown") }, closed),
  Type.Object({ is: Type.Literal("one-of"), values: Texts }, closed),
  Type.Object({ is: Type.Literal("begins"), text: Text }, closed),
  Type.Object({ is: Type.Literal("contains"), text: Text }, closed),
  Type.Object(
    {
      is: Type.Literal("has"),
      which: Type.Union([Type.Literal("any"), Type.Literal("all")]),
      values: Texts,
    },
    { ...closed, description: "Of a field of several choices" },
  ),
  Type.Object({ is: Type.Literal("at-least"), number: AnyNumber }, closed),
  Type.Object({ is: Type.Literal("at-most"), number: AnyNumber }, closed),
  Type.Object(
    {
      is: Type.Literal("in-months"),
      months: Type.Array(Type.Integer({ minimum: 1, maximum: 12 }), {
        minItems: 1,
        maxItems: 12,
        uniqueItems: true,
      }),
    },
    closed,
  ),
  Type.Object(
    { is: Type.Literal("in-next-days"), days: Type.Integer({ minimum: 0, maximum: 366 }) },
    { ...closed, description: "The day comes round within so many days, whatever its year" },
  ),
  Type.Object(
    { is: Type.Literal("on-days"), from: DayOfYear, to: DayOfYear },
    {
      ...closed,
      description: "Day and month from one to the other, whatever the year; past its end, too",
    },
  ),
  Type.Object(
    { is: Type.Literal("dated"), from: Day, to: Day },
    { ...closed, description: "A date from one day to another, both included" },
  ),
  Type.Object(
    {
      is: Type.Literal("from-today"),
      min: Type.Optional(FromToday),
      max: Type.Optional(FromToday),
    },
    {
      ...closed,
      minProperties: 2,
      description: "A date so many days after today, or before it: at least, at most",
    },
  ),
]);
export type FieldTest = Static<typeof FieldTest>;

export const FieldCondition = Type.Object(
  {
    kind: Type.Literal("field"),
    field: Type.String({
      pattern:
        "^(name|phone|email|birthday|language|kind|address|card|posId|own\\.[a-z][a-z0-9_]{0,31})$",
      description:
        "name, phone, email, birthday, language, kind (person, company), address, card, posId, or own.<key>",
    }),
    test: FieldTest,
  },
  closed,
);
export type FieldCondition = Static<typeof FieldCondition>;
