import { type Static, Type } from "typebox";
import { Id } from "../../platform/shapes.ts";

const nullable = <T extends ReturnType<typeof Type.String>>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const Label = Type.Record(Type.String(), Type.String(), { description: "Language → words" });

export const CountFieldsReply = Type.Object({
  fields: Type.Array(
    Type.Object({
      field: Type.String(),
      label: Type.Union([Label, Type.Null()], { description: "Of the company's own fields" }),
      kind: nullable(Type.String({ description: "Of the company's own: what can stand in it" })),
      choices: Type.Array(Type.Object({ value: Type.String(), label: Label })),
    }),
  ),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});
export type CountFieldsReply = Static<typeof CountFieldsReply>;

export const CountParams = Type.Object({
  field: Type.String({ pattern: "^[a-z][a-zA-Z0-9_.-]{0,63}$" }),
});

export const CountsReply = Type.Object({
  counts: Type.Array(
    Type.Object({
      value: Type.String({ description: "As it is kept; of a date or birthday the month" }),
      name: nullable(
        Type.String({ description: "What a group, tier, tag or branch is called; null: no such" }),
      ),
      customers: Type.Integer(),
    }),
    { description: "The most customers first; months and steps in their order" },
  ),
  valuesLeftOut: Type.Integer({ description: "Values with the fewest customers, of very many" }),
  unknown: Type.Integer({ description: "Of whom it is not known, or who have none" }),
  total: Type.Integer({ description: "Everybody whose record may be used" }),
  multiple: Type.Boolean({ description: "A customer may have several values" }),
});
export type CountsReply = Static<typeof CountsReply>;

export const CountedQuery = Type.Object({
  value: Type.Optional(
    Type.String({ maxLength: 2000, description: "Absent: those of whom it is not known" }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
});

export const CountedReply = Type.Object({
  customers: Type.Array(
    Type.Object({
      id: Id,
      name: nullable(Type.String()),
      phone: nullable(Type.String()),
      visits: Type.Integer(),
      lastVisitAt: nullable(Type.String({ format: "date-time" })),
    }),
    { description: "The most recently seen first" },
  ),
  name: nullable(Type.String({ description: "What the value is called" })),
  nextCursor: nullable(Type.String()),
  total: Type.Integer(),
});
export type CountedReply = Static<typeof CountedReply>;
