import { orNull } from "@foyer/contract";
import { type Static, Type } from "typebox";
import { Count, Id, oneOf, Time } from "../../platform/shapes.ts";
import { FIELDS, type Field, OWN_REASONS, REASONS } from "./rules.ts";

const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "windows-1258", "windows-1252"] as const;
const SEPARATORS = [",", ";", "\t", "|"] as const;
const STATES = [
  "uploaded",
  "checking",
  "checked",
  "running",
  "finished",
  "cancelled",
  "failed",
] as const;
const EncodingName = oneOf(ENCODINGS);
const Separator = oneOf(SEPARATORS);
const FieldName = Type.Unsafe<Field>({
  type: "string",
  pattern: `^(${FIELDS.join("|")}|own\\.[a-z][a-z0-9_]{0,31})$`,
  description: "A field of every customer, or one of the company's own by its key",
});

export const ImportParams = Type.Object({ id: Id });

export const UploadQuery = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 200, description: "The file's name" }),
});

export const FormRequest = Type.Object({ encoding: EncodingName, separator: Separator });
export type FormRequest = Static<typeof FormRequest>;

export const PlanRequest = Type.Object({
  columns: Type.Array(orNull(FieldName), {
    maxItems: 200,
    description: "What each column is, in their order; null: left out",
  }),
  branchId: { ...Id, description: "The branch that new customers are noted for" },
  country: Type.String({
    pattern: "^[A-Z]{2}$",
    description: "Whose people wrote the phone numbers (ISO 3166-1 alpha-2)",
  }),
  replace: Type.Boolean({
    description: "True: what the file says takes the place of what is known",
  }),
});
export type PlanRequest = Static<typeof PlanRequest>;

const Figures = Type.Object({
  new: Count,
  changed: Count,
  same: Count,
  bad: Type.Integer({ minimum: 0, description: "Rows that cannot be taken" }),
});

export const ImportReply = Type.Object({
  id: Id,
  state: oneOf(STATES),
  fileName: Type.String(),
  bytes: Count,
  isWorkbook: Type.Boolean({ description: "XLSX: encoding and separator say nothing" }),
  encoding: EncodingName,
  separator: Type.String(),
  headers: Type.Array(Type.String()),
  samples: Type.Array(Type.Array(Type.String()), { description: "The first rows of the file" }),
  ownFields: Type.Array(
    Type.Object({
      key: Type.Unsafe<`own.${string}`>({ type: "string" }),
      label: Type.Record(Type.String(), Type.String(), { description: "Language → words" }),
    }),
    { description: "The fields of the company's own that a column may be" },
  ),
  suggested: Type.Array(orNull(FieldName), {
    description: "What each column was the last time, or most likely is",
  }),
  plan: orNull(PlanRequest),
  failure: orNull(Type.String({ description: "Why it failed, in one word" })),
  createdAt: Time,
  finishedAt: orNull(Time),
  rowsRead: Type.Integer({ description: "How far the file was read, in this round" }),
  checked: orNull(Type.Object({ rows: Count, ...Figures.properties })),
  result: Type.Object({
    ...Figures.properties,
    leftOut: Type.Integer({ description: "Rows somebody else's change came before" }),
    waiting: Type.Integer({ description: "Batches that are not applied yet" }),
  }),
  reasons: Type.Array(
    Type.Object({
      reason: oneOf([...REASONS, ...OWN_REASONS]),
      field: orNull(Type.String({ description: "Of the company's own, where it is about one" })),
      rows: Count,
    }),
  ),
});
export type ImportReply = Static<typeof ImportReply>;

export const ImportListReply = Type.Object({
  imports: Type.Array(
    Type.Pick(ImportReply, [
      "id",
      "state",
      "fileName",
      "bytes",
      "failure",
      "createdAt",
      "finishedAt",
      "rowsRead",
      "checked",
      "result",
    ]),
    { description: "The newest first" },
  ),
});
export type ImportListReply = Static<typeof ImportListReply>;

export const WordsQuery = Type.Object({
  language: Type.Union([Type.Literal("vi"), Type.Literal("en")], { default: "vi" }),
});
