import type { RawBuilder } from "kysely";
import { getRow, sql, type TenantTransaction } from "../../platform/db.ts";

/** How many rows a list has; not exact: more than were counted. */
export type ListTotal = { total: number; isTotalExact: boolean };

/** So many are counted of a list of which no sum says how long it is. */
const COUNTED_ROWS_MAX = 10_000;

export const exactly = (total: number): ListTotal => ({ total, isTotalExact: true });

/** Counts the first rows of a select; in an order that an index has, no others are read. */
export async function countFirst(
  tx: TenantTransaction,
  rows: RawBuilder<unknown>,
): Promise<ListTotal> {
  const { counted } = await getRow(
    tx,
    sql<{ counted: number }>`
      select count(*)::integer as counted
      from (${rows} limit ${COUNTED_ROWS_MAX + 1}) as first`,
  );
  return counted > COUNTED_ROWS_MAX
    ? { total: COUNTED_ROWS_MAX, isTotalExact: false }
    : exactly(counted);
}
