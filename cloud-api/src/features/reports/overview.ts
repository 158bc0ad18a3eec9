import type { TenantTransaction } from "../../platform/db.ts";
import { countHereByBranch } from "../visits/index.ts";
import type { ReportBranch } from "./figure-queries.ts";
import { describeFreshness, opensOf, type Question } from "./figures.ts";
import { findFiguresOfPlaces } from "./periods.ts";
import { lastYear, type Period, periodBefore, type Words } from "./rules.ts";
import type { OverviewReply } from "./schema.ts";

type By = OverviewReply["by"];

/** What the numbers of a period stand against: they cost as much as its own. */
export const besideOverview = (period: Period) => [periodBefore(period), lastYear(period)];

/** What a manager opens every morning: the period, the one before it, and the same a year before. */
export async function findOverview(
  tx: TenantTransaction,
  { question, by }: { question: Question; by: By },
): Promise<OverviewReply> {
  const { filter, branches, asked } = question;
  const { period } = filter;
  const others = { before: periodBefore(period), yearAgo: lastYear(period) };
  const periods = [period, others.before, others.yearAgo];
  const [now, before, yearAgo] = await findFiguresOfPlaces(tx, { filter, by, periods });
  if (!now || !before || !yearAgo) throw new Error("A period that was asked for was not told.");
  return {
    freshness: await describeFreshness(tx, filter),
    hereNow: await countHere(tx, branches),
    ...{ period, figures: now.all, opens: opensOf(asked, {}) },
    before: { period: others.before, figures: before.all },
    lastYear: { period: others.yearAgo, figures: yearAgo.all },
    by,
    rows: listRowsOf(branches, by).map((row) => ({
      ...row,
      figures: now.of(row.id),
      before: before.of(row.id),
      lastYear: yearAgo.of(row.id),
      opens: opensOf(asked, cellOf(branches, { by, row })),
    })),
  };
}

/** The numbers of the period alone, branch by branch or brand by brand, and what all of them come to. */
export async function findPlaces(
  tx: TenantTransaction,
  { question: { filter, branches }, by }: { question: Question; by: By },
) {
  const [now] = await findFiguresOfPlaces(tx, { filter, by, periods: [filter.period] });
  if (!now) throw new Error("The period that was asked for was not told.");
  const rows = listRowsOf(branches, by).map(({ id, name }) => ({ name, figures: now.of(id) }));
  return { freshness: await describeFreshness(tx, filter), figures: now.all, rows };
}

type Row = Pick<OverviewReply["rows"][number], "id" | "name" | "brandId" | "timeZone">;

function listRowsOf(branches: readonly ReportBranch[], by: By): Row[] {
  if (by === "branch")
    return branches.map(({ id, name, brandId, timeZone }) => ({ id, name, brandId, timeZone }));
  const brands = new Map(
    branches.map(({ brandId, brandName: name }) => [
      brandId,
      { id: brandId, name, brandId, timeZone: null },
    ]),
  );
  return [...brands.values()].sort((one, other) =>
    (one.name ?? "").localeCompare(other.name ?? ""),
  );
}

function cellOf(branches: readonly ReportBranch[], { by, row }: { by: By; row: Row }): Words {
  if (by === "branch") return { branchIds: row.id ?? undefined };
  if (row.brandId !== null) return { brandId: row.brandId };
  const ids = branches.filter(({ brandId }) => brandId === null).map(({ id }) => id);
  return { branchIds: ids.join(",") };
}

async function countHere(tx: TenantTransaction, branches: readonly ReportBranch[]) {
  const ids = new Set(branches.map(({ id }) => id));
  const here = (await countHereByBranch(tx, null)).filter(({ branchId }) => ids.has(branchId));
  return { total: here.reduce((sum, { count }) => sum + count, 0), branches: here };
}
