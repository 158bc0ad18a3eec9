import type { TenantTransaction } from "../../platform/db.ts";
import { FILE_WORDS, type Period } from "../reports/index.ts";
import {
  addUpSignIns,
  listSignInCounts,
  NOBODY,
  readFunnel,
  type SignInCounts,
} from "../sign-in-funnel/index.ts";
import type { Kind } from "./asking.ts";
import { type Counted, type Counting, countedAtPlaces, shareOf } from "./placed.ts";
import { READ } from "./rights.ts";
import type { Cell } from "./rules.ts";
import { listBranchRows, listSlotRows, stepOf, type Table } from "./tables.ts";

const COUNTED = [
  ...(["devicesSeen", "sawPage", "askedCode", "typedRight"] as const),
  ...(["cameOnline", "devicesLost"] as const),
];

const onlineOf = ({ onlineByCode, onlineWithoutCode }: SignInCounts): number =>
  onlineByCode + onlineWithoutCode;

const toCells = (name: string, counts: SignInCounts = NOBODY): Cell[] => {
  const online = onlineOf(counts);
  const { seen, page, asked, right } = counts;
  return [name, seen, page, asked, right, online, seen - online];
};

async function countSignIns(
  tx: TenantTransaction,
  { question, language }: Counting,
  around: Period,
): Promise<Counted> {
  const { branches, filter } = question;
  const words = FILE_WORDS[language];
  const step = stepOf(around);
  const byBranch = await listSignInCounts(tx, { ...filter, by: "branch" });
  const bySlot = await listSignInCounts(tx, { ...filter, by: step });
  const all = addUpSignIns(byBranch);
  const online = onlineOf(all);
  const shown = { toCells, whole: toCells(words.total, all) };
  const form = { keys: 1, hasSum: true };
  const tables: Table[] = [
    {
      ...{ name: "funnel", keys: 1, hasSum: false },
      columns: ["signInStep", "reached", "cameNoFurther", "wentAround"],
      rows: readFunnel(all).map(({ step: at, reached, lost, wentAround }) => [
        ...[words[`step-${at}`], reached, lost, wentAround],
      ]),
    },
    {
      ...{ ...form, name: "funnel-series", columns: ["slot", ...COUNTED] },
      rows: listSlotRows(bySlot, { ...shown, period: filter.period, step }),
    },
    {
      ...{ ...form, name: "funnel-branches", columns: ["branch", ...COUNTED] },
      rows: listBranchRows(byBranch, { ...shown, branches, unknown: words.unknown }),
    },
  ];
  return {
    figures: {
      ...{ devicesSeen: all.seen, cameOnline: online },
      ...{ devicesLost: all.seen - online, onlineShare: shareOf(online, all.seen) },
    },
    tables,
  };
}

/** How far guests come with signing in, and where they fall out. */
export const SIGN_IN_FUNNEL: Kind = countedAtPlaces({
  permission: READ.access.permission,
  // Boxes count devices before anybody knows whose they are.
  narrowedBy: ["hours", "weekdays"],
  count: countSignIns,
});
