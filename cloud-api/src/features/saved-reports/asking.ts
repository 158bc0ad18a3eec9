import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { PrintedReport, PrintLanguage } from "../../platform/printed.ts";
import type { Grant } from "../../platform/rights.ts";
import type { Rise } from "../reports/index.ts";
import type { SavedReport } from "./queries.ts";
import type { Cell, Comparison, ToldRow } from "./rules.ts";
import type { ToldReply } from "./schema.ts";

/** Whose rights it is told by: what they may not see is not in it. */
export type Reader = {
  grants: readonly Grant[];
  source: Pick<Context, "hooks" | "permissions">;
};

/** What is kept of a report: its question. */
export type Kept = Pick<SavedReport, "report" | "period" | "days" | "compared" | "query">;

export type Asked = {
  saved: Kept;
  /** What it is set against in place of what it keeps; another kept one before anything. */
  compared?: Comparison | undefined;
  against?: Kept | null;
  /** From which day its period is counted. */
  today: string;
  reader: Reader;
};

export type Saying = Asked & { language: PrintLanguage };

/** What a report counts, and so how it is asked, told and printed. */
export type Kind = {
  /** Refuses what is no such question, and what its reader may not see. */
  refuseUnasked: (tx: TenantTransaction, asked: Asked) => Promise<void>;
  tell: (tx: TenantTransaction, saying: Saying) => Promise<Report>;
  /** What stands around its numbers on paper. */
  findAround: (tx: TenantTransaction, saying: Saying, told: ToldReply) => Promise<Around>;
};

type Part = ToldReply["parts"][number];

/** What a report says, before it is told what it means that its numbers rise. */
export type Report = Omit<ToldReply, "figures" | "parts"> & {
  figures: Omit<ToldReply["figures"][number], "rise">[];
  parts: (Omit<Part, "rises" | "rows"> & {
    rows: ToldRow[];
    /** Of a row by its first cells and its place, where its columns do not say it. */
    riseOfRow?: RiseOfRow | undefined;
  })[];
};
export type RiseOfRow = (cells: readonly Cell[], at: number) => Rise;

export type Around = Omit<PrintedReport, "title" | "figures" | "parts">;
