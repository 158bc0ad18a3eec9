import type { Kept, Kind } from "./asking.ts";
import { BREAKDOWN } from "./breakdown.ts";
import { CASES } from "./cases.ts";
import { CUSTOMER_VISITS } from "./customer-visits.ts";
import { SIGN_IN_FUNNEL } from "./funnel.ts";
import type { ReportName } from "./rules.ts";
import { SATISFACTION } from "./satisfaction.ts";
import { SCORES } from "./scores.ts";
import { VISITS } from "./visits.ts";

/** Reports that count something else than visits: one file each. */
const KINDS: Partial<Record<ReportName, Kind>> = {
  breakdown: BREAKDOWN,
  cases: CASES,
  "customer-visits": CUSTOMER_VISITS,
  satisfaction: SATISFACTION,
  scores: SCORES,
  "sign-in-funnel": SIGN_IN_FUNNEL,
};

export const kindOf = ({ report }: Pick<Kept, "report">): Kind => KINDS[report] ?? VISITS;
