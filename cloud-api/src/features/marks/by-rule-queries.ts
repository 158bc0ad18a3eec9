import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { markEvent } from "./changes.ts";
import { TAGS_OF_CUSTOMER_MAX } from "./rules.ts";

type Given = {
  kind: "tag" | "tier";
  markId: string;
  customerIds: readonly string[];
  /** Whether the rule takes it again: otherwise it is theirs as if given by hand. */
  isTakenAgain: boolean;
};

/**
 * Gives a mark to customers by a rule, to those who have it not. A tier that staff gave stays, and so
 * does the count of tags that a box takes in. Gives the events this causes.
 */
export async function giveByRule(tx: TenantTransaction, given: Given): Promise<NewEvent[]> {
  const { kind, markId, customerIds, isTakenAgain } = given;
  const { tenantId } = tx;
  if (customerIds.length === 0) return [];
  // One tier at most: the one that another rule gave goes first.
  if (kind === "tier")
    await run(
      tx,
      sql`delete from customer_marks
          where tenant_id = ${tenantId} and customer_id = any(${customerIds}::uuid[])
            and kind = 'tier' and by_rule and mark_id <> ${markId}`,
    );
  const rows = await listRows(
    tx,
    sql<{ customerId: string }>`
      insert into customer_marks (tenant_id, customer_id, mark_id, kind, by_rule)
      select ${tenantId}, customers.id, ${markId}, ${kind}, ${isTakenAgain}::boolean
      from customers
      where customers.tenant_id = ${tenantId} and customers.id = any(${customerIds}::uuid[])
        and customers.erased_position is null and customers.merged_into is null
        and exists (select from marks where marks.tenant_id = ${tenantId} and marks.id = ${markId})
        and (${kind} <> 'tag' or (
          select count(*) from customer_marks as held
          where held.tenant_id = ${tenantId} and held.customer_id = customers.id
            and held.kind = 'tag') < ${TAGS_OF_CUSTOMER_MAX}::integer)
      on conflict do nothing returning customer_id as "customerId"`,
  );
  return rows.map(({ customerId }) => tell(tx, { kind, markId, customerId, isGiven: true }));
}

/** Takes a mark from customers whom a rule gave it; what staff gave stays. Gives the events of it. */
export async function takeByRule(
  tx: TenantTransaction,
  { kind, markId, customerIds }: Omit<Given, "isTakenAgain">,
): Promise<NewEvent[]> {
  if (customerIds.length === 0) return [];
  const rows = await listRows(
    tx,
    sql<{ customerId: string }>`
      delete from customer_marks
      where tenant_id = ${tx.tenantId} and mark_id = ${markId} and by_rule
        and customer_id = any(${customerIds}::uuid[])
      returning customer_id as "customerId"`,
  );
  return rows.map(({ customerId }) => tell(tx, { kind, markId, customerId, isGiven: false }));
}

type Told = { kind: "tag" | "tier"; markId: string; customerId: string; isGiven: boolean };

function tell(tx: TenantTransaction, { kind, markId, customerId, isGiven }: Told): NewEvent {
  const who = { customerId, staffId: null };
  if (kind === "tier")
    return markEvent(tx, "customer.tier-changed", { ...who, tierId: isGiven ? markId : null });
  const type = isGiven ? "customer.tagged" : "customer.untagged";
  return markEvent(tx, type, { ...who, tagId: markId });
}

/** What a rule gave is from now on as if staff had given it: no rule takes it. */
export function keepAsGiven(tx: TenantTransaction, markId: string): Promise<void> {
  return run(
    tx,
    sql`update customer_marks set by_rule = false
        where tenant_id = ${tx.tenantId} and mark_id = ${markId} and by_rule`,
  );
}
