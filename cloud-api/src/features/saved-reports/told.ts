import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { PrintedReport } from "../../platform/printed.ts";
import type { SignIn } from "../../platform/session.ts";
import { FILE_WORDS, findTodayOf, printFigure, printTable, riseOf } from "../reports/index.ts";
import type { Asked, Reader, Saying } from "./asking.ts";
import { readDays } from "./days.ts";
import { kindOf } from "./kinds.ts";
import type { SavedReport } from "./queries.ts";
import { getSaved, refuseLeaving } from "./rights.ts";
import type { ToldQuery, ToldReply } from "./schema.ts";

type Telling = {
  id: string;
  query: ToldQuery;
  signIn: Pick<SignIn, "staffId" | "grants">;
  source: Reader["source"];
  /** Absent: it is looked at. */
  leavesBy?: "file" | "mail";
};

/** Refuses a report that whoever wants it kept could not read. */
export const refuseUnasked = (tx: TenantTransaction, asked: Asked): Promise<void> =>
  kindOf(asked.saved).refuseUnasked(tx, asked);

/** What a kept report says to somebody: its numbers, each beside the one that it is set against. */
async function tell(tx: TenantTransaction, saying: Saying): Promise<ToldReply> {
  const report = await kindOf(saying.saved).tell(tx, saying);
  return {
    ...report,
    figures: report.figures.map((figure) => ({ ...figure, rise: riseOf(figure.name) })),
    parts: report.parts.map(({ riseOfRow, rows, ...part }) => ({
      ...part,
      rises: part.columns.map(riseOf),
      rows: rows.map((row, at) => ({ ...row, rise: riseOfRow?.(row.cells, at) ?? null })),
    })),
  };
}

/** One that is kept, as somebody asks for it. */
async function findSaying(
  tx: TenantTransaction,
  { id, query, signIn, source, leavesBy: by }: Telling,
) {
  const { file: language = "vi", compared } = query;
  const { staffId, grants } = signIn;
  const saved = await getSaved(tx, { id, staffId });
  if (by) refuseLeaving(saved, { grants, source, by });
  const against = query.against ? await getSaved(tx, { id: query.against, staffId }) : null;
  if (against && against.report !== saved.report)
    throw refuse("invalid", "Only two of the same report are set against each other.", {
      field: "/against",
    });
  const reader = { grants, source };
  const today = await findTodayOf(tx, saved.query);
  return {
    saved,
    compared,
    against: against && (await dateOwn(tx, against)),
    today,
    language,
    reader,
  };
}

/** With its days, counted from the day that it is at its own branches. */
const dateOwn = async (tx: TenantTransaction, kept: SavedReport): Promise<SavedReport> => ({
  ...kept,
  days: readDays({ saved: kept, today: await findTodayOf(tx, kept.query) }),
});

export async function tellSaved(
  tx: TenantTransaction,
  telling: Telling,
): Promise<{ saved: SavedReport; told: ToldReply }> {
  const asked = await findSaying(tx, telling);
  return { saved: asked.saved, told: await tell(tx, asked) };
}

/** The same on pages, with what it is of around it. */
export async function printSaved(
  tx: TenantTransaction,
  telling: Telling,
): Promise<{ saved: SavedReport; told: ToldReply; printed: PrintedReport }> {
  const asked = await findSaying(tx, telling);
  const { saved, language } = asked;
  const told = await tell(tx, asked);
  const words = FILE_WORDS[language];
  const printed = {
    ...(await kindOf(saved).findAround(tx, asked, told)),
    title: saved.name,
    figures: told.figures.map(({ name, ...figure }) => ({
      ...{ label: words[name], ...printFigure(figure, language) },
    })),
    parts: told.parts.map((part) => printTable(part, language)),
  };
  return { saved, told, printed };
}
