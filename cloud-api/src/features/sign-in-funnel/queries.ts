import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { SignInCounts } from "./rules.ts";

export type Stretch = SignInCounts & { begunAt: Date };

/** Adds what a box counted to the hours of its branch's clock. */
export async function addCounts(
  tx: TenantTransaction,
  { branchId, stretches }: { branchId: string; stretches: readonly Stretch[] },
): Promise<void> {
  const column = (read: (stretch: Stretch) => number) => stretches.map(read);
  await listRows(
    tx,
    sql`
      insert into sign_in_counts (tenant_id, branch_id, hour_at, seen, page, asked, correct,
        online_by_code, online_without_code, changed_way)
      select branches.tenant_id, branches.id, date_trunc('hour', told.begun_at, branches.time_zone),
        sum(told.seen), sum(told.page), sum(told.asked), sum(told.correct),
        sum(told.online_by_code), sum(told.online_without_code), sum(told.changed_way)
      from branches
      cross join unnest(${stretches.map(({ begunAt }) => begunAt.toISOString())}::timestamptz[],
        ${column(({ seen }) => seen)}::integer[], ${column(({ page }) => page)}::integer[],
        ${column(({ asked }) => asked)}::integer[], ${column(({ right }) => right)}::integer[],
        ${column(({ onlineByCode }) => onlineByCode)}::integer[],
        ${column(({ onlineWithoutCode }) => onlineWithoutCode)}::integer[],
        ${column(({ changedWay }) => changedWay)}::integer[])
        as told (begun_at, seen, page, asked, correct, online_by_code, online_without_code,
          changed_way)
      where branches.tenant_id = ${tx.tenantId} and branches.id = ${branchId}
      group by 1, 2, 3
      on conflict (tenant_id, branch_id, hour_at) do update set
        seen = sign_in_counts.seen + excluded.seen,
        page = sign_in_counts.page + excluded.page,
        asked = sign_in_counts.asked + excluded.asked,
        correct = sign_in_counts.correct + excluded.correct,
        online_by_code = sign_in_counts.online_by_code + excluded.online_by_code,
        online_without_code = sign_in_counts.online_without_code + excluded.online_without_code,
        changed_way = sign_in_counts.changed_way + excluded.changed_way
      returning hour_at`,
  );
}

export function forgetCounts(tx: TenantTransaction): Promise<void> {
  return run(tx, sql`delete from sign_in_counts where tenant_id = ${tx.tenantId}`);
}

export type CountsQuestion = {
  period: { from: string; to: string };
  /** Null: all in reach. */
  branchIds: readonly string[] | null;
  /** In which they began, and on which days of the week (1 is Monday); null: all. */
  hours: readonly number[] | null;
  weekdays: readonly number[] | null;
  /** What is summed up together. */
  by: "branch" | "day" | "week" | "month";
};

/** `key`: the branch, or the first day of the stretch. */
export type KeyedCounts = SignInCounts & { key: string };

/** How far guests came who began on these days, by the clock that reports count their branch by. */
export function listCounts(
  tx: TenantTransaction,
  { period: { from, to }, branchIds, hours, weekdays, by }: CountsQuestion,
): Promise<KeyedCounts[]> {
  const local = sql`(counts.hour_at at time zone coalesce(clocks.time_zone, branches.time_zone))`;
  const day = sql`(${local} - make_interval(hours => coalesce(clocks.day_starts_hour, 0)))::date`;
  const key =
    by === "branch" ? sql`counts.branch_id::text` : sql`date_trunc(${by}, ${day})::date::text`;
  // A day of any clock on Earth, and the hour it begins at, are within two days of UTC's.
  return listRows(
    tx,
    sql<KeyedCounts>`
      select ${key} as key, sum(counts.seen)::integer as seen,
        sum(counts.page)::integer as page,
        sum(counts.asked)::integer as asked,
        sum(counts.correct)::integer as "right",
        sum(counts.online_by_code)::integer as "onlineByCode",
        sum(counts.online_without_code)::integer as "onlineWithoutCode",
        sum(counts.changed_way)::integer as "changedWay"
      from sign_in_counts as counts
      join branches on branches.tenant_id = counts.tenant_id and branches.id = counts.branch_id
      left join report_clocks as clocks
        on clocks.tenant_id = counts.tenant_id and clocks.branch_id = counts.branch_id
      where counts.tenant_id = ${tx.tenantId}
        and counts.hour_at >= (${from}::date - 2)::timestamp at time zone 'UTC'
        and counts.hour_at < (${to}::date + 3)::timestamp at time zone 'UTC'
        and ${day} between ${from}::date and ${to}::date
        and (${branchIds}::uuid[] is null or counts.branch_id = any(${branchIds}::uuid[]))
        and (${hours}::integer[] is null
          or extract(hour from ${local})::integer = any(${hours}::integer[]))
        and (${weekdays}::integer[] is null
          or extract(isodow from ${day})::integer = any(${weekdays}::integer[]))
      group by 1`,
  );
}
