import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { listBrands } from "../tenants/index.ts";
import { refuseTooMany } from "./bounds.ts";
import {
  type CustomerCount,
  countCustomers,
  findFreshness,
  findToday,
  type Grouping,
  listReportBranches,
  type ReportBranch,
  type SumRow,
  sumFigures,
} from "./figure-queries.ts";
import { type AskedBranches, type Filter, readBranches, readPeriod, readSlots } from "./filter.ts";
import type { Beside } from "./fitting.ts";
import type { Narrow } from "./narrowing.ts";
import { listHours, opensBoth, type Period, shareStart, type Words } from "./rules.ts";
import type { Figures, ReportQuery } from "./schema.ts";

/** What a request asks for, and the branches that it is about. */
export type Question = { filter: Filter; branches: ReportBranch[]; asked: Words };

/**
 * `isPaged`: what is listed page by page; visits that tell by themselves whether they are meant are so found.
 * `beside`: what is counted as well, and so bounded.
 */
export async function readQuestion(
  tx: TenantTransaction,
  query: ReportQuery,
  narrow: Narrow = async () => null,
  { isPaged = false, beside }: { isPaged?: boolean; beside?: Beside } = {},
): Promise<Question> {
  const named = readBranches(query);
  const slots = readSlots(query);
  // Asked for where it is needed: each question costs its way to the database and back.
  const period = readPeriod(query, query.to ?? (await findToday(tx, named)));
  const branches = await listAsked(tx, named);
  // All that there are need no list, which would have to be compared with each row.
  const isAll = Object.values(named).every((asked) => asked === null);
  const branchIds = isAll ? null : branches.map(({ id }) => id);
  const narrowed = await narrow(tx);
  const isFoundInOrder = isPaged && narrowed?.customers.length === 0;
  if (narrowed && !isFoundInOrder) await refuseTooMany(tx, { period, branchIds, narrowed }, beside);
  const { brandId, branchIds: names, branchKind, hours, weekdays } = query;
  const { segmentId, tagId, languages, devices, systems, forms, methods } = query;
  const asked = {
    ...{ ...period, brandId, branchIds: names, branchKind, hours, weekdays },
    ...{ segmentId, tagId, languages, devices, systems, forms, methods },
  };
  const isStale = branches.some(({ isCompanyStale }) => isCompanyStale);
  const isCompany = branchIds === null && tx.branchIds === null && !isStale;
  return { filter: { period, branchIds, ...slots, narrowed, isCompany }, branches, asked };
}

/** The day that it is at the branches that are asked about. */
export const findTodayOf = (tx: TenantTransaction, query: ReportQuery): Promise<string> =>
  findToday(tx, readBranches(query));

/** The branches that are asked about; refuses those that there are not, or that are out of reach. */
async function listAsked(
  tx: TenantTransaction,
  { brandId, branchIds, branchKind }: AskedBranches,
): Promise<ReportBranch[]> {
  const branches = await listReportBranches(tx);
  if (branchIds?.some((id) => !branches.some((branch) => branch.id === id)))
    throw refuse("not-found", "There is no such branch.", { field: "/branchIds" });
  const named = branches.filter(
    ({ id, kind }) =>
      (branchIds?.includes(id) ?? true) && (branchKind === null || kind === branchKind),
  );
  if (brandId === null) return named;
  if (!(await listBrands(tx)).some(({ id }) => id === brandId))
    throw refuse("not-found", "There is no such brand.", { field: "/brandId" });
  return named.filter((branch) => branch.brandId === brandId);
}

export const NOTHING: Omit<SumRow, "key"> = {
  ...{ visits: 0, anonymousVisits: 0, endedVisits: 0, dwellSeconds: 0, connectedSeconds: 0 },
  ...{ uploadBytes: 0, downloadBytes: 0, departures: 0, presentSeconds: 0, changedAt: null },
};

/** Numbers by the key of their row or slot. */
export type FiguresByKey = {
  of: (key: string | null) => Figures;
  /** Of everything, with customers who were counted once. */
  totalWith: (customers: CustomerCount | undefined) => Figures;
  sumOf: (key: string | null) => Omit<SumRow, "key">;
};

/** `counted`: the customers of each key, where they are known already. */
export async function findFigures(
  tx: TenantTransaction,
  { counted, ...question }: { filter: Filter; grouping: Grouping; counted?: CustomerCount[] },
): Promise<FiguresByKey> {
  const sums = new Map((await sumFigures(tx, question)).map((row) => [row.key, row]));
  const customers = counted ?? (await countCustomers(tx, question));
  const counts = new Map(customers.map((row) => [row.key, row]));
  const sumOf = (key: string | null) => sums.get(key) ?? NOTHING;
  return {
    sumOf,
    of: (key) => toFigures(sumOf(key), counts.get(key)),
    totalWith: (customers) =>
      toFigures([...sums.values()].reduce<Omit<SumRow, "key">>(addSums, NOTHING), customers),
  };
}

export function addSums(one: Omit<SumRow, "key">, other: SumRow): Omit<SumRow, "key"> {
  return {
    visits: one.visits + other.visits,
    anonymousVisits: one.anonymousVisits + other.anonymousVisits,
    endedVisits: one.endedVisits + other.endedVisits,
    dwellSeconds: one.dwellSeconds + other.dwellSeconds,
    connectedSeconds: one.connectedSeconds + other.connectedSeconds,
    uploadBytes: one.uploadBytes + other.uploadBytes,
    downloadBytes: one.downloadBytes + other.downloadBytes,
    departures: one.departures + other.departures,
    presentSeconds: one.presentSeconds + other.presentSeconds,
    changedAt: null,
  };
}

export function toFigures(
  sum: Omit<SumRow, "key"> = NOTHING,
  count: Pick<CustomerCount, "customers" | "newCustomers"> = { customers: 0, newCustomers: 0 },
): Figures {
  const { customers, newCustomers } = count;
  return {
    ...{ visits: sum.visits, anonymousVisits: sum.anonymousVisits },
    ...{ customers, newCustomers, returningCustomers: customers - newCustomers },
    ...{ endedVisits: sum.endedVisits, dwellSeconds: sum.dwellSeconds },
    ...{ connectedSeconds: sum.connectedSeconds, departures: sum.departures },
    ...{ uploadBytes: sum.uploadBytes, downloadBytes: sum.downloadBytes },
  };
}

/** The same question about other days. */
export const inPeriod = (filter: Filter, period: Period): Filter => ({ ...filter, period });

/** What each number of a row or slot opens: the question, with what the row or slot narrows it to. */
export function opensOf(asked: Words, cell: Words) {
  // A year has hundreds of rows: what both ask is written out once.
  const { customers, visits } = opensBoth(asked, cell);
  return {
    ...{ customers, visits },
    newCustomers: `${customers}&kind=new`,
    returningCustomers: `${customers}&kind=returning`,
    anonymousVisits: `${visits}&kind=anonymous`,
    departures: `${visits}&kind=departed`,
  };
}

export async function describeFreshness(tx: TenantTransaction, filter: Filter) {
  const { isBehind, recounts, faultyDays } = await findFreshness(tx, filter);
  const asOf = tx.now.toISOString();
  return { asOf, isBehind, branchesCountedAnew: recounts, faultyDays };
}

/** What every report begins with. */
export const begin = async (tx: TenantTransaction, { filter }: Question) => ({
  freshness: await describeFreshness(tx, filter),
  period: filter.period,
});

/** The hours that are asked for, as a day of the branches passes. */
export const hoursOf = ({ filter: { hours }, branches }: Question) =>
  listHours(shareStart(branches)).filter((each) => hours?.includes(each) ?? true);
