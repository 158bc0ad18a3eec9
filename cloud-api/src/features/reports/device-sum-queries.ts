import type { RawBuilder } from "kysely";
import { sql } from "../../platform/db.ts";
import type { Narrowed } from "./narrowing.ts";
import { DEVICE_KINDS, FORMS, SYSTEMS } from "./rules.ts";

/** What visits are told apart by of their devices: columns of `report_visits`, and their words. */
const WORDS = { system: SYSTEMS, form: FORMS, device_kind: DEVICE_KINDS } as const;
export type ToldBy = keyof typeof WORDS;
export type WordOf<By extends ToldBy> = (typeof WORDS)[By][number];

const COLUMNS: readonly ToldBy[] = ["system", "form", "device_kind"];

/** The column of hours and days that counts the visits of a word. */
const sumOf = (by: ToldBy, word: string): string => `${by}_${word.replace("-", "_")}`;

export const DEVICE_SUMS: readonly string[] = COLUMNS.flatMap((by) =>
  WORDS[by].map((word) => sumOf(by, word)),
);

/** What rows of visits with their sign come to, each a column of a select. */
export const sumDevices = (): RawBuilder<unknown> =>
  sql.join(
    COLUMNS.flatMap((by) =>
      WORDS[by].map(
        (word) => sql`sum(case when ${sql.ref(by)} = ${sql.lit(word)} then sign else 0 end)
          as ${sql.ref(sumOf(by, word))}`,
      ),
    ),
  );

/** What rows of hours or days come to, word by word. */
export const sumWords = (table: string, by: ToldBy): RawBuilder<unknown> =>
  sql.join(
    WORDS[by].map((word) => {
      const sum = sumOf(by, word);
      return sql`sum(${sql.ref(`${table}.${sum}`)}) as ${sql.ref(sum)}`;
    }),
  );

/**
 * How many visits a row of hours or days has that are narrowed so; null: their columns tell them apart by
 * one of system, form and kind of address alone.
 */
export function sumNarrowed(table: string, narrowed: Narrowed): RawBuilder<unknown> | null {
  const { customers, devices, systems, forms, methods } = narrowed;
  const asked = { device_kind: devices, system: systems, form: forms };
  const [by, ...others] = COLUMNS.filter((column) => asked[column] !== null);
  if (by === undefined || others.length > 0 || customers.length > 0 || methods) return null;
  const sums = (asked[by] ?? []).map((word) => sql.ref(`${table}.${sumOf(by, word)}`));
  return sql`(${sql.join(sums, sql` + `)})`;
}

/** Each word with its column: rows of `values`. */
export const listWords = (table: string, by: ToldBy): RawBuilder<unknown> =>
  sql.join(
    WORDS[by].map((word) => sql`(${sql.lit(word)}, ${sql.ref(`${table}.${sumOf(by, word)}`)})`),
  );

/** A number of a JSON object for each word, by its column of hours and days, or the visits that it counts. */
export const nameSums = (
  write: (isOne: (table: string) => RawBuilder<unknown>, sum: string) => RawBuilder<unknown>,
): RawBuilder<unknown> =>
  sql.join(
    COLUMNS.flatMap((by) =>
      WORDS[by].map((word) => {
        const isOne = (table: string) => sql`${sql.ref(`${table}.${by}`)} = ${sql.lit(word)}`;
        const sum = sumOf(by, word);
        return sql`${sql.lit(sum)}, ${write(isOne, sum)}`;
      }),
    ),
  );
