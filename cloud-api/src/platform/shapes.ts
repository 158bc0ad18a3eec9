import { Type } from "typebox";

/** Schemas that the API's calls and answers share. */

export const Id = Type.String({ format: "uuid" });
export const Time = Type.String({ format: "date-time", description: "ISO 8601, UTC" });
export const Count = Type.Integer({ minimum: 0 });

/** One of these words. */
export const oneOf = <T extends string>(words: readonly T[], description?: string) =>
  Type.Unsafe<T>({ type: "string", enum: [...words], ...(description && { description }) });
