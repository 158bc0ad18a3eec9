import { Type } from "typebox";

/** What a schema describes, or null: it is there, and says that there is nothing to say. */
export const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
