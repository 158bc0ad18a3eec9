import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { listBrands } from "../tenants/index.ts";
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
import type { Narrow } from "./narrowing.ts";
import {
  COUNTED_VISITS_MAX,
  listHours,
  NARROWED_VISITS_MAX,
  opensBoth,
  type Period,
  shareStart,
  type Words,
} from "./rules.ts";
import type { Figures, ReportQuery } from "./schema.ts";
import { countAll } from "./source-queries.ts";
import type { VisitCell } from "./visit-list-queries.ts";

/** What a request asks for, and the branches that it is about. */
export type Question = { filter: Filter; branches: ReportBranch[]; asked: Words };

export async function readQuestion(
  tx: TenantTransaction,
  query: ReportQuery,
  narrow: Narrow = async () => null,
): Promise<Question> {
  const named = readBranches(query);
  const slots = readSlots(query);
  // Asked for where it is needed: each question costs its way to the database and back.
  const period = readPeriod(query, query.to ?? (await findToday(tx)));
  const branches = await listAsked(tx, named);
  // All that there are need no list, which would have to be compared with each row.
  const isAll = Object.values(named).every((asked) => asked === null);
  const branchIds = isAll ? null : branches.map(({ id }) => id);
  const narrowed = await narrow(tx);
  if (narrowed) await refuseTooMany(tx, { period, branchIds, narrowed });
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

/** Visits that are counted one by one are so for as long as whoever asks waits. */
export async function refuseTooMany(
  tx: TenantTransaction,
  asked: Pick<Filter, "period" | "branchIds" | "narrowed">,
): Promise<void> {
  const most = mostOf(asked);
  const count = await countAll(tx, asked);
  if (count <= most) return;
  const [own, bound] = [count, most].map((visits) => visits.toLocaleString("en"));
  const { from, to } = asked.period;
  throw refuse(
    "invalid",
    `The days ${from} to ${to} have ${own} visits, which are counted one by one up to ${bound}: take fewer days or branches.`,
    { field: "/from" },
  );
}

const mostOf = ({ narrowed }: Pick<Filter, "narrowed">): number =>
  narrowed ? NARROWED_VISITS_MAX : COUNTED_VISITS_MAX;

/** Whether refuseTooManyOf lets them be found. `summed`: the visits of the hours asked about, as a report has them. */
export async function canFindMoved(
  tx: TenantTransaction,
  { filter, summed }: { filter: Filter; summed: number },
): Promise<boolean> {
  // A narrowed question with more was refused as it was read.
  if (filter.narrowed) return true;
  const isOfAllHours = filter.hours === null && filter.weekdays === null;
  const count = isOfAllHours ? summed : await countAll(tx, filter);
  return count <= mostOf(filter);
}

/** Visits by when they ended, or were there, are found one by one. */
export async function refuseTooManyOf(
  tx: TenantTransaction,
  { filter, of }: VisitCell,
): Promise<void> {
  if (of.kind === "departed" || of.kind === "there") await refuseTooMany(tx, filter);
}

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
