import { readsEveryCustomer } from "../../platform/customer-sight.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { PrintLanguage } from "../../platform/printed.ts";
import {
  BREAKDOWN_PERMISSION,
  type Breakdown,
  findBreakdown,
  listFields,
} from "../breakdowns/index.ts";
import { FILE_WORDS, fill, type Period } from "../reports/index.ts";
import type { Asked, Kind, Report, Saying } from "./asking.ts";
import { findDaysBefore, readDays } from "./days.ts";
import { type Cell, joinRows } from "./rules.ts";
import { findAroundUntil, lastDayOf, refuseBelowCompany } from "./until.ts";

type AskedBreakdown = {
  field: string;
  /** Everybody is counted who was met by the end of these days. */
  period: Period;
};

/** What a kept breakdown asks in somebody's name; it is of the whole company, or refused. */
async function askBreakdown(
  tx: TenantTransaction,
  { saved, today, reader }: Pick<Asked, "saved" | "today" | "reader">,
): Promise<AskedBreakdown> {
  const { field, ...others } = saved.query;
  const [other] = Object.keys(others);
  if (other)
    throw refuse("invalid", "A breakdown is not narrowed by that.", { field: `/${other}` });
  refuseBelowCompany(tx, reader, BREAKDOWN_PERMISSION);
  if (!(await listFields(tx)).some((each) => each.field === field)) throw refuseField();
  return { field: field ?? "", period: readDays({ saved, today }) };
}

/** Customers by a field by the end of the kept days, beside those there were by the end of others. */
async function tellBreakdown(tx: TenantTransaction, asked: Saying): Promise<Report> {
  const { saved, today, language } = asked;
  const { field, period } = await askBreakdown(tx, asked);
  const other = await findOtherDays(tx, { asked, field, period });
  const isSeen = readsEveryCustomer(asked.reader.grants, asked.reader.source.permissions);
  const count = async ({ to }: Period): Promise<Breakdown> => {
    const until = to >= today ? null : to;
    const found = await findBreakdown(tx, { field, until, language, isSeen });
    if (found) return found;
    throw new Error(`A field that is counted by is gone: ${field}.`);
  };
  const now = await count(period);
  const before = other && (await count(other));
  return {
    ...{ asOf: tx.now.toISOString(), isBehind: false, period: lastDayOf(period) },
    ...{ before: other && lastDayOf(other), branchesLeftOut: 0, query: saved.query },
    figures: [{ name: "customers", now: now.total, before: before?.total ?? null }],
    parts: [toPart(now, { before, language })],
  };
}

/** The days by whose end its numbers are set against those of now; null: nothing. */
async function findOtherDays(
  tx: TenantTransaction,
  { asked, field, period }: { asked: Asked; field: string; period: Period },
): Promise<Period | null> {
  if (asked.against) {
    const other = await askBreakdown(tx, { ...asked, saved: asked.against });
    if (other.field === field) return other.period;
    throw refuse("invalid", "Only two breakdowns by one field are set against each other.", {
      field: "/against",
    });
  }
  return findDaysBefore(asked, period);
}

function toPart(
  now: Breakdown,
  { before, language }: { before: Breakdown | null; language: PrintLanguage },
): Report["parts"][number] {
  const words = FILE_WORDS[language];
  const hasSum = !now.multiple;
  const rowsOf = ({ rows, total }: Breakdown): Cell[][] => [
    ...rows.map(({ name, customers }) => [name, customers]),
    ...(hasSum ? [[words.total, total]] : []),
  ];
  return {
    ...{ name: "breakdown", keys: 1, hasSum },
    // What a value is worth the company alone knows.
    riseOfRow: () => "neutral",
    title: fill(words["title-breakdown"], { field: now.name }),
    columns: [now.isOrdered ? "step" : "value", "customers"],
    heads: [now.name, words.customers],
    // What staff wrote may look like a day, and is none.
    rows: joinRows(rowsOf(now), before && rowsOf(before), { keys: 1, hasSum, isDated: false }),
  };
}

const refuseField = () =>
  refuse("invalid", "Customers are not counted by that field: it is archived, or there is none.", {
    field: "/field",
  });

/** Customers by a field: of the whole company, and not of visits. */
export const BREAKDOWN: Kind = {
  refuseUnasked: async (tx, asked) => {
    await askBreakdown(tx, asked);
  },
  tell: tellBreakdown,
  findAround: (tx, saying, told) =>
    findAroundUntil(tx, saying, { told, patterns: ["print-until", "print-until-against"] }),
};
