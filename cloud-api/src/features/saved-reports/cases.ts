import { chooseWords } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { NARROWED_BY } from "../../platform/narrowing.ts";
import type { PrintLanguage } from "../../platform/printed.ts";
import {
  CASES_PERMISSION,
  type CaseSums,
  findReasons,
  listCaseSums,
  sumActions,
  sumCases,
} from "../cases/index.ts";
import { FILE_WORDS, type Period } from "../reports/index.ts";
import type { Kind } from "./asking.ts";
import { type Counted, type Counting, countedAtPlaces, shareOf } from "./placed.ts";
import type { Cell } from "./rules.ts";
import { sayReply } from "./satisfaction.ts";
import { listBranchRows, listSlotRows, stepOf, type Table } from "./tables.ts";

const COUNTED = [
  ...(["raisedCases", "closedCases", "lateCases", "hoursToClose"] as const),
  ...(["knownClosed", "cameAgain"] as const),
];
const NONE: CaseSums = {
  ...{ raised: 0, closed: 0, late: 0, hoursToClose: null, closedOfKnown: 0, returned: 0 },
};

/** Tenths of an hour. */
const roundHours = (hours: number | null): number | null =>
  hours === null ? null : Math.round(hours * 10) / 10;

const toCells = (
  name: string,
  { raised, closed, late, hoursToClose, closedOfKnown, returned }: CaseSums = NONE,
): Cell[] => [name, raised, closed, late, roundHours(hoursToClose), closedOfKnown, returned];

async function countCases(
  tx: TenantTransaction,
  { question: { filter, branches }, isMeant, language }: Counting,
  around: Period,
): Promise<Counted> {
  const { period, branchIds } = filter;
  const asked = { ...period, branchIds, isMeant };
  const words = FILE_WORDS[language];
  const step = stepOf(around);
  const all = await sumCases(tx, asked);
  const bySlot = await listCaseSums(tx, { ...asked, by: step });
  const byBranch = await listCaseSums(tx, { ...asked, by: "branch" });
  const shown = { toCells, whole: toCells(words.total, all) };
  const form = { keys: 1, hasSum: true };
  const series: Table = {
    ...{ ...form, name: "case-series", columns: ["slot", ...COUNTED] },
    rows: listSlotRows(bySlot, { ...shown, period, step }),
  };
  const places: Table = {
    ...{ ...form, name: "case-branches", columns: ["branch", ...COUNTED] },
    rows: listBranchRows(byBranch, { ...shown, branches, unknown: words.unknown }),
  };
  return {
    figures: {
      ...{ raisedCases: all.raised, closedCases: all.closed, lateCases: all.late },
      hoursToClose: roundHours(all.hoursToClose),
      cameAgainShare: shareOf(all.returned, all.closedOfKnown),
    },
    tables: [
      ...[series, places],
      await listActions(tx, asked),
      await listNamedReasons(tx, { asked, language }),
    ],
  };
}

type AskedCases = Parameters<typeof sumCases>[1] & Period;

/** What was done to make good, and after what customers came again. */
async function listActions(tx: TenantTransaction, asked: AskedCases): Promise<Table> {
  const actions = await sumActions(tx, asked);
  return {
    ...{ name: "case-actions", keys: 1, hasSum: false },
    columns: ["action", "times", "ofKnown", "cameAgain"],
    rows: actions.map(({ name, count, ofKnown, returned }) => [name, count, ofKnown, returned]),
  };
}

async function listNamedReasons(
  tx: TenantTransaction,
  { asked, language }: { asked: AskedCases; language: PrintLanguage },
): Promise<Table> {
  const { reasons } = await findReasons(tx, asked);
  return {
    ...{ name: "case-reasons", keys: 2, hasSum: false },
    columns: ["question", "reply", "times"],
    riseOfRow: () => "bad",
    rows: reasons.map((reason) => [
      ...[chooseWords(reason.question, language), sayReply(reason, language), reason.count],
    ]),
  };
}

/** Low answers that asked for something: how many, how soon they were closed, who came again. */
export const CASES: Kind = countedAtPlaces({
  permission: CASES_PERMISSION,
  narrowedBy: NARROWED_BY,
  count: countCases,
});
