import { run, sql, type TenantTransaction } from "../../platform/db.ts";
import { selectMarkedCustomers } from "./queries.ts";

/** Boxes that hold an older position are to hear of this customer. */
export async function noteMarkChange(
  tx: TenantTransaction,
  { customerId, position }: { customerId: string; position: number },
): Promise<void> {
  await run(
    tx,
    sql`insert into customer_mark_changes (tenant_id, customer_id, changed_position)
        values (${tx.tenantId}, ${customerId}, ${position})
        on conflict (tenant_id, customer_id) do update set changed_position
          = greatest(customer_mark_changes.changed_position, excluded.changed_position)`,
  );
}

/** The same of all customers in a group and below it: it stands in other groups now. */
export async function noteGroupMoved(
  tx: TenantTransaction,
  { groupId, position }: { groupId: string; position: number },
): Promise<void> {
  await run(
    tx,
    sql`insert into customer_mark_changes (tenant_id, customer_id, changed_position)
        select ${tx.tenantId}, moved.customer_id, ${position}::bigint
        from (${await selectMarkedCustomers(tx, groupId)}) as moved
        on conflict (tenant_id, customer_id) do update set changed_position
          = greatest(customer_mark_changes.changed_position, excluded.changed_position)
        returning customer_id`,
  );
}

/** Keeps who has a mark that is about to be removed. */
export async function keepLeavers(tx: TenantTransaction, markId: string): Promise<void> {
  await run(
    tx,
    sql`insert into mark_leavers (tenant_id, mark_id, customer_id)
        select tenant_id, mark_id, customer_id from customer_marks
        where tenant_id = ${tx.tenantId} and mark_id = ${markId}
        on conflict (tenant_id, mark_id, customer_id) do nothing returning customer_id`,
  );
}

/** Boxes are to hear of all who had a mark that was removed. */
export async function noteLeavers(
  tx: TenantTransaction,
  { markId, position }: { markId: string; position: number },
): Promise<void> {
  await run(
    tx,
    sql`insert into customer_mark_changes (tenant_id, customer_id, changed_position)
        select ${tx.tenantId}, gone.customer_id, ${position}::bigint from mark_leavers as gone
        where gone.tenant_id = ${tx.tenantId} and gone.mark_id = ${markId}
        on conflict (tenant_id, customer_id) do update set changed_position
          = greatest(customer_mark_changes.changed_position, excluded.changed_position)
        returning customer_id`,
  );
  await run(
    tx,
    sql`delete from mark_leavers where tenant_id = ${tx.tenantId} and mark_id = ${markId}`,
  );
}

/** Empties what the handlers made. What staff chose stays. */
export async function forgetMarkChanges(tx: TenantTransaction): Promise<void> {
  await run(tx, sql`delete from customer_mark_changes where tenant_id = ${tx.tenantId}`);
}
