import { type Static, Type } from "typebox";
import { Id } from "../../platform/shapes.ts";

const Time = Type.String({ format: "date-time" });
const filters = {
  actorId: Type.Optional(Type.String({ format: "uuid", description: "Whoever did it" })),
  kind: Type.Optional(
    Type.String({ minLength: 1, maxLength: 60, description: "Of which kind the record is" }),
  ),
  recordId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  search: Type.Optional(
    Type.String({
      ...{ minLength: 1, maxLength: 100 },
      description: "In any text or number that was changed, before or after, whichever the case",
    }),
  ),
  from: Type.Optional(Time),
  to: Type.Optional(Type.String({ format: "date-time", description: "Not included" })),
};

export const AuditQuery = Type.Object({
  ...filters,
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});
export type AuditQuery = Static<typeof AuditQuery>;
export const AuditExportQuery = Type.Object(filters);
export type AuditFilters = Static<typeof AuditExportQuery>;

export const EntryReply = Type.Object({
  id: Id,
  at: Type.String(),
  actorKind: Type.Union([Type.Literal("staff"), Type.Literal("api-key")]),
  actorId: Type.String(),
  actorName: Type.Union([Type.String(), Type.Null()]),
  action: Type.String({ description: "The method and path of the route" }),
  kind: Type.String(),
  recordId: Type.Union([Type.String(), Type.Null()], {
    description: "Null: the company's one of the kind",
  }),
  before: Type.Unknown({ description: "The parts that changed, as they were" }),
  after: Type.Unknown({ description: "The same, as they are; both null where none was noted" }),
  isHidden: Type.Boolean({
    description: "What changed is of a customer, and your role may not see customers",
  }),
});
export type EntryReply = Static<typeof EntryReply>;

export const AuditReply = Type.Object({
  entries: Type.Array(EntryReply, { description: "The newest first" }),
  kinds: Type.Array(Type.String(), { description: "Every kind of record the log tells of" }),
  names: Type.Array(Type.Object({ id: Id, name: Type.String() }), {
    description: "What the records are called now that the entries are about or name by their ids",
  }),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
  total: Type.Integer(),
});
export type AuditReply = Static<typeof AuditReply>;

export const ActorsQuery = Type.Object({ from: filters.from, to: filters.to });
export const ActorsReply = Type.Object({
  actors: Type.Array(
    Type.Object({
      actorKind: EntryReply.properties.actorKind,
      actorId: Id,
      actorName: EntryReply.properties.actorName,
      entries: Type.Integer({ description: "Changes within the time" }),
      lastAt: Time,
      kinds: Type.Array(Type.Object({ kind: Type.String(), entries: Type.Integer() }), {
        description: "Of which records, the most frequent first",
      }),
    }),
    { description: "The busiest first" },
  ),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});
export type ActorsReply = Static<typeof ActorsReply>;
