import { type RawBuilder, sql } from "kysely";

/** The rows of a select as one text, in their order: one statement asks for several parts so. */
export const gather = (rows: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`(select coalesce(json_agg(row_to_json(part)), '[]')::text from (${rows}) as part)`;

/** What columns of moments are called; nothing that somebody told stands in one. */
const MOMENT = /^(?:at|[a-z]+(?:[A-Z][a-z]+)*At)$/;

/** The rows of such a text, as the driver would have given them. */
export function readGathered<Row>(text: string): Row[] {
  const rows = JSON.parse(text) as Record<string, unknown>[];
  return rows.map((row) => {
    const columns = Object.entries(row).map(([name, value]) =>
      MOMENT.test(name) && typeof value === "string" ? [name, new Date(value)] : [name, value],
    );
    return Object.fromEntries(columns) as Row;
  });
}
