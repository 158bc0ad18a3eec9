import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { type NarrowedBy, OF_CUSTOMERS, pickNarrowing } from "../../platform/narrowing.ts";
import type { PrintLanguage } from "../../platform/printed.ts";
import { findDayEnd } from "../breakdowns/index.ts";
import { FILE_WORDS, fill, type Period } from "../reports/index.ts";
import { findScoreGrid, SCORES_PERMISSION, type ScoreGrid } from "../scores/index.ts";
import type { Asked, Kind, Report, Saying } from "./asking.ts";
import { findDaysBefore, readDays } from "./days.ts";
import { joinTables, type Table } from "./tables.ts";
import { findAroundUntil, lastDayOf, refuseBelowCompany } from "./until.ts";

/** How those stand who come less lately than they did, and how many points they have for it at most. */
const LEAVING: readonly string[] = ["cooling", "at-risk", "lapsed"];
const LEAVING_UP_TO = 3;

type AskedScores = {
  /** Of those alone who have so many points for it; null: of all. */
  length: number | null;
  /** And who are these. */
  narrowed: NarrowedBy;
  /** By the end of these days. */
  period: Period;
};

/** What a kept grid asks in somebody's name; it is of the whole company, or refused. */
function askScores(
  tx: TenantTransaction,
  { saved, today, reader }: Pick<Asked, "saved" | "today" | "reader">,
): AskedScores {
  const { length, ...others } = saved.query;
  const known: readonly string[] = OF_CUSTOMERS;
  const other = Object.keys(others).find((name) => !known.includes(name));
  if (other)
    throw refuse("invalid", "The grid is narrowed by length and by customers alone.", {
      field: `/${other}`,
    });
  refuseBelowCompany(tx, reader, SCORES_PERMISSION);
  return {
    length: length === undefined ? null : Number(length),
    narrowed: pickNarrowing(others),
    period: readDays({ saved, today }),
  };
}

/** How customers stand by the end of the kept days, beside how they stood by the end of others. */
async function tellScores(tx: TenantTransaction, saying: Saying): Promise<Report> {
  const { saved, today, language, reader } = saying;
  const asked = askScores(tx, saying);
  const other = findOther(tx, saying, asked);
  const find = async ({ length, narrowed, period: { to } }: AskedScores) =>
    findScoreGrid(tx, {
      ...{ narrowed, reader: { ...reader.source, grants: reader.grants } },
      ...(length !== null && { length }),
      until: to >= today ? null : await findDayEnd(tx, to),
    });
  const now = await find(asked);
  const before = other && (await find(other));
  return {
    ...{ asOf: now.asOf, isBehind: now.isBehind || (before?.isBehind ?? false) },
    ...{ branchesLeftOut: 0, query: saved.query, period: lastDayOf(asked.period) },
    before: other && lastDayOf(other.period),
    figures: [{ name: "customers", now: now.customers, before: before?.customers ?? null }],
    parts: joinTables(listTables(now, asked, language), {
      before: before && listTables(before, asked, language),
      language,
    }),
  };
}

/** What it is set against: the same by the end of other days, or another kept one. Null: nothing. */
function findOther(tx: TenantTransaction, saying: Saying, asked: AskedScores): AskedScores | null {
  if (saying.against) return askScores(tx, { ...saying, saved: saying.against });
  const period = findDaysBefore(saying, asked.period);
  return period && { ...asked, period };
}

/** How they stand, by which points they do so, and, where it is of all lengths, for how long they come. */
function listTables(grid: ScoreGrid, { length }: AskedScores, language: PrintLanguage): Table[] {
  const words = FILE_WORDS[language];
  const tables: Table[] = [
    {
      ...{ name: "standings", columns: ["standing", "customers"], keys: 1, hasSum: true },
      riseOfRow: (_, at) => (LEAVING.includes(grid.standings[at]?.standing ?? "") ? "bad" : "good"),
      rows: [
        ...grid.standings.map(({ standing, customers }) => [
          ...[words[`standing-${standing}`], customers],
        ]),
        [words.total, grid.customers],
      ],
    },
    {
      ...{ name: "score-grid", keys: 2, hasSum: false },
      columns: ["recencyPoints", "frequencyPoints", "customers"],
      riseOfRow: ([points]) => (Number(points) <= LEAVING_UP_TO ? "bad" : "good"),
      rows: grid.cells.map(({ recency, frequency, customers }) => [recency, frequency, customers]),
    },
  ];
  if (length !== null) return tables;
  const lengths: Table = {
    ...{ name: "score-lengths", columns: ["lengthPoints", "customers"], keys: 1, hasSum: true },
    rows: [
      ...grid.lengths.map((each) => [each.length, each.customers]),
      [words.total, grid.customers],
    ],
  };
  return [...tables, lengths];
}

/** Of customers by how lately, how often and for how long they come. */
export const SCORES: Kind = {
  refuseUnasked: async (tx, asked) => {
    askScores(tx, asked);
  },
  tell: tellScores,
  findAround: async (tx, saying, told) => {
    const patterns = ["print-scored", "print-scored-against"] as const;
    const around = await findAroundUntil(tx, saying, { told, patterns });
    return { ...around, about: [...around.about, ...sayWhose(saying)] };
  },
};

/** By whose they are, a line of its own. */
function sayWhose({ saved: { query }, language }: Saying): string[] {
  const said = OF_CUSTOMERS.flatMap((name) =>
    query[name] === undefined
      ? []
      : fill(FILE_WORDS[language][`by-${name}`], { value: query[name] }),
  );
  return said.length === 0 ? [] : [said.join(" · ")];
}
