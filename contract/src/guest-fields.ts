import { type Static, Type } from "typebox";
import { hasWords, LocalText } from "./local-text.ts";
import type { Language } from "./personal.ts";

/** A field that the tenant made up: a slug, never a name of one that every guest has. */
export const OwnFieldKey = Type.String({ pattern: "^own\\.[a-z][a-z0-9_]{0,31}$" });

/** Any field of a guest or customer by its key. */
export const FieldKey = Type.String({ pattern: "^[a-z][a-zA-Z0-9_.]{0,63}$" });

/** The longest value of an own field, in UTF-16 units. */
export const OWN_VALUE_CHARACTERS_MAX = 500;

const asked = {
  /** Said below the field: why the branch asks. Absent: nothing is said. */
  why: Type.Optional(LocalText),
};
const own = { ...asked, key: OwnFieldKey, label: LocalText };
const Bound = Type.Union([Type.Number(), Type.Null()]);

/** What a guest may be asked about themselves. Each answer is of their own will and kept as text. */
export const AskedField = Type.Union([
  Type.Object({ ...asked, key: Type.Literal("name") }),
  Type.Object({ ...asked, key: Type.Literal("email") }),
  Type.Object({ ...asked, key: Type.Literal("birthday") }),
  Type.Object({
    ...own,
    kind: Type.Literal("text"),
    charactersMax: Type.Integer({ minimum: 1, maximum: OWN_VALUE_CHARACTERS_MAX }),
  }),
  /** Kept with a dot before its decimals. */
  Type.Object({ ...own, kind: Type.Literal("number"), min: Bound, max: Bound }),
  /** Kept as YYYY-MM-DD. */
  Type.Object({ ...own, kind: Type.Literal("date") }),
  /** Kept as `yes` or `no`. */
  Type.Object({ ...own, kind: Type.Literal("yes-no") }),
  Type.Object({
    ...own,
    kind: Type.Literal("choice"),
    choices: Type.Array(
      Type.Object({ value: Type.String({ minLength: 1, maxLength: 100 }), label: LocalText }),
      { minItems: 2, maxItems: 30 },
    ),
  }),
]);
export type AskedField = Static<typeof AskedField>;
export type OwnField = Extract<AskedField, { kind: string }>;

export const isOwnField = (field: AskedField): field is OwnField => "kind" in field;

/** Which of the fields are asked for, and when. A field once given is never asked for again. */
export const DetailsSettings = Type.Object({
  /** Somebody new here: all fields on one page, the first one only, or none. */
  newcomers: Type.Union([Type.Literal("all"), Type.Literal("one"), Type.Literal("none")]),
  /** Somebody who comes back: one missing field a visit, or none. */
  returning: Type.Union([Type.Literal("one"), Type.Literal("none")]),
  /** In the order they are asked for. */
  fields: Type.Array(AskedField, { maxItems: 20 }),
});
export type DetailsSettings = Static<typeof DetailsSettings>;

/** What a list of asked fields cannot be, with its place; null when there is nothing. */
export function findDetailsFault(
  fields: readonly AskedField[],
  languages: readonly Language[],
): string | null {
  const keys = new Set<string>();
  for (const [index, field] of fields.entries()) {
    const at = `/signIn/details/fields/${index}`;
    if (keys.has(field.key)) return `${at}/key ${field.key} is asked twice`;
    keys.add(field.key);
    const fault = isOwnField(field) ? findOwnFieldFault(field, languages) : null;
    if (fault) return `${at}/${fault}`;
  }
  return null;
}

function findOwnFieldFault(field: OwnField, languages: readonly Language[]): string | null {
  if (!hasWords(field.label, languages)) return "label has no words in a language of the branch";
  if (field.kind === "number" && field.min !== null && field.max !== null && field.min > field.max)
    return "min is above max";
  if (field.kind !== "choice") return null;
  const values = field.choices.map(({ value }) => value);
  if (new Set(values).size !== values.length) return "choices has one value twice";
  const wordless = field.choices.findIndex(({ label }) => !hasWords(label, languages));
  return wordless < 0 ? null : `choices/${wordless}/label has no words in a language of the branch`;
}
