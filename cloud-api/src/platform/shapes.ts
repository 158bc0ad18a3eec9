import { LocalText } from "@foyer/contract";
import { type Static, Type } from "typebox";

/** Schemas that the API's calls and answers share. */

export const Id = Type.String({ format: "uuid" });
export const Time = Type.String({ format: "date-time", description: "ISO 8601, UTC" });
export const Count = Type.Integer({ minimum: 0 });

/** When something was taken away and who did, by name; null: it is there. */
export const Removal = Type.Union(
  [Type.Object({ at: Time, by: Type.Union([Type.String(), Type.Null()]) }), Type.Null()],
  { description: "When it was deleted and who did; null: it is there" },
);

/** A day of a calendar: a database knows no year 0, and nothing counts on to the year 9999. */
export const day = (description: string) =>
  Type.String({ format: "date", pattern: "^(19[7-9]|2[0-9]{2})[0-9]-", description });

const NullableText = Type.Union([Type.String(), Type.Null()]);
const NullableWords = Type.Union([LocalText, Type.Null()]);

/** What was said to one question of a survey; numbers, days and texts have no words of their own. */
export const Given = Type.Object({
  questionId: Type.String(),
  label: NullableWords,
  rating: Type.Union([Type.Integer(), Type.Null()]),
  scale: Type.Union([Type.Integer(), Type.Null()], { description: "From 0 to 10" }),
  date: Type.Union([Type.String(), Type.Null()], { description: "YYYY-MM-DD" }),
  chosen: Type.Array(Type.Object({ id: Type.String(), label: NullableWords })),
  text: NullableText,
});
export type Given = Static<typeof Given>;

/** Under which of its words an option of a survey was chosen. */
export const wording = {
  versions: Type.Union([Type.Array(Type.Integer()), Type.Null()], {
    description: "Of the survey, whose answers are counted; null: all, for it was never reworded",
  }),
  isEarlier: Type.Boolean({
    description: "It was reworded since, and may have meant something else",
  }),
};

/** Whose a row is: a role that may not read customers is told that it is one's, and not whose. */
export const whose = {
  customerId: Type.Union([Id, Type.Null()], {
    description: "Null: nobody's who is known, or of a customer whom your role may not see",
  }),
  customerName: NullableText,
  isCustomer: Type.Boolean({ description: "It is a customer's, whether or not it is told whose" }),
};

/** One of these words. */
export const oneOf = <T extends string>(words: readonly T[], description?: string) =>
  Type.Unsafe<T>({ type: "string", enum: [...words], ...(description && { description }) });
