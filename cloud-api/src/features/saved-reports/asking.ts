import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { PrintedReport, PrintLanguage } from "../../platform/printed.ts";
import type { Grant } from "../../platform/rights.ts";
import type { SavedReport } from "./queries.ts";
import type { Comparison } from "./rules.ts";
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
  tell: (tx: TenantTransaction, saying: Saying) => Promise<ToldReply>;
  /** What stands around its numbers on paper. */
  findAround: (tx: TenantTransaction, saying: Saying, told: ToldReply) => Promise<Around>;
};

export type Around = Omit<PrintedReport, "title" | "figures" | "parts">;
