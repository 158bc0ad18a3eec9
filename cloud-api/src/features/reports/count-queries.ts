import type { RawBuilder } from "kysely";
import { writePlainArray } from "../../platform/columns.ts";
import { getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { addCohorts, listCohorts } from "./cohort-queries.ts";
import { addHours } from "./hour-queries.ts";
import { notePeaksDue } from "./peak-queries.ts";
import { addReturns, findDifference, isSummed, listReturns } from "./return-queries.ts";
import { noteUseMoved } from "./use-sum-queries.ts";
import { DEVICE_COLUMNS, joinDevices, selectMethod } from "./way-in-queries.ts";

/**
 * Which sums this release keeps. To be raised with each column and table of sums that comes: what an older
 * release counted after an upgrade was taken back is then counted anew.
 */
const SUMS = 3;

/**
 * One counts a tenant's visits at a time, to the commit. True: a release with other sums has counted since, or
 * one that noted none has: what it counted may have come after the migrations that filled the sums.
 */
export async function lockReports(tx: TenantTransaction): Promise<boolean> {
  const { areBehind } = await getRow(
    tx,
    sql<{ areBehind: boolean }>`
      insert into report_locks (tenant_id, taken_at, sums, sums_taken_at)
      values (${tx.tenantId}, ${tx.now}, ${SUMS}, ${tx.now})
      on conflict (tenant_id) do update set taken_at = excluded.taken_at, sums = excluded.sums,
        sums_taken_at = excluded.sums_taken_at,
        sums_are_behind = report_locks.sums_are_behind
          or report_locks.taken_at is distinct from report_locks.sums_taken_at
          or report_locks.sums is distinct from excluded.sums
      returning sums_are_behind as "areBehind"`,
  );
  return areBehind;
}

/** What was behind is being counted anew. */
export const noteSumsAnew = (tx: TenantTransaction): Promise<void> =>
  run(tx, sql`update report_locks set sums_are_behind = false where tenant_id = ${tx.tenantId}`);

/** Gives branches that have none the clock of their settings. */
export function beginClocks(tx: TenantTransaction): Promise<void> {
  return run(
    tx,
    sql`insert into report_clocks (tenant_id, branch_id, time_zone)
        select ${tx.tenantId}::uuid, branches.id, branches.time_zone from branches
        where branches.tenant_id = ${tx.tenantId} and not exists (
          select from report_clocks as kept
          where kept.tenant_id = ${tx.tenantId} and kept.branch_id = branches.id)
        on conflict (tenant_id, branch_id) do nothing`,
  );
}

/** The branches that are counted by another clock than they have, or are to have, by now. */
export async function listOutdatedBranches(tx: TenantTransaction): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select branches.id from branches
      join report_clocks as clocks
        on clocks.tenant_id = ${tx.tenantId} and clocks.branch_id = branches.id
      where branches.tenant_id = ${tx.tenantId} and (clocks.time_zone <> branches.time_zone
        or clocks.day_starts_hour <> clocks.wanted_hour)`,
  );
  return rows.map(({ id }) => id);
}

/** Whose visits some events were about, by their guests. */
export async function listCustomersOf(
  tx: TenantTransaction,
  guestIds: readonly string[],
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select distinct customer_id as id from guests
      where tenant_id = ${tx.tenantId} and id = any(${writePlainArray(guestIds)}::uuid[])
        and customer_id is not null`,
  );
  return rows.map(({ id }) => id);
}

/** What a visit began at by its branch's clock, and what there is to count of it. */
export const selectVisits = (tx: TenantTransaction): RawBuilder<unknown> => sql`
  select visits.id as visit_id, visits.branch_id, visits.customer_id,
    ((visits.started_at at time zone clocks.time_zone)
      - make_interval(hours => clocks.day_starts_hour))::date as day,
    extract(hour from visits.started_at at time zone clocks.time_zone)::smallint as hour,
    visits.number, visits.number_at_branch, visits.started_at, visits.ended_at,
    visits.connected_seconds, visits.upload_bytes, visits.download_bytes,
    ${DEVICE_COLUMNS}, ${selectMethod(tx)} as method
  from visits
  join report_clocks as clocks
    on clocks.tenant_id = ${tx.tenantId} and clocks.branch_id = visits.branch_id
  ${joinDevices(tx)}
  where visits.tenant_id = ${tx.tenantId}`;

export const KEPT_COLUMNS = sql`visit_id, branch_id, customer_id, day, hour, number, number_at_branch,
  started_at, ended_at, connected_seconds, upload_bytes, download_bytes, device_kind, system, form,
  method`;

/** A visit as the database writes it in JSON: to be counted (1), or not to be any more (−1). */
export type Change = {
  sign: 1 | -1;
  visit_id: string;
  branch_id: string;
  customer_id: string | null;
  day: string;
};
/** `told_at`: when what changed it was told. */
export type ToldChange = Change & { told_at: string };

/** What is kept of a visit as it stands there: the rest is read off its device, its clock and how it came in. */
const OF_CUSTOMER = sql`customer_id, branch_id, number, number_at_branch, started_at, ended_at,
  connected_seconds, upload_bytes, download_bytes`;

/** Of some visits, and all of some customers: what is counted otherwise than it is to be. */
export async function listChanges(
  tx: TenantTransaction,
  { visitIds, customerIds }: { visitIds: readonly string[]; customerIds: readonly string[] },
): Promise<Change[]> {
  const { tenantId } = tx;
  const ids = writePlainArray(customerIds);
  const rows = await listRows(
    tx,
    sql<{ change: Change }>`
      with asked as materialized (
        select named.id from unnest(${writePlainArray(visitIds)}::uuid[]) as named (id)
        union
        select coalesce(theirs.id, counted.id)
        from (select id, ${OF_CUSTOMER} from visits
          where tenant_id = ${tenantId} and customer_id = any(${ids}::uuid[])) as theirs
        full join (select visit_id as id, ${OF_CUSTOMER} from report_visits
          where tenant_id = ${tenantId} and customer_id = any(${ids}::uuid[])) as counted using (id)
        where (theirs.*) is distinct from (counted.*)
      ), wanted as materialized (
        ${selectVisits(tx)} and visits.id = any(array(select asked.id from asked))
      ), kept as materialized (
        select ${KEPT_COLUMNS} from report_visits
        where tenant_id = ${tenantId}
          and visit_id = any(array(select asked.id from asked))
      ), changed as (
        (select -1 as sign, kept.* from kept except select -1, wanted.* from wanted)
        union all
        (select 1, wanted.* from wanted except select 1, kept.* from kept)
      )
      select to_jsonb(changed) as change from changed`,
  );
  return rows.map(({ change }) => change);
}

const CHANGE_COLUMNS = sql`sign integer, told_at timestamptz, visit_id uuid, branch_id uuid, customer_id uuid, day date,
  hour smallint, number integer, number_at_branch integer, started_at timestamptz,
  ended_at timestamptz, connected_seconds bigint, upload_bytes bigint, download_bytes bigint,
  device_kind text, system text, form text, method text`;

/** Rows of changes, as a piece of a statement. */
const changesOf = (changes: string) =>
  sql`jsonb_to_recordset(${changes}::jsonb) as changes (${CHANGE_COLUMNS})`;

/** Keeps what is counted from now on, and counts the difference. */
export async function countChanges(
  tx: TenantTransaction,
  changes: readonly ToldChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const { tenantId } = tx;
  const text = JSON.stringify(changes);
  const counted = new Set(changes.flatMap(({ sign, visit_id }) => (sign > 0 ? [visit_id] : [])));
  const gone = changes.flatMap(({ visit_id }) => (counted.has(visit_id) ? [] : [visit_id]));
  await run(
    tx,
    sql`delete from report_visits
        where tenant_id = ${tenantId} and visit_id = any(${writePlainArray(gone)}::uuid[])`,
  );
  await run(
    tx,
    sql`insert into report_visits (tenant_id, ${KEPT_COLUMNS})
        select ${tenantId}::uuid, ${KEPT_COLUMNS} from ${changesOf(text)} where sign > 0
        on conflict (tenant_id, visit_id) do update set branch_id = excluded.branch_id,
          customer_id = excluded.customer_id, day = excluded.day, hour = excluded.hour,
          number = excluded.number, number_at_branch = excluded.number_at_branch,
          started_at = excluded.started_at, ended_at = excluded.ended_at,
          connected_seconds = excluded.connected_seconds, upload_bytes = excluded.upload_bytes,
          download_bytes = excluded.download_bytes, device_kind = excluded.device_kind,
          system = excluded.system, form = excluded.form, method = excluded.method`,
  );
  const source = sql`select changes.*, clocks.time_zone, clocks.day_starts_hour
    from ${changesOf(text)}
    join report_clocks as clocks
      on clocks.tenant_id = ${tenantId} and clocks.branch_id = changes.branch_id`;
  await addHours(tx, source);
  await notePeaksDue(tx, source);
  await noteUseMoved(tx, source);
  const moved = listMoved(changes);
  const was = await listDays(tx, moved);
  await addCustomers(tx, text);
  const is = await listDays(tx, moved);
  await addReturns(tx, findDifference(was.returns, is.returns));
  await addCohorts(tx, findDifference(was.cohorts, is.cohorts));
}

/** What there is to count of the days of some customers. */
async function listDays(tx: TenantTransaction, customerIds: readonly string[]) {
  if (customerIds.length === 0) return { returns: [], cohorts: [] };
  return {
    returns: await listReturns(tx, customerIds),
    cohorts: await listCohorts(tx, { customerIds, among: isSummed(tx) }),
  };
}

/** Customers who came to a branch more or less often on one of its days than was counted. */
function listMoved(changes: readonly Change[]): string[] {
  const sums = new Map<string, { customerId: string; visits: number }>();
  for (const { sign, branch_id: branchId, customer_id: customerId, day } of changes) {
    if (customerId === null) continue;
    const key = `${customerId} ${branchId} ${day}`;
    sums.set(key, { customerId, visits: (sums.get(key)?.visits ?? 0) + sign });
  }
  const moved = [...sums.values()].filter(({ visits }) => visits !== 0);
  return [...new Set(moved.map(({ customerId }) => customerId))];
}

async function addCustomers(tx: TenantTransaction, changes: string): Promise<void> {
  const { tenantId } = tx;
  await run(
    tx,
    sql`insert into report_day_customers (tenant_id, branch_id, day, customer_id, visits)
        select ${tenantId}::uuid, branch_id, day, customer_id, sum(sign)::integer
        from ${changesOf(changes)} where customer_id is not null
        group by branch_id, day, customer_id
        on conflict (tenant_id, branch_id, day, customer_id)
          do update set visits = report_day_customers.visits + excluded.visits`,
  );
  await run(
    tx,
    sql`delete from report_day_customers
        using ${changesOf(changes)}
        where report_day_customers.tenant_id = ${tenantId}
          and report_day_customers.customer_id = changes.customer_id
          and report_day_customers.visits = 0`,
  );
  await sumCustomers(tx, changes);
}

/** Since when, and how often, those whom changes name come to each branch. */
async function sumCustomers(tx: TenantTransaction, changes: string): Promise<void> {
  const { tenantId } = tx;
  const touched = sql`select distinct customer_id from ${changesOf(changes)}
    where customer_id is not null`;
  await run(
    tx,
    sql`delete from report_branch_customers
        where tenant_id = ${tenantId} and customer_id = any(array(${touched}))
          and not exists (select from report_day_customers as came
            where came.tenant_id = ${tenantId}
              and came.customer_id = report_branch_customers.customer_id
              and came.branch_id = report_branch_customers.branch_id)`,
  );
  await run(tx, insertBranchCustomers(tx, sql`came.customer_id = any(array(${touched}))`));
}

export const insertBranchCustomers = (tx: TenantTransaction, among: RawBuilder<unknown>) => sql`
  insert into report_branch_customers (tenant_id, branch_id, customer_id, first_day, last_day,
    visits)
  select ${tx.tenantId}::uuid, came.branch_id, came.customer_id, min(came.day), max(came.day),
    sum(came.visits)::integer
  from report_day_customers as came
  where came.tenant_id = ${tx.tenantId} and ${among}
  group by came.branch_id, came.customer_id
  on conflict (tenant_id, customer_id, branch_id) do update set first_day = excluded.first_day,
    last_day = excluded.last_day, visits = excluded.visits`;
