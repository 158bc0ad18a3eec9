import type { BranchKind } from "../../platform/branch-kinds.ts";
import { findRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";

/** A box that has not said a word for so long tells nothing about who is there. */
const SILENT_HOURS_MAX = 24;

/** Visits that something was said of lately. */
export function isHeard(tx: TenantTransaction) {
  const since = new Date(tx.now.getTime() - SILENT_HOURS_MAX * 3_600_000);
  return sql`visits.last_told_at > ${since}::timestamptz`;
}

/** Visits of people who are at the branch right now: somebody's session is going on. */
function isHere(tx: TenantTransaction) {
  return sql`visits.ended_at is null and visits.open_sessions > 0 and ${isHeard(tx)}`;
}

export type BranchCount = { branchId: string; name: string; count: number };

/** Every branch of the question, those with nobody too. */
export async function countHereByBranch(
  tx: TenantTransaction,
  branchId: string | null,
): Promise<BranchCount[]> {
  const { tenantId } = tx;
  return await listRows(
    tx,
    sql<BranchCount>`
      with here as (
        select branch_id, count(*) as count from visits
        where tenant_id = ${tenantId} and ${isHere(tx)} group by branch_id
      )
      select branches.id as "branchId", branches.name, coalesce(here.count, 0) as count
      from branches left join here on here.branch_id = branches.id
      where branches.tenant_id = ${tenantId}
        and (${branchId}::uuid is null or branches.id = ${branchId}::uuid)
      order by branches.name, branches.id`,
  );
}

export async function countHereByBox(
  tx: TenantTransaction,
): Promise<{ boxId: string; count: number }[]> {
  return await listRows(
    tx,
    sql<{ boxId: string; count: number }>`
      select box_id as "boxId", count(*) as count from visits
      where tenant_id = ${tx.tenantId} and ${isHere(tx)} group by box_id`,
  );
}

export type DayCount = {
  /** YYYY-MM-DD by each branch's own clock; null for the sum of what is today at each branch. */
  day: string | null;
  visits: number;
  newCustomers: number;
  /** Customers who came that day and had come before it. */
  returningCustomers: number;
  anonymousVisits: number;
};

/** What happened on each branch-local day since `since`; a day without a visit has no row. */
export async function countByDay(
  tx: TenantTransaction,
  { branchId, since }: { branchId: string | null; since: Date },
): Promise<DayCount[]> {
  const { tenantId } = tx;
  return await listRows(
    tx,
    sql<DayCount>`
      with told as (
        select visits.customer_id, visits.number,
          (visits.started_at at time zone branches.time_zone)::date as day,
          (${tx.now}::timestamptz at time zone branches.time_zone)::date as today
        from visits
        join branches on branches.tenant_id = visits.tenant_id and branches.id = visits.branch_id
        where visits.tenant_id = ${tenantId} and visits.started_at >= ${since}
          and (${branchId}::uuid is null or visits.branch_id = ${branchId}::uuid)
      ), days as (
        select day, customer_id, number from told
        union all select null, customer_id, number from told where day = today
      )
      select day::text as day, count(*) as visits,
        count(distinct customer_id) filter (where number = 1) as "newCustomers",
        count(distinct customer_id)
          - count(distinct customer_id) filter (where number = 1) as "returningCustomers",
        count(*) filter (where customer_id is null) as "anonymousVisits"
      from days group by day`,
  );
}

/** The time zones of the branches of the question. */
export async function listTimeZones(
  tx: TenantTransaction,
  branchId: string | null,
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ timeZone: string }>`
      select distinct time_zone as "timeZone" from branches
      where tenant_id = ${tx.tenantId} and (${branchId}::uuid is null or id = ${branchId}::uuid)`,
  );
  return rows.map((row) => row.timeZone);
}

export type VisitRow = {
  id: string;
  customerId: string | null;
  customerName: string | null;
  customerPhone: string | null;
  number: number | null;
  numberAtBranch: number | null;
  branchId: string;
  branchName: string | null;
  startedAt: Date;
  endedAt: Date | null;
  /** A visit in its gap has no end yet, and nobody is there. */
  hereNow: boolean;
  deviceId: string;
  deviceMac: string | null;
  source: "wifi" | "passive";
  connectedSeconds: number;
  uploadBytes: number;
  downloadBytes: number;
};

export type VisitFilter = {
  customerId: string | null;
  branchId: string | null;
  /** Of several branches, of those of a brand and of those of a kind. */
  branchIds: readonly string[] | null;
  brandId: string | null;
  branchKind: BranchKind | null;
  /** Branch-local days, both included. */
  from: string | null;
  to: string | null;
  /** Moments that enclose those days in every time zone: what the index is searched by. */
  after: Date | null;
  before: Date | null;
  kind: "new" | "returning" | "anonymous" | null;
  /** Only of people who are there right now. */
  open: boolean;
};

function fits(tx: TenantTransaction, filter: VisitFilter) {
  const { customerId, branchId, branchIds, brandId, branchKind } = filter;
  const { from, to, after, before, kind, open } = filter;
  const day = sql`(visits.started_at at time zone branches.time_zone)::date`;
  const conditions = [sql`visits.tenant_id = ${tx.tenantId}`];
  if (customerId) conditions.push(sql`visits.customer_id = ${customerId}`);
  if (branchId) conditions.push(sql`visits.branch_id = ${branchId}`);
  if (branchIds) conditions.push(sql`visits.branch_id = any(${branchIds}::uuid[])`);
  if (brandId) conditions.push(sql`branches.brand_id = ${brandId}`);
  if (branchKind) conditions.push(sql`branches.kind = ${branchKind}`);
  if (after) conditions.push(sql`visits.started_at >= ${after}`);
  if (before) conditions.push(sql`visits.started_at < ${before}`);
  if (from) conditions.push(sql`${day} >= ${from}::date`);
  if (to) conditions.push(sql`${day} <= ${to}::date`);
  if (kind === "new") conditions.push(sql`visits.number = 1`);
  if (kind === "returning") conditions.push(isReturning(tx, branchId));
  if (kind === "anonymous") conditions.push(sql`visits.customer_id is null`);
  if (open) conditions.push(isHere(tx));
  return sql.join(conditions, sql` and `);
}

/** Not on the day of their first visit: who comes twice on it is new, and counted as new. */
function isReturning(tx: TenantTransaction, branchId: string | null) {
  return sql`visits.number > 1 and not exists (
    select from visits as first
    join branches as place
      on place.tenant_id = ${tx.tenantId} and place.id = first.branch_id
    where first.tenant_id = ${tx.tenantId} and first.customer_id = visits.customer_id
      and first.number = 1 and (${branchId}::uuid is null or first.branch_id = ${branchId}::uuid)
      and (first.started_at at time zone place.time_zone)::date
        = (visits.started_at at time zone branches.time_zone)::date)`;
}

/** The newest first. */
export async function listVisits(
  tx: TenantTransaction,
  question: { filter: VisitFilter; after: { at: string; id: string } | null; limit: number },
): Promise<VisitRow[]> {
  const { filter, after, limit } = question;
  const page = after
    ? sql`and (visits.started_at, visits.id) < (${after.at}::timestamptz, ${after.id}::uuid)`
    : sql``;
  return await listRows(
    tx,
    sql<VisitRow>`
      select visits.id, visits.customer_id as "customerId", customers.name as "customerName",
        customers.phone as "customerPhone", visits.number, visits.number_at_branch as "numberAtBranch",
        visits.branch_id as "branchId", branches.name as "branchName",
        visits.started_at as "startedAt", visits.ended_at as "endedAt",
        coalesce(${isHere(tx)}, false) as "hereNow",
        visits.device_id as "deviceId", devices.mac as "deviceMac",
        coalesce(visits.source, 'wifi') as source,
        visits.connected_seconds as "connectedSeconds", visits.upload_bytes as "uploadBytes",
        visits.download_bytes as "downloadBytes"
      from visits
      left join branches on branches.tenant_id = visits.tenant_id and branches.id = visits.branch_id
      left join customers
        on customers.tenant_id = visits.tenant_id and customers.id = visits.customer_id
      left join devices on devices.tenant_id = visits.tenant_id and devices.id = visits.device_id
      where visits.tenant_id = ${tx.tenantId} and ${fits(tx, filter)} ${page}
      order by visits.started_at desc, visits.id desc limit ${limit}`,
  );
}

export async function countVisitRows(tx: TenantTransaction, filter: VisitFilter): Promise<number> {
  const row = await findRow(
    tx,
    sql<{ total: number }>`
      select count(*) as total from visits
      left join branches on branches.tenant_id = visits.tenant_id and branches.id = visits.branch_id
      where visits.tenant_id = ${tx.tenantId} and ${fits(tx, filter)}`,
  );
  return row?.total ?? 0;
}

export async function findVisitDevice(
  tx: TenantTransaction,
  visitId: string,
): Promise<{ branchId: string; deviceId: string; endedAt: Date | null } | null> {
  return await findRow(
    tx,
    sql<{ branchId: string; deviceId: string; endedAt: Date | null }>`
      select branch_id as "branchId", device_id as "deviceId", ended_at as "endedAt" from visits
      where tenant_id = ${tx.tenantId} and id = ${visitId}`,
  );
}
