import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { lockCustomers } from "./lock-queries.ts";
import { selectKnown } from "./page-queries.ts";

export type MergeState = "asked" | "merged" | "refused" | "parting" | "parted";

export type MergeRow = {
  id: string;
  keptId: string;
  goneId: string;
  state: MergeState;
  reason: string | null;
  staffId: string | null;
  askedAt: Date;
  mergedAt: Date | null;
  partedAt: Date | null;
  partedBy: string | null;
};

const mergeColumns = sql`id, kept_id as "keptId", gone_id as "goneId", state, reason,
  staff_id as "staffId", asked_at as "askedAt", merged_at as "mergedAt", parted_at as "partedAt",
  parted_by as "partedBy"`;

export type AskedMerge = {
  id: string;
  keptId: string;
  goneId: string;
  staffId: string | null;
  at: Date;
};

export async function insertMerge(tx: TenantTransaction, asked: AskedMerge): Promise<void> {
  const { id, keptId, goneId, staffId, at } = asked;
  await run(
    tx,
    sql`insert into customer_merges (tenant_id, id, kept_id, gone_id, state, staff_id, asked_at)
        values (${tx.tenantId}, ${id}, ${keptId}, ${goneId}, 'asked', ${staffId}, ${at})
        on conflict (tenant_id, id) do nothing`,
  );
}

/** Of whoever is bound to branches: those of somebody known there. */
const inReach = (tx: TenantTransaction) =>
  tx.seesMembers
    ? sql``
    : sql`and (kept_id in (${selectKnown(tx)}) or gone_id in (${selectKnown(tx)}))`;

export function findMerge(tx: TenantTransaction, id: string): Promise<MergeRow | null> {
  return findRow(
    tx,
    sql<MergeRow>`
      select ${mergeColumns} from customer_merges
      where tenant_id = ${tx.tenantId} and id = ${id} ${inReach(tx)}`,
  );
}

/** The merges of a customer on either side, or all, the newest first. */
export function listMerges(
  tx: TenantTransaction,
  { customerId, limit }: { customerId: string | null; limit: number },
): Promise<MergeRow[]> {
  const whose =
    customerId === null ? sql`` : sql`and (kept_id = ${customerId} or gone_id = ${customerId})`;
  return listRows(
    tx,
    sql<MergeRow>`
      select ${mergeColumns} from customer_merges where tenant_id = ${tx.tenantId} ${whose} ${inReach(tx)}
      order by asked_at desc, id desc limit ${limit}`,
  );
}

export type Judged = { id: string; state: MergeState; reason: string | null };

export async function judgeMerge(tx: TenantTransaction, judged: Judged): Promise<void> {
  const { id, state, reason } = judged;
  await run(
    tx,
    sql`update customer_merges set state = ${state}, reason = ${reason}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** Staff have asked for it. False where it is not there to be undone, or somebody has asked before. */
export async function askToPart(
  tx: TenantTransaction,
  { id, staffId }: { id: string; staffId: string },
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`update customer_merges set state = 'parting', reason = null, parted_by = ${staffId}
        where tenant_id = ${tx.tenantId} and id = ${id} and state = 'merged' returning id`,
  );
  return row !== null;
}

export type Side = {
  id: string;
  isErased: boolean;
  mergedInto: string | null;
  hasPhone: boolean;
};

type Sides = ReadonlyMap<string, Side>;

/** Both records in one order, held until the commit. */
export async function lockSides(tx: TenantTransaction, ids: readonly string[]): Promise<Sides> {
  await lockCustomers(tx, ids);
  return await readSides(tx, ids);
}

export async function readSides(tx: TenantTransaction, ids: readonly string[]): Promise<Sides> {
  const rows = await listRows(
    tx,
    sql<Side>`
      select id, erased_position is not null as "isErased", merged_into as "mergedInto",
        exists (select from customer_identifiers as held
          where held.tenant_id = ${tx.tenantId} and held.customer_id = customers.id
            and held.kind = 'phone') as "hasPhone"
      from customers
      where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])`,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Gives everything of one record to the other, and keeps whose each was. */
export async function joinRecords(
  tx: TenantTransaction,
  merge: { id: string; keptId: string; goneId: string; at: Date; hash: (value: string) => string },
): Promise<void> {
  const { tenantId } = tx;
  const { id, keptId, goneId, at } = merge;
  await keepParts(tx, merge);
  for (const statement of [
    sql`update guests set customer_id = ${keptId}
        where tenant_id = ${tenantId} and customer_id = ${goneId}`,
    sql`update customer_identifiers set previous_customer_id = ${keptId}
        where tenant_id = ${tenantId} and previous_customer_id = ${goneId}`,
    sql`update customer_identifiers set customer_id = ${keptId}
        where tenant_id = ${tenantId} and customer_id = ${goneId}`,
    sql`update guest_requests set customer_id = ${keptId}
        where tenant_id = ${tenantId} and customer_id = ${goneId}`,
    sql`update customer_merges as merge set state = 'merged', reason = null, merged_at = ${at},
          kept_source_branch_id = kept.source_branch_id, kept_source_at = kept.source_at,
          kept_first_seen_at = kept.first_seen_at
        from customers as kept
        where merge.tenant_id = ${tenantId} and merge.id = ${id}
          and kept.tenant_id = ${tenantId} and kept.id = ${keptId}`,
    sql`update customers set merged_into = ${keptId}
        where tenant_id = ${tenantId} and id = ${goneId}`,
  ])
    await run(tx, statement);
}

/** Who asked for one record not to be used has asked for both. */
export async function joinRestrictions(
  tx: TenantTransaction,
  { keptId, goneId }: { keptId: string; goneId: string },
): Promise<void> {
  await run(
    tx,
    sql`update customers as kept set restricted_at = coalesce(kept.restricted_at, gone.restricted_at)
        from customers as gone
        where kept.tenant_id = ${tx.tenantId} and kept.id = ${keptId}
          and gone.tenant_id = ${tx.tenantId} and gone.id = ${goneId}`,
  );
}

type Joining = { id: string; keptId: string; goneId: string; hash: (value: string) => string };

async function keepParts(
  tx: TenantTransaction,
  { id, keptId, goneId, hash }: Joining,
): Promise<void> {
  const { tenantId } = tx;
  await run(
    tx,
    sql`insert into customer_merge_parts (tenant_id, merge_id, kind, part)
        select ${tenantId}, ${id},
          case when customer_id = ${keptId} then 'kept-guest' else 'gone-guest' end, id::text
        from guests
        where tenant_id = ${tenantId} and customer_id in (${keptId}::uuid, ${goneId}::uuid)
        on conflict (tenant_id, merge_id, kind, part) do nothing returning part`,
  );
  const held = await listRows(
    tx,
    sql<{ value: string; isHolder: boolean; isPrevious: boolean }>`
      select value, customer_id = ${goneId} as "isHolder",
        coalesce(previous_customer_id = ${goneId}, false) as "isPrevious"
      from customer_identifiers
      where tenant_id = ${tenantId}
        and (customer_id = ${goneId} or previous_customer_id = ${goneId})`,
  );
  for (const { value, isHolder, isPrevious } of held) {
    if (isHolder) await keepPart(tx, { id, kind: "holder", part: hash(value) });
    if (isPrevious) await keepPart(tx, { id, kind: "previous-holder", part: hash(value) });
  }
}

type PartKind = "kept-guest" | "gone-guest" | "holder" | "previous-holder";

async function keepPart(
  tx: TenantTransaction,
  { id, kind, part }: { id: string; kind: PartKind; part: string },
): Promise<void> {
  await run(
    tx,
    sql`insert into customer_merge_parts (tenant_id, merge_id, kind, part)
        values (${tx.tenantId}, ${id}, ${kind}, ${part})
        on conflict (tenant_id, merge_id, kind, part) do nothing`,
  );
}

/** A guest of a record that is part of another now: theirs again where the two are parted. */
export async function noteLateGuest(
  tx: TenantTransaction,
  { guestId, customerId }: { guestId: string; customerId: string },
): Promise<void> {
  const { tenantId } = tx;
  await run(
    tx,
    sql`insert into customer_merge_parts (tenant_id, merge_id, kind, part)
        with recursive along as (
          select id, merged_into from customers
          where tenant_id = ${tenantId} and id = ${customerId}
          union
          select into_one.id, into_one.merged_into from along
          join customers as into_one on into_one.tenant_id = ${tenantId}
            and into_one.id = along.merged_into
        )
        select ${tenantId}, merges.id, 'gone-guest', ${guestId}::text
        from along join customer_merges as merges on merges.tenant_id = ${tenantId}
          and merges.gone_id = along.id and merges.state in ('merged', 'parting')
        on conflict (tenant_id, merge_id, kind, part) do nothing returning part`,
  );
}

export type PartyRow = {
  id: string;
  name: string | null;
  phone: string | null;
  email: string | null;
  birthday: string | null;
  visits: number;
  firstSeenAt: Date;
  lastVisitAt: Date | null;
  sourceBranchName: string | null;
};

/** Customers as they are put side by side, of those that the transaction sees. */
export function listParties(tx: TenantTransaction, ids: readonly string[]): Promise<PartyRow[]> {
  return listRows(
    tx,
    sql<PartyRow>`
      select customers.id, customers.name, customers.phone, customers.email, customers.birthday,
        customers.visits, customers.first_seen_at as "firstSeenAt",
        customers.last_visit_at as "lastVisitAt", branches.name as "sourceBranchName"
      from customers
      left join branches
        on branches.tenant_id = customers.tenant_id and branches.id = customers.source_branch_id
      where customers.tenant_id = ${tx.tenantId} and customers.id = any(${ids}::uuid[])
        and customers.merged_into is null and customers.erased_position is null
        ${tx.seesMembers ? sql`` : sql`and customers.id in (${selectKnown(tx)})`}`,
  );
}
