import type { RawBuilder } from "kysely";
import { getRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { POINTS, POINTS_MAX, type ScoreSettings, type Standing, standingOf } from "./rules.ts";

export type GridRow = { length: number; recency: number; frequency: number; customers: number };

/** Customers who are in all of these, each a select of their ids. */
export type Among = readonly RawBuilder<unknown>[];

const isIn = (customerId: RawBuilder<unknown>, among: Among) =>
  sql.join([sql`true`, ...among.map((select) => sql`${customerId} in (${select})`)], sql` and `);

/** How many customers have how many points for each part. */
export function countByParts(tx: TenantTransaction, among: Among): Promise<GridRow[]> {
  return listRows(
    tx,
    sql<GridRow>`
      select length_points as length, recency_points as recency, frequency_points as frequency,
        count(*)::integer as customers
      from customer_scores as scores
      where scores.tenant_id = ${tx.tenantId} and ${isIn(sql`scores.customer_id`, among)}
      group by 1, 2, 3`,
  );
}

const DAY_SECONDS = 86_400;

/** The same of a moment that is over: `scoreVisits` of all visits until then, by the settings given. */
export function countByPartsAt(
  tx: TenantTransaction,
  { until, settings, among }: { until: Date; settings: ScoreSettings; among: Among },
): Promise<GridRow[]> {
  const { windowDays, lengthDays, recencyDays, visits } = settings;
  const since = new Date(until.getTime() - windowDays * DAY_SECONDS * 1000);
  const days = (stretch: ReturnType<typeof sql>) =>
    sql`floor(extract(epoch from ${stretch}) / ${DAY_SECONDS}::integer)::integer`;
  return listRows(
    tx,
    sql<GridRow>`
      select 1 + width_bucket(${days(sql`summed.last_at - summed.first_at`)},
          ${[...lengthDays]}::integer[]) as length,
        ${POINTS_MAX}::integer - width_bucket(
          ${days(sql`${until}::timestamptz - summed.last_at`)}, ${[...recencyDays]}::integer[]) as recency,
        1 + width_bucket(summed.visits, ${[...visits]}::integer[]) as frequency,
        count(*)::integer as customers
      from (
        select visits.customer_id, min(visits.started_at) as first_at,
          max(visits.started_at) as last_at,
          (count(*) filter (where visits.started_at > ${since}::timestamptz))::integer as visits
        from visits
        join customers on customers.tenant_id = ${tx.tenantId} and customers.id = visits.customer_id
        where visits.tenant_id = ${tx.tenantId} and visits.started_at < ${until}::timestamptz
          and customers.erased_position is null and ${isIn(sql`visits.customer_id`, among)}
        group by visits.customer_id
      ) as summed
      group by 1, 2, 3`,
  );
}

/** Which of those who have points. Null: whichever. */
export type Scored = {
  length: number | null;
  recency: number | null;
  frequency: number | null;
  standing: Standing | null;
  among: Among;
};

const CELLS = POINTS.flatMap((recency) =>
  POINTS.map((frequency) => ({
    ...{ recency, frequency, standing: standingOf({ recency, frequency }) },
  })),
);

function isAmong({ length, recency, frequency, standing, among }: Scored) {
  const cells = CELLS.filter(
    (cell) =>
      (recency === null || cell.recency === recency) &&
      (frequency === null || cell.frequency === frequency) &&
      (standing === null || cell.standing === standing),
  );
  return sql`(${length}::integer is null or scores.length_points = ${length}::integer)
    and scores.recency_points * 10 + scores.frequency_points = any(${cells.map(
      (cell) => cell.recency * 10 + cell.frequency,
    )}::integer[])
    and ${isIn(sql`scores.customer_id`, among)}`;
}

export type ScoredRow = {
  id: string;
  name: string | null;
  phone: string | null;
  firstAt: Date;
  lastAt: Date;
  visits: number;
  length: number;
  recency: number;
  frequency: number;
};

/** By id, so that nobody is missed or told twice while visits go on between two pages. */
export function listScored(
  tx: TenantTransaction,
  { scored, after, limit }: { scored: Scored; after: string | null; limit: number },
): Promise<ScoredRow[]> {
  return listRows(
    tx,
    sql<ScoredRow>`
      select scores.customer_id as id, customers.name, customers.phone,
        scores.first_at as "firstAt", scores.last_at as "lastAt", scores.visits,
        scores.length_points as length, scores.recency_points as recency,
        scores.frequency_points as frequency
      from customer_scores as scores
      left join customers
        on customers.tenant_id = ${tx.tenantId} and customers.id = scores.customer_id
      where scores.tenant_id = ${tx.tenantId} and ${isAmong(scored)}
        and (${after}::uuid is null or scores.customer_id > ${after}::uuid)
      order by scores.customer_id limit ${limit}`,
  );
}

export async function countScored(tx: TenantTransaction, scored: Scored): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ total: number }>`
      select count(*)::integer as total from customer_scores as scores
      where scores.tenant_id = ${tx.tenantId} and ${isAmong(scored)}`,
  );
  return row.total;
}
