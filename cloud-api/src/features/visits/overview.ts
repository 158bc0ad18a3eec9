import type { TenantTransaction } from "../../platform/db.ts";
import { countByDay, countHereByBranch, type DayCount, listTimeZones } from "./page-queries.ts";
import { findDay, listDaysUpTo } from "./rules.ts";

const DAYS = 30;
/** A day more on both sides than the days shown, for the time zones. */
const LOOK_BACK_MILLISECONDS = (DAYS + 2) * 86_400_000;
const NOBODY = { visits: 0, newCustomers: 0, returningCustomers: 0, anonymousVisits: 0 };

/** What a manager looks at first. Null: all branches together. */
export async function findOverview(tx: TenantTransaction, branchId: string | null) {
  const branches = await countHereByBranch(tx, branchId);
  const since = new Date(tx.now.getTime() - LOOK_BACK_MILLISECONDS);
  const byDay = await countByDay(tx, { branchId, since });
  const zones = await listTimeZones(tx, branchId);
  const today =
    zones
      .map((zone) => findDay(tx.now, zone))
      .sort()
      .at(-1) ?? findDay(tx.now, "UTC");
  return {
    asOf: tx.now.toISOString(),
    hereNow: { total: branches.reduce((sum, { count }) => sum + count, 0), branches },
    today: countsOf(byDay, null),
    days: listDaysUpTo(today, DAYS).map((day) => ({ day, ...countsOf(byDay, day) })),
  };
}

function countsOf(byDay: readonly DayCount[], wanted: string | null): typeof NOBODY {
  const found = byDay.find(({ day }) => day === wanted);
  if (!found) return NOBODY;
  const { day: _, ...counts } = found;
  return counts;
}
