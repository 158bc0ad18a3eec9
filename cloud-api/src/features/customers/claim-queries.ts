import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { CLAIMANTS_MAX, type Identifier, orderPair } from "./claim-rules.ts";
import { selectKnown } from "./page-queries.ts";

const kindsOf = (identifiers: readonly Identifier[]) => identifiers.map(({ kind }) => kind);
const valuesOf = (identifiers: readonly Identifier[]) => identifiers.map(({ value }) => value);

/** Puts what a customer claims and has not proved in the place of what they claimed before. */
export async function replaceClaims(
  tx: TenantTransaction,
  { customerId, claims }: { customerId: string; claims: readonly Identifier[] },
): Promise<void> {
  await run(
    tx,
    sql`delete from customer_claims as claimed
        where claimed.tenant_id = ${tx.tenantId} and claimed.customer_id = ${customerId}
          and not exists (
            select from unnest(${kindsOf(claims)}::text[], ${valuesOf(claims)}::text[])
              as kept (kind, value)
            where kept.kind = claimed.kind and kept.value = claimed.value)`,
  );
  if (claims.length === 0) return;
  await run(
    tx,
    sql`insert into customer_claims (tenant_id, kind, value, customer_id)
        select ${tx.tenantId}, claimed.kind, claimed.value, ${customerId}
        from unnest(${kindsOf(claims)}::text[], ${valuesOf(claims)}::text[])
          as claimed (kind, value)
        on conflict (tenant_id, kind, value, customer_id) do nothing returning value`,
  );
}

export type Match = { customerId: string; kinds: string[] };

/** Who else has or claims any of these; what too many do says nothing. */
export function listMatches(
  tx: TenantTransaction,
  { customerId, identifiers }: { customerId: string; identifiers: readonly Identifier[] },
): Promise<Match[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<Match>`
      with asked as (
        select kind, value from unnest(${kindsOf(identifiers)}::text[],
          ${valuesOf(identifiers)}::text[]) as asked (kind, value)
      ), named as (
        select claimed.kind, claimed.value, claimed.customer_id from asked
        join customer_claims as claimed on claimed.tenant_id = ${tenantId}
          and claimed.kind = asked.kind and claimed.value = asked.value
        union
        select held.kind, held.value, held.customer_id from asked
        join customer_identifiers as held on held.tenant_id = ${tenantId}
          and held.kind = asked.kind and held.value = asked.value
      ), telling as (
        select kind, value from named group by kind, value
        having count(*) <= ${CLAIMANTS_MAX}::integer
      )
      select named.customer_id as "customerId", array_agg(distinct named.kind)::text[] as kinds
      from named join telling using (kind, value)
      where named.customer_id <> ${customerId}
      group by named.customer_id order by named.customer_id`,
  );
}

/** Puts whom a customer may be one with in the place of what was thought before. */
export async function replaceSuggestions(
  tx: TenantTransaction,
  { customerId, matches }: { customerId: string; matches: readonly Match[] },
): Promise<void> {
  const { tenantId } = tx;
  const others = matches.map((match) => match.customerId);
  await run(
    tx,
    sql`delete from customer_suggestions
        where tenant_id = ${tenantId} and not dismissed
          and ((one_id = ${customerId} and other_id <> all(${others}::uuid[]))
            or (other_id = ${customerId} and one_id <> all(${others}::uuid[])))`,
  );
  for (const match of matches) {
    const [one, other] = orderPair(customerId, match.customerId);
    await run(
      tx,
      sql`insert into customer_suggestions (tenant_id, one_id, other_id, kinds, found_at)
          values (${tenantId}, ${one}, ${other}, ${match.kinds}::text[], ${tx.now})
          on conflict (tenant_id, one_id, other_id) do update set kinds = excluded.kinds`,
    );
  }
}

/** Who has, or claims, what is to be somebody's alone. */
export async function findClaimant(
  tx: TenantTransaction,
  { identifier, except }: { identifier: Identifier; except: string | null },
): Promise<string | null> {
  const { tenantId } = tx;
  const { kind, value } = identifier;
  const row = await findRow(
    tx,
    sql<{ id: string }>`
      select named.customer_id as id from (
        select customer_id from customer_identifiers
        where tenant_id = ${tenantId} and kind = ${kind} and value = ${value}
        union all
        select customer_id from customer_claims
        where tenant_id = ${tenantId} and kind = ${kind} and value = ${value}
      ) as named where named.customer_id is distinct from ${except}::uuid limit 1`,
  );
  return row?.id ?? null;
}

export type Suggested = { oneId: string; otherId: string; kinds: string[]; foundAt: Date };

/** Of whoever is bound to branches: those of whom both are known there. */
const inReach = (tx: TenantTransaction) =>
  tx.seesMembers
    ? sql``
    : sql`and one_id in (${selectKnown(tx)}) and other_id in (${selectKnown(tx)})`;

/** Pairs that nobody has judged, the newest first. */
export function listSuggestions(tx: TenantTransaction, limit: number): Promise<Suggested[]> {
  return listRows(
    tx,
    sql<Suggested>`
      select one_id as "oneId", other_id as "otherId", kinds, found_at as "foundAt"
      from customer_suggestions
      where tenant_id = ${tx.tenantId} and not dismissed ${inReach(tx)}
      order by found_at desc, one_id, other_id limit ${limit}`,
  );
}

export async function countSuggestions(tx: TenantTransaction): Promise<number> {
  const row = await findRow(
    tx,
    sql<{ count: number }>`
      select count(*)::integer as count from customer_suggestions
      where tenant_id = ${tx.tenantId} and not dismissed ${inReach(tx)}`,
  );
  return row?.count ?? 0;
}

/** Keeps that two records are two people: it is not suggested again. */
export async function dismissSuggestion(
  tx: TenantTransaction,
  { customerIds: [one, other], staffId }: { customerIds: [string, string]; staffId: string | null },
): Promise<void> {
  const [first, second] = orderPair(one, other);
  await run(
    tx,
    sql`insert into customer_suggestions (tenant_id, one_id, other_id, kinds, dismissed, found_at,
          dismissed_by)
        values (${tx.tenantId}, ${first}, ${second}, '{}', true, ${tx.now}, ${staffId})
        on conflict (tenant_id, one_id, other_id) do update set dismissed = true,
          dismissed_by = excluded.dismissed_by`,
  );
}

/** Nothing is thought of somebody who was forgotten. */
export async function forgetClaims(tx: TenantTransaction, customerId: string): Promise<void> {
  const { tenantId } = tx;
  await run(
    tx,
    sql`delete from customer_claims where tenant_id = ${tenantId} and customer_id = ${customerId}`,
  );
  await run(
    tx,
    sql`delete from customer_suggestions
        where tenant_id = ${tenantId} and (one_id = ${customerId} or other_id = ${customerId})`,
  );
}

/** Records that only claimed a number stand without it from now on. Gives which did. */
export async function takeNumbersOff(
  tx: TenantTransaction,
  { others, numbers }: { others: readonly string[]; numbers: readonly string[] },
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`update customers set phone = null
        where tenant_id = ${tx.tenantId} and id = any(${others}::uuid[])
          and phone = any(${numbers}::text[]) returning id`,
  );
  return rows.map(({ id }) => id);
}
