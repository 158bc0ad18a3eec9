import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import {
  type CountedVisit,
  FILE_WORDS,
  findCustomerUse,
  type Period,
  type SumRow,
} from "../reports/index.ts";
import type { Kind } from "./asking.ts";
import { type Counted, type Counting, countedAtPlaces } from "./placed.ts";
import type { Cell } from "./rules.ts";
import { listBranchRows, listSlotRows, stepOf, type Table } from "./tables.ts";

const COUNTED = ["visits", "connectedSeconds", "uploadBytes", "downloadBytes"] as const;
type Sums = Pick<SumRow, (typeof COUNTED)[number]>;
const NONE: Sums = { visits: 0, connectedSeconds: 0, uploadBytes: 0, downloadBytes: 0 };

const toCells = (name: string, sums: Sums = NONE): Cell[] => [
  name,
  ...COUNTED.map((column) => sums[column]),
];

function addUp(rows: readonly Sums[]): Sums {
  const sum = { ...NONE };
  for (const row of rows) for (const column of COUNTED) sum[column] += row[column];
  return sum;
}

async function countVisits(
  tx: TenantTransaction,
  { question: { filter, branches }, query: { customerId = "" }, language }: Counting,
  around: Period,
): Promise<Counted> {
  const words = FILE_WORDS[language];
  const step = stepOf(around);
  const use = await findCustomerUse(tx, { filter, customerId, unit: step });
  const total = addUp(use.branches);
  const shown = { toCells, whole: toCells(words.total, total) };
  const form = { keys: 1, hasSum: true };
  const keyed = (rows: readonly SumRow[]) => rows.map((row) => ({ ...row, key: row.key ?? "" }));
  const places = { branches, unknown: words.unknown };
  const tables: Table[] = [
    {
      ...{ ...form, name: "customer-series", columns: ["slot", ...COUNTED] },
      rows: listSlotRows(keyed(use.slots), { ...shown, period: filter.period, step }),
    },
    {
      ...{ ...form, name: "customer-branches", columns: ["branch", ...COUNTED] },
      rows: listBranchRows(keyed(use.branches), { ...shown, ...places }),
    },
  ];
  // Visits of other days stand for no visit of these.
  const isMain = filter.period.from === around.from;
  return {
    figures: { visits: total.visits },
    tables: isMain ? [...tables, listOneByOne(use.visits, branches)] : tables,
  };
}

type Branches = readonly { id: string; timeZone: string }[];

function listOneByOne(visits: readonly CountedVisit[], branches: Branches): Table {
  const zones = new Map(branches.map(({ id, timeZone }) => [id, timeZone]));
  const say = (at: Date, branchId: string) => writeTime(at, zones.get(branchId) ?? "UTC");
  return {
    ...{ name: "customer-visits", keys: 2, hasSum: false },
    columns: ["startedAt", "branch", "endedAt", "connectedSeconds", "uploadBytes", "downloadBytes"],
    rows: visits.map(({ startedAt, endedAt, branchId, branchName, ...use }) => [
      ...[say(startedAt, branchId), branchName, endedAt && say(endedAt, branchId)],
      ...[use.connectedSeconds, use.uploadBytes, use.downloadBytes],
    ]),
  };
}

/** On the clock of the branch, as spreadsheets read it: 2026-05-02 09:30. */
const writeTime = (at: Date, timeZone: string): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(at);

const OF_PLACES = countedAtPlaces({
  permission: "customers.read",
  narrowedBy: ["customerId"],
  count: countVisits,
  sayNarrowed: (_, language) => [FILE_WORDS[language]["by-customerId"]],
});

/**
 * One customer's visits: at the branches alone where its reader may see customers. Of whoever never came
 * there, is unknown, was forgotten or went into another record it tells no visit, as of nobody.
 */
export const CUSTOMER_VISITS: Kind = {
  ...OF_PLACES,
  refuseUnasked: async (tx, asked) => {
    if (asked.saved.query.customerId === undefined)
      throw refuse("invalid", "It is of one customer: say whose.", { field: "/customerId" });
    await OF_PLACES.refuseUnasked(tx, asked);
  },
};
