import type { Kept, Kind } from "./asking.ts";
import { BREAKDOWN } from "./breakdown.ts";
import type { ReportName } from "./rules.ts";
import { SATISFACTION } from "./satisfaction.ts";
import { SCORES } from "./scores.ts";
import { VISITS } from "./visits.ts";

/** Reports that count something else than visits: one file each. */
const KINDS: Partial<Record<ReportName, Kind>> = {
  breakdown: BREAKDOWN,
  satisfaction: SATISFACTION,
  scores: SCORES,
};

export const kindOf = ({ report }: Pick<Kept, "report">): Kind => KINDS[report] ?? VISITS;
