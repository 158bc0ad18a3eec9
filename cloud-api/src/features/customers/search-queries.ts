import type { RawBuilder } from "kysely";
import { run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { SearchTerm, WordRange } from "./rules.ts";

// Each range of words is an index's range: no LIKE under policies.
const isWithin = ({ from, to }: WordRange) => sql`(word >= ${from} and word < ${to})`;
const isIn = (term: SearchTerm) => sql`(${sql.join(term.map(isWithin), sql` or `)})`;

/**
 * A select of ids for each term: who is found is in all of them. Two terms that are joined make the
 * planner take a beginning of a million numbers for one of two hundred.
 */
export const selectTerms = (
  { tenantId }: TenantTransaction,
  search: readonly SearchTerm[],
): RawBuilder<unknown>[] =>
  search.map(
    (term) => sql`select customer_id from customer_words
      where tenant_id = ${tenantId} and ${isIn(term)}`,
  );

/**
 * Who is found by all terms, once for each way, in the order of an index. Joined, so that the planner
 * begins with the rarest word, whichever was typed first, and looks for the most common one at the few
 * who are left.
 */
export function selectFound({ tenantId }: TenantTransaction, search: readonly SearchTerm[]) {
  const terms = search.map((term, index) => {
    const ranges = term.map(
      (range) => sql`select customer_id from customer_words
        where tenant_id = ${tenantId} and ${isWithin(range)}`,
    );
    return sql`(${sql.join(ranges, sql` union all `)}) as ${sql.ref(`found_${index}`)}`;
  });
  const [first, ...others] = terms;
  const joined = others.map((term) => sql`join ${term} using (customer_id)`);
  return sql`select customer_id from ${first} ${sql.join(joined, sql` `)}`;
}

/**
 * Whether one of a list that is `placed` is found by all terms, looked up by their id. A subquery that
 * gives a value is never made a join of, whomever the planner expects.
 */
export function meetsAll({ tenantId }: TenantTransaction, search: readonly SearchTerm[]) {
  const conditions = search.map(
    (term) => sql`(select true from customer_words
      where customer_words.tenant_id = ${tenantId} and customer_words.customer_id = placed.id
        and ${isIn(term)} limit 1)`,
  );
  return sql.join(conditions, sql` and `);
}

/**
 * How words are joined: by one process, since workers take longer to begin than they save of what is asked
 * at each letter. What is looked up by a customer's id is looked up once and not remembered, and lies in
 * memory: it costs less than reading all who are called Nguyễn.
 */
export async function planJoins(tx: TenantTransaction): Promise<void> {
  await run(
    tx,
    sql`set local max_parallel_workers_per_gather = 0; set local enable_memoize = off;
        set local random_page_cost = 1.1`,
  );
}
