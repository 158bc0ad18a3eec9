import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import { FIRST_ID } from "../customers/index.ts";
import { FIRST_SETTINGS, type Points, type ScoreSettings, type VisitSum } from "./rules.ts";

/** As the company has them, or as the product begins. A tier that was removed is in none. */
export async function findSettings(tx: TenantTransaction): Promise<ScoreSettings> {
  const row = await findRow(
    tx,
    sql<{ settings: ScoreSettings; tiers: string[] }>`
      select settings, array(
          select id from marks where tenant_id = ${tx.tenantId} and kind = 'tier')::text[] as tiers
      from score_settings where tenant_id = ${tx.tenantId}`,
  );
  if (!row) return FIRST_SETTINGS;
  const ranks = row.settings.ranks.filter(({ tierId }) => row.tiers.includes(tierId));
  return { ...row.settings, ranks };
}

export function saveSettings(tx: TenantTransaction, settings: ScoreSettings): Promise<void> {
  return run(
    tx,
    sql`insert into score_settings (tenant_id, settings, changed_at)
        values (${tx.tenantId}, ${toJson(settings)}::jsonb, ${tx.now})
        on conflict (tenant_id) do update set settings = excluded.settings,
          changed_at = excluded.changed_at`,
  );
}

/** One scores a tenant's customers at a time, to the commit. */
export function lockScores(tx: TenantTransaction): Promise<void> {
  return run(
    tx,
    sql`insert into score_settings (tenant_id, settings, changed_at)
        values (${tx.tenantId}, ${toJson(FIRST_SETTINGS)}::jsonb, ${tx.now})
        on conflict (tenant_id) do update set changed_at = score_settings.changed_at`,
  );
}

/** Whose visits some events were about: by guests and by visits, and who was forgotten by them. */
export async function listTouched(
  tx: TenantTransaction,
  about: { guestIds: string[]; visitIds: string[]; from: number; to: number },
): Promise<string[]> {
  const { tenantId } = tx;
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select customer_id as id from guests
      where tenant_id = ${tenantId} and id = any(${about.guestIds}::uuid[])
        and customer_id is not null
      union
      select customer_id from visits
      where tenant_id = ${tenantId} and id = any(${about.visitIds}::uuid[])
        and customer_id is not null
      union
      select id from customers
      where tenant_id = ${tenantId} and erased_position >= ${about.from}
        and erased_position <= ${about.to}`,
  );
  return rows.map(({ id }) => id);
}

export type SummedRow = VisitSum & { customerId: string };

/**
 * What the visits of these come to; nobody who has none, or was forgotten. Each customer's are read on
 * their own: where there are millions of visits PostgreSQL takes them for many times as many, and would
 * rather read all customers.
 */
export function sumVisits(
  tx: TenantTransaction,
  { customerIds, since }: { customerIds: readonly string[]; since: Date },
): Promise<SummedRow[]> {
  return listRows(
    tx,
    sql<SummedRow>`
      select customers.id as "customerId", theirs.*
      from (select distinct named.id from unnest(${customerIds}::uuid[]) as named (id)) as asked
      join customers on customers.tenant_id = ${tx.tenantId} and customers.id = asked.id
      cross join lateral (
        select min(started_at) as "firstAt", max(started_at) as "lastAt",
          (count(*) filter (where started_at > ${since}::timestamptz))::integer as visits
        from visits
        where visits.tenant_id = ${tx.tenantId} and visits.customer_id = customers.id
        having count(*) > 0
      ) as theirs
      where customers.erased_position is null`,
  );
}

export type ScoreRow = SummedRow & Points & { scoredAt: Date };

/** What these have so far. */
export function listScores(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<ScoreRow[]> {
  return listRows(
    tx,
    sql<ScoreRow>`
      select customer_id as "customerId", first_at as "firstAt", last_at as "lastAt", visits,
        length_points as length, recency_points as recency, frequency_points as frequency,
        total_points as total, scored_at as "scoredAt"
      from customer_scores
      where tenant_id = ${tx.tenantId} and customer_id = any(${customerIds}::uuid[])`,
  );
}

export async function writeScores(
  tx: TenantTransaction,
  scores: readonly (SummedRow & Points)[],
): Promise<void> {
  if (scores.length === 0) return;
  const column = <T>(pick: (score: SummedRow & Points) => T) => scores.map(pick);
  await run(
    tx,
    sql`insert into customer_scores (tenant_id, customer_id, first_at, last_at, visits,
          length_points, recency_points, frequency_points, total_points, scored_at)
        select ${tx.tenantId}, scored.*, ${tx.now}::timestamptz
        from unnest(
          ${column((each) => each.customerId)}::uuid[],
          ${column((each) => each.firstAt.toISOString())}::timestamptz[],
          ${column((each) => each.lastAt.toISOString())}::timestamptz[],
          ${column((each) => each.visits)}::integer[], ${column((each) => each.length)}::integer[],
          ${column((each) => each.recency)}::integer[],
          ${column((each) => each.frequency)}::integer[],
          ${column((each) => each.total)}::integer[]
        ) as scored (customer_id, first_at, last_at, visits, length, recency, frequency, total)
        on conflict (tenant_id, customer_id) do update set first_at = excluded.first_at,
          last_at = excluded.last_at, visits = excluded.visits,
          length_points = excluded.length_points, recency_points = excluded.recency_points,
          frequency_points = excluded.frequency_points, total_points = excluded.total_points,
          scored_at = excluded.scored_at
        returning customer_id`,
  );
}

export function deleteScores(tx: TenantTransaction, customerIds: readonly string[]): Promise<void> {
  return run(
    tx,
    sql`delete from customer_scores
        where tenant_id = ${tx.tenantId} and customer_id = any(${customerIds}::uuid[])`,
  );
}

export type TierRow = { customerId: string; tierId: string; byRule: boolean };

export function listTiers(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<TierRow[]> {
  return listRows(
    tx,
    sql<TierRow>`
      select customer_id as "customerId", mark_id as "tierId", by_rule as "byRule"
      from customer_marks
      where tenant_id = ${tx.tenantId} and kind = 'tier'
        and customer_id = any(${customerIds}::uuid[])`,
  );
}

export type RunRow = { doneTo: string; done: number; total: number; because: "settings" | "time" };

export function findRun(tx: TenantTransaction): Promise<RunRow | null> {
  return findRow(
    tx,
    sql<RunRow>`
      select done_to as "doneTo", done, total, because from score_runs
      where tenant_id = ${tx.tenantId}`,
  );
}

/** Begins anew with everybody. One that the settings began stays so. */
export function beginRun(tx: TenantTransaction, because: RunRow["because"]): Promise<void> {
  return run(
    tx,
    sql`insert into score_runs (tenant_id, done_to, because)
        values (${tx.tenantId}, ${FIRST_ID}, ${because})
        on conflict (tenant_id) do update set done_to = excluded.done_to, done = 0, total = 0,
          because = case when score_runs.because = 'settings' then score_runs.because
            else excluded.because end`,
  );
}

export function moveRun(
  tx: TenantTransaction,
  { doneTo, judged, total }: { doneTo: string; judged: number; total: number },
): Promise<void> {
  return run(
    tx,
    sql`update score_runs set done_to = ${doneTo}, done = done + ${judged}::integer,
          total = ${total} where tenant_id = ${tx.tenantId}`,
  );
}

export function endRun(tx: TenantTransaction): Promise<void> {
  return run(tx, sql`delete from score_runs where tenant_id = ${tx.tenantId}`);
}

/** How many customers have how many points. */
export function countByTotal(
  tx: TenantTransaction,
): Promise<{ total: number; customers: number }[]> {
  return listRows(
    tx,
    sql<{ total: number; customers: number }>`
      select total_points as total, count(*)::integer as customers from customer_scores
      where tenant_id = ${tx.tenantId} group by total_points order by total_points`,
  );
}

/** How many customers have no points. */
export async function countUnscored(tx: TenantTransaction): Promise<number> {
  const { tenantId } = tx;
  const row = await getRow(
    tx,
    sql<{ count: number }>`
      select greatest(0,
        (select count(*) from customers where tenant_id = ${tenantId}
          and erased_position is null and merged_into is null)
        - (select count(*) from customer_scores where tenant_id = ${tenantId}))::integer as count`,
  );
  return row.count;
}

/** Empties what the handlers made. */
export function forgetScores(tx: TenantTransaction): Promise<void> {
  return run(tx, sql`delete from customer_scores where tenant_id = ${tx.tenantId}`);
}
