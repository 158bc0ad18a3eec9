import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { type FactCondition, pickNarrowing } from "../../platform/narrowing.ts";
import type { PrintLanguage } from "../../platform/printed.ts";
import { findReach } from "../../platform/rights.ts";
import { listBranchesWithin } from "../branches/index.ts";
import { findAroundCompany, type Period, readQuestion, sayAsked } from "../reports/index.ts";
import type { Asked, Kept, Kind, Reader, Report, Saying } from "./asking.ts";
import { findDaysBefore, readDays } from "./days.ts";
import { askPlaces, refuseBranches } from "./places.ts";
import type { FigureName } from "./rules.ts";
import { joinTables, type Table } from "./tables.ts";

// What reports have in common that count something else than visits, by days and places.

type Question = Awaited<ReturnType<typeof readQuestion>>;
type Query = Kept["query"];

/** What is counted: of which places and days, narrowed by what else, told in whose words. */
export type Counting = Place & { language: PrintLanguage };

/** Main numbers by their names (null: there is none, as of a mean of nothing), and tables. */
export type Counted = {
  figures: Partial<Record<FigureName, number | null>>;
  tables: Table[];
};

export type Placed = {
  /** Whoever holds it is told, of the branches where they do. */
  permission: string;
  /** By what else than places it may be narrowed. */
  narrowedBy?: readonly (keyof Query)[];
  /** `around`: the days it is of, by which its slots are as long as those it is set against. */
  count: (tx: TenantTransaction, counting: Counting, around: Period) => Promise<Counted>;
  /** What is said of what it is narrowed by, above a printed one. */
  sayNarrowed?: (query: Query, language: PrintLanguage) => string[];
};

/** `isMeant`: of the facts of which guests; null: of all. */
type Place = { question: Question; query: Query; isMeant: FactCondition | null };
type AskedPlace = Place & {
  branchesLeftOut: number;
  askOf: (days: Period) => Promise<Question>;
};

/** A kind of report that is asked by days and places. */
export function countedAtPlaces(placed: Placed): Kind {
  return {
    refuseUnasked: async (tx, asked) => {
      await askAtPlaces(tx, asked, placed);
    },
    tell: (tx, saying) => tellCounted(tx, saying, placed),
    findAround: async (tx, saying, { before }) => {
      const { question, branchesLeftOut, query } = await askAtPlaces(tx, saying, placed);
      const { language } = saying;
      const about = [
        ...sayAsked(tx, { question, language, before, branchesLeftOut }),
        ...(placed.sayNarrowed?.(query, language) ?? []),
      ];
      return findAroundCompany(tx, { language, about });
    },
  };
}

/** What a kept report asks in somebody's name; refuses what they may not see. */
async function askAtPlaces(
  tx: TenantTransaction,
  { saved, today, reader }: Asked,
  { permission, narrowedBy = [] }: Placed,
): Promise<AskedPlace> {
  const known: readonly string[] = ["brandId", "branchIds", "branchKind", ...narrowedBy];
  const other = Object.keys(saved.query).find((name) => !known.includes(name));
  if (other)
    throw refuse("invalid", "This report is not narrowed by that.", { field: `/${other}` });
  const reached = await findReached(tx, reader, permission);
  const places = askPlaces(saved.query, reached ?? tx.branchIds);
  const { brandId, branchKind, branchIds = reached?.join(",") } = places.query;
  const narrowed = pickNarrowing(saved.query);
  const asked = {
    ...narrowed,
    ...(brandId && { brandId }),
    ...(branchIds && { branchIds }),
    ...(branchKind && { branchKind }),
  };
  const { grants, source } = reader;
  const isMeant = await source.hooks.narrowFacts?.(tx, { ...source, grants }, narrowed);
  const askOf = (days: Period) => readQuestion(tx, { ...asked, ...days });
  const question = await askOf(readDays({ saved, today }));
  // A company that has none yet is told of none; somebody of some branches is refused those of others.
  if (question.branches.length === 0 && tx.branchIds !== null) throw refuseBranches();
  return { ...places, question, isMeant: isMeant ?? null, askOf };
}

/** The branches where somebody holds a permission; null: all those whose reports they read. */
async function findReached(
  tx: TenantTransaction,
  { grants, source }: Reader,
  permission: string,
): Promise<string[] | null> {
  const reach = findReach(grants, permission, source.permissions);
  if (!reach)
    throw refuse("forbidden", `Your role may not do this: ${permission}.`, { field: "/report" });
  if (reach.kind === "tenant") return null;
  const branchIds = await listBranchesWithin(tx, reach);
  const isNarrower = tx.branchIds?.some((id) => !branchIds.includes(id)) ?? true;
  if (branchIds.length === 0) throw refuseBranches();
  return isNarrower ? branchIds : null;
}

async function tellCounted(tx: TenantTransaction, saying: Saying, placed: Placed): Promise<Report> {
  const { language } = saying;
  const asked = await askAtPlaces(tx, saying, placed);
  const { question, query, isMeant, branchesLeftOut } = asked;
  const { period } = question.filter;
  const other = await findOther(tx, saying, { asked, placed });
  const now = await placed.count(tx, { question, query, isMeant, language }, period);
  const before = other && (await placed.count(tx, { ...other, language }, period));
  return {
    ...{ asOf: tx.now.toISOString(), isBehind: false, period, branchesLeftOut, query },
    before: other?.question.filter.period ?? null,
    figures: joinFigures(now, before),
    parts: joinTables(now.tables, { before: before?.tables ?? null, language }),
  };
}

/** What it is set against: the same of other days, or another kept report's. Null: nothing. */
async function findOther(
  tx: TenantTransaction,
  saying: Saying,
  { asked, placed }: { asked: AskedPlace; placed: Placed },
): Promise<Place | null> {
  if (saying.against) return askAtPlaces(tx, { ...saying, saved: saying.against }, placed);
  const days = findDaysBefore(saying, asked.question.filter.period);
  return days && { ...asked, question: await asked.askOf(days) };
}

function joinFigures(now: Counted, before: Counted | null): Report["figures"] {
  return Object.entries(now.figures).flatMap(([key, value]) => {
    const name = key as FigureName;
    return value === null ? [] : [{ name, now: value, before: before?.figures[name] ?? null }];
  });
}

/** Of a hundred; null: of nothing. */
export const shareOf = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 1000) / 10;
