import { Type } from "typebox";

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

/** One of these words. */
export const oneOf = <T extends string>(words: readonly T[], description?: string) =>
  Type.Unsafe<T>({ type: "string", enum: [...words], ...(description && { description }) });
