import type { Context } from "../../feature.ts";
import type { Grant } from "../../platform/rights.ts";
import type { SavedReport } from "./queries.ts";
import type { Comparison } from "./rules.ts";

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
