import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Score } from "./rules.ts";

export type LastScore = Score & { customerId: string };

/** What each customer's last answer that rates something comes to; those without one are not in it. */
export function listLastScores(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<LastScore[]> {
  return listRows(
    tx,
    sql<LastScore>`
      select distinct on (guests.customer_id) guests.customer_id as "customerId", answers.score,
        answers.lowest
      from guests
      join survey_answers as answers
        on answers.tenant_id = ${tx.tenantId} and answers.guest_id = guests.id
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = any(${customerIds}::uuid[])
        and answers.lowest is not null
      order by guests.customer_id, answers.answered_at desc, answers.id desc`,
  );
}

/** Whose guests they are. */
export async function listCustomersOf(
  tx: TenantTransaction,
  guestIds: readonly string[],
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select distinct customer_id as id from guests
      where tenant_id = ${tx.tenantId} and id = any(${guestIds}::uuid[])
        and customer_id is not null`,
  );
  return rows.map(({ id }) => id);
}

/** The next customers who have answered something, by id. */
export async function listAnswering(
  tx: TenantTransaction,
  { after, limit }: { after: string; limit: number },
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select distinct guests.customer_id as id from survey_answers as answers
      join guests on guests.tenant_id = ${tx.tenantId} and guests.id = answers.guest_id
      where answers.tenant_id = ${tx.tenantId} and guests.customer_id > ${after}::uuid
      order by 1 limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}
