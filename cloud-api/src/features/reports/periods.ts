import type { TenantTransaction } from "../../platform/db.ts";
import {
  type CustomerCount,
  chooseReturns,
  countCustomers,
  type SumRow,
  sumFigures,
} from "./figure-queries.ts";
import { addSums, inPeriod, NOTHING, toFigures } from "./figures.ts";
import type { Filter } from "./filter.ts";
import { countPeriods, sumPeriods } from "./period-queries.ts";
import type { Period } from "./rules.ts";
import type { Figures } from "./schema.ts";

type Asked = { filter: Filter; by: "branch" | "brand"; periods: readonly Period[] };

/** Numbers by branch or brand, with what all of them come to: customers are counted once in that. */
export type FiguresOfPlaces = { all: Figures; of: (key: string | null) => Figures };

/** Those of each of several periods. */
export async function findFiguresOfPlaces(
  tx: TenantTransaction,
  asked: Asked,
): Promise<FiguresOfPlaces[]> {
  const sums = await sumPlaces(tx, asked);
  const counts = await countPlaces(tx, asked);
  return asked.periods.map((_, at) => toPlaces(sums[at] ?? [], counts[at] ?? NOBODY));
}

type Counted = { places: readonly CustomerCount[]; everybody: CustomerCount | undefined };
const NOBODY: Counted = { places: [], everybody: undefined };

function toPlaces(sums: readonly SumRow[], { places, everybody }: Counted): FiguresOfPlaces {
  const sumOf = new Map(sums.map((row) => [row.key, row]));
  const countOf = new Map(places.map((row) => [row.key, row]));
  return {
    all: toFigures(sums.reduce<Omit<SumRow, "key">>(addSums, NOTHING), everybody),
    of: (key) => toFigures(sumOf.get(key), countOf.get(key)),
  };
}

async function sumPlaces(
  tx: TenantTransaction,
  { filter, by, periods }: Asked,
): Promise<SumRow[][]> {
  if (!filter.hours && !filter.narrowed) {
    const sums = await sumPeriods(tx, { filter, by, periods });
    return periods.map((_, at) => sums.filter((row) => row.at === at));
  }
  const sums: SumRow[][] = [];
  for (const period of periods)
    sums.push(await sumFigures(tx, { filter: inPeriod(filter, period), grouping: { by } }));
  return sums;
}

async function countPlaces(
  tx: TenantTransaction,
  { filter, by, periods }: Asked,
): Promise<Counted[]> {
  if (by === "branch" && chooseReturns(filter, { by: "all" }) === "report_company_returns") {
    const counts = await countPeriods(tx, periods);
    return periods.map((_, at) => {
      const own = counts.filter((row) => row.at === at);
      return { places: own, everybody: own.find(({ key }) => key === tx.tenantId) };
    });
  }
  const counts: Counted[] = [];
  for (const period of periods) {
    const own = inPeriod(filter, period);
    const places = await countCustomers(tx, { filter: own, grouping: { by } });
    const [everybody] = await countCustomers(tx, { filter: own, grouping: { by: "all" } });
    counts.push({ places, everybody });
  }
  return counts;
}
