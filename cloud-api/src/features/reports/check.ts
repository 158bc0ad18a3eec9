import type { Database } from "../../platform/db.ts";
import { enqueue, type JobContext } from "../../platform/jobs.ts";
import { listTenantIds } from "../tenants/index.ts";
import {
  type CheckedBranch,
  type CheckedDay,
  type Fault,
  insertCheck,
  isEven,
  listCountedDays,
  listRawDays,
  purgeChecks,
} from "./check-queries.ts";
import { hasOtherFirsts } from "./cohort-queries.ts";
import { findToday } from "./figure-queries.ts";
import { listUnevenDays, sumCompanyHours } from "./hour-queries.ts";
import { listKeptPeaks, listRawPeaks } from "./peak-queries.ts";
import { askRecount, enqueueRecounts, lockToCount } from "./recount.ts";
import { forgetCompany } from "./return-queries.ts";
import { chooseChecks, DAY_MS, type Period } from "./rules.ts";
import { listKeptUse, listRawUse } from "./use-sum-queries.ts";

export const CHECK_TASK = "reports.check";
/** How soon is looked again whether the log has been read, and how often, before the next night. */
const REST_MS = 60_000;
const TRIES_MAX = 120;
const KEPT_DAYS = 90;

/** Once a night: a check for each company. */
export async function beginChecks({ database }: Pick<JobContext, "database">): Promise<void> {
  for (const tenantId of await database.inDirectory(listTenantIds))
    await database.inTenant(tenantId, (tx) =>
      enqueue(tx, { task: CHECK_TASK, payload: { tries: 0 }, key: "night" }),
    );
}

export async function workCheck(
  { database, log, clock }: JobContext,
  { tenantId, payload }: { tenantId: string | null; payload: unknown },
): Promise<void> {
  if (tenantId === null) return;
  const today = await database.readTenant(tenantId, findToday);
  const { recent, older } = chooseChecks(today);
  for (const period of [recent, older]) {
    const faults = await checkDays(database, { tenantId, period });
    if (faults === null) {
      const { tries = 0 } = (payload ?? {}) as { tries?: number };
      if (tries >= TRIES_MAX) log.warn({ tenantId }, "reports not checked: the log is behind");
      else
        await database.inTenant(tenantId, (tx) => {
          const runAt = new Date(clock().getTime() + REST_MS);
          return enqueue(tx, {
            ...{ task: CHECK_TASK, payload: { tries: tries + 1 }, key: "night", runAt },
          });
        });
      return;
    }
    if (faults > 0) log.error({ tenantId, faults, ...period }, "reports differ from the visits");
  }
  const before = new Date(clock().getTime() - KEPT_DAYS * DAY_MS);
  await database.inTenant(tenantId, (tx) => purgeChecks(tx, before));
}

/**
 * Counts days a second time, out of the visits, and notes where a report says something else: the
 * branch is then counted anew. Null: what is counted is behind, so that there is nothing to compare.
 */
export async function checkDays(
  database: Database,
  { tenantId, period }: { tenantId: string; period: Period },
): Promise<number | null> {
  // One snapshot: both sides as they stood at one moment.
  const told = await database.readTenant(tenantId, async (tx) => {
    if (!(await isEven(tx))) return null;
    const counted: CheckedDay[] = [];
    for (const list of [listCountedDays, listKeptPeaks, listKeptUse])
      counted.push(...(await list(tx, period)));
    const raw: CheckedDay[] = [];
    for (const list of [listRawDays, listRawPeaks, listRawUse])
      raw.push(...(await list(tx, period)));
    return { counted, raw };
  });
  if (!told) return null;
  const faults = findFaults(told);
  await mendCompany(database, { tenantId, period });
  await database.inTenant(tenantId, async (tx) => {
    await insertCheck(tx, { ...period, branches: sumBranches(told, faults), faults });
    if (faults.length > 0)
      await askRecount(tx, [...new Set(faults.map(({ branchId }) => branchId))]);
  });
  return faults.length;
}

/** What is counted over all branches and is not what theirs come to is counted anew. */
async function mendCompany(
  database: Database,
  { tenantId, period }: { tenantId: string; period: Period },
): Promise<void> {
  await database.inTenant(tenantId, async (tx) => {
    await lockToCount(tx);
    const days = await listUnevenDays(tx, period);
    if (days.length > 0) await sumCompanyHours(tx, days);
    if (!(await hasOtherFirsts(tx, period))) return;
    await forgetCompany(tx);
    await enqueueRecounts(tx);
  });
}

/** What was looked at and found, branch by branch. */
function sumBranches(told: Told, faults: readonly Fault[]): CheckedBranch[] {
  const days = new Set([...told.counted, ...told.raw].map(keyOf));
  const sums = new Map<string, CheckedBranch>();
  const add = (branchId: string, more: { days: number; faults: number }) => {
    const sum = sums.get(branchId) ?? { branchId, days: 0, faults: 0 };
    sums.set(branchId, {
      branchId,
      days: sum.days + more.days,
      faults: sum.faults + more.faults,
    });
  };
  for (const key of days) add(key.slice(0, key.indexOf(" ")), { days: 1, faults: 0 });
  for (const { branchId } of faults) add(branchId, { days: 0, faults: 1 });
  return [...sums.values()];
}

const keyOf = ({ branchId, day }: CheckedDay) => `${branchId} ${day}`;
type Told = { counted: readonly CheckedDay[]; raw: readonly CheckedDay[] };

/** All numbers of a day together. */
function joinNumbers(days: readonly CheckedDay[]): Map<string, CheckedDay> {
  const joined = new Map<string, CheckedDay>();
  for (const told of days) {
    const numbers = { ...joined.get(keyOf(told))?.numbers, ...told.numbers };
    joined.set(keyOf(told), { ...told, numbers });
  }
  return joined;
}

/** Days of which the two say something different, and what. */
function findFaults({ counted, raw }: Told): Fault[] {
  const [reports, visits] = [joinNumbers(counted), joinNumbers(raw)];
  return [...new Map([...reports, ...visits])].flatMap(([key, { branchId, day }]) => {
    const [report, own] = [reports.get(key)?.numbers ?? {}, visits.get(key)?.numbers ?? {}];
    const names = [...new Set([...Object.keys(report), ...Object.keys(own)])];
    const differing = names.filter((name) => Number(report[name] ?? 0) !== Number(own[name] ?? 0));
    if (differing.length === 0) return [];
    const numbers = Object.fromEntries(
      differing.map((name) => [
        name,
        { report: Number(report[name] ?? 0), visits: Number(own[name] ?? 0) },
      ]),
    );
    return [{ branchId, day, numbers }];
  });
}
