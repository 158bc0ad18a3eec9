import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import type { CustomerMark } from "./queries.ts";

/**
 * Gives customers marks they do not have, in one statement; gives those they did not have. Nobody
 * gets a second group, and a mark that was removed meanwhile is left out.
 */
export function insertCustomerMarks(
  tx: TenantTransaction,
  marks: readonly { customerId: string; markId: string }[],
): Promise<CustomerMark[]> {
  return listRows(
    tx,
    sql<CustomerMark>`
      insert into customer_marks (tenant_id, customer_id, mark_id, kind)
      select ${tx.tenantId}, asked.customer_id, marks.id, marks.kind
      from unnest(${marks.map(({ customerId }) => customerId)}::uuid[],
        ${marks.map(({ markId }) => markId)}::uuid[]) as asked (customer_id, mark_id)
      join marks on marks.tenant_id = ${tx.tenantId} and marks.id = asked.mark_id
      on conflict do nothing
      returning customer_id as "customerId", mark_id as "markId", kind`,
  );
}
