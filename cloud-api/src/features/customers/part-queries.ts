import { getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { listWithin } from "./edit-queries.ts";
import type { Restrictions } from "./merge-rules.ts";
import { hashContact } from "./request-rules.ts";

type Parting = { id: string; keptId: string; goneId: string };

/** Gives back what each side of a merge brought, and what came since by what is given back. */
export async function partRecords(tx: TenantTransaction, parting: Parting): Promise<void> {
  const { tenantId } = tx;
  const { id, keptId, goneId } = parting;
  await run(
    tx,
    sql`update customers set merged_into = null
        where tenant_id = ${tenantId} and id = ${goneId}`,
  );
  await giveGuestsBack(tx, parting);
  await giveIdentifiersBack(tx, parting);
  await giveNewcomersBack(tx, parting);
  for (const statement of [
    // What staff noted is as of the record's own guest, whom nobody may have met: there is no row of it.
    sql`update guest_requests set customer_id = ${goneId}
        where tenant_id = ${tenantId} and customer_id = ${keptId} and (
          guest_id = any(${await listWithin(tx, goneId)}::uuid[]) or guest_id in (
            select id from guests where tenant_id = ${tenantId} and customer_id = ${goneId}))`,
    sql`update customers set source_branch_id = coalesce(merge.kept_source_branch_id,
            source_branch_id),
          source_at = coalesce(merge.kept_source_at, source_at),
          first_seen_at = coalesce(merge.kept_first_seen_at, first_seen_at)
        from customer_merges as merge
        where customers.tenant_id = ${tenantId} and customers.id = ${keptId}
          and merge.tenant_id = ${tenantId} and merge.id = ${id}`,
  ])
    await run(tx, statement);
}

async function giveGuestsBack(
  tx: TenantTransaction,
  { id, keptId, goneId }: Parting,
): Promise<void> {
  await run(
    tx,
    sql`update guests set customer_id = ${goneId}
        where tenant_id = ${tx.tenantId} and customer_id = ${keptId} and (id = ${goneId}
          or id::text in (select part from customer_merge_parts
            where tenant_id = ${tx.tenantId} and merge_id = ${id} and kind = 'gone-guest'))`,
  );
}

async function giveIdentifiersBack(
  tx: TenantTransaction,
  { id, keptId, goneId }: Parting,
): Promise<void> {
  const { tenantId } = tx;
  const parts = await listRows(
    tx,
    sql<{ kind: string; part: string }>`
      select kind, part from customer_merge_parts
      where tenant_id = ${tenantId} and merge_id = ${id}
        and kind in ('holder', 'previous-holder')`,
  );
  const held = await listRows(
    tx,
    sql<{ kind: string; value: string }>`
      select kind, value from customer_identifiers
      where tenant_id = ${tenantId}
        and (customer_id = ${keptId} or previous_customer_id = ${keptId})`,
  );
  const brought = new Set(parts.map(({ kind, part }) => `${kind} ${part}`));
  for (const { kind, value } of held) {
    const hash = hashContact(value, tenantId);
    if (brought.has(`holder ${hash}`))
      await run(
        tx,
        sql`update customer_identifiers set customer_id = ${goneId}
            where tenant_id = ${tenantId} and kind = ${kind} and value = ${value}
              and customer_id = ${keptId}`,
      );
    if (brought.has(`previous-holder ${hash}`) || brought.has(`holder ${hash}`))
      await run(
        tx,
        sql`update customer_identifiers set previous_customer_id = ${goneId}
            where tenant_id = ${tenantId} and kind = ${kind} and value = ${value}
              and previous_customer_id = ${keptId} and (${brought.has(`previous-holder ${hash}`)}
                or customer_id not in (${keptId}::uuid, ${goneId}::uuid))`,
      );
  }
}

/**
 * Whoever came since and proved what is given back goes with it; and what the guests who go have proved
 * since goes with them.
 */
async function giveNewcomersBack(
  tx: TenantTransaction,
  { keptId, goneId }: Parting,
): Promise<void> {
  const { tenantId } = tx;
  await run(
    tx,
    sql`update guests set customer_id = ${goneId}
        where tenant_id = ${tenantId} and customer_id = ${keptId}
          and id::text not in (
            select parts.part from customer_merge_parts as parts
            join customer_merges as merges on merges.tenant_id = ${tenantId}
              and merges.id = parts.merge_id and merges.kept_id = ${keptId}
            where parts.tenant_id = ${tenantId})
          and exists (
            select from customer_fields as told
            join customer_identifiers as held on held.tenant_id = ${tenantId}
              and held.kind = told.field and held.value = told.value
            where told.tenant_id = ${tenantId} and told.guest_id = guests.id
              and held.customer_id = ${goneId})
          and not exists (
            select from customer_fields as told
            join customer_identifiers as held on held.tenant_id = ${tenantId}
              and held.kind = told.field and held.value = told.value
            where told.tenant_id = ${tenantId} and told.guest_id = guests.id
              and held.customer_id = ${keptId})`,
  );
  await run(
    tx,
    sql`update customer_identifiers as held set customer_id = ${goneId}
        where held.tenant_id = ${tenantId} and held.customer_id = ${keptId}
          and exists (
            select from guests join customer_fields as told
              on told.tenant_id = ${tenantId} and told.guest_id = guests.id
            where guests.tenant_id = ${tenantId} and guests.customer_id = ${goneId}
              and told.field = held.kind and told.value = held.value)
          and not exists (
            select from guests join customer_fields as told
              on told.tenant_id = ${tenantId} and told.guest_id = guests.id
            where guests.tenant_id = ${tenantId} and guests.customer_id = ${keptId}
              and told.field = held.kind and told.value = held.value)`,
  );
}

/** What is to be known of restrictions to part them, once each request is with its record again. */
export async function getRestrictions(
  tx: TenantTransaction,
  { keptId, goneId, mergedAt }: { keptId: string; goneId: string; mergedAt: Date },
): Promise<Restrictions> {
  const { tenantId } = tx;
  const askedOf = (customerId: string) => sql<Date[]>`array(
    select finished_at from guest_requests
    where tenant_id = ${tenantId} and customer_id = ${customerId} and kind = 'restriction'
      and outcome = 'done' and finished_at >= ${mergedAt})`;
  return getRow(
    tx,
    sql<Restrictions>`
      select kept.restricted_at as joint, gone.restricted_at as gone,
        array(select restricted_at from customers
          where tenant_id = ${tenantId} and merged_into = ${keptId}
            and restricted_at is not null) as others,
        ${askedOf(keptId)} as "askedOfKept", ${askedOf(goneId)} as "askedOfGone"
      from customers as kept
      join customers as gone on gone.tenant_id = ${tenantId} and gone.id = ${goneId}
      where kept.tenant_id = ${tenantId} and kept.id = ${keptId}`,
  );
}

/** Says of a record since when it is restricted: what was said before and is followed late changes it not. */
export async function setRestriction(
  tx: TenantTransaction,
  { customerId, since, eventId }: { customerId: string; since: Date | null; eventId: string },
): Promise<void> {
  await run(
    tx,
    sql`update customers set restricted_at = ${since}, restriction_event = ${eventId}
        where tenant_id = ${tx.tenantId} and id = ${customerId}
          and restricted_at is distinct from ${since}`,
  );
}

export async function markParted(
  tx: TenantTransaction,
  { id, at, staffId }: { id: string; at: Date; staffId: string },
): Promise<void> {
  await run(
    tx,
    sql`update customer_merges set state = 'parted', reason = null, parted_at = ${at},
          parted_by = ${staffId}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
  await run(
    tx,
    sql`delete from customer_merge_parts where tenant_id = ${tx.tenantId} and merge_id = ${id}`,
  );
}
