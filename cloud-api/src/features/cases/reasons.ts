import type { TenantTransaction } from "../../platform/db.ts";
import { listReasons } from "../surveys/index.ts";
import type { Period } from "./report-queries.ts";
import { foldReasons } from "./rules.ts";

type Days = { from: string; to: string };

/** What unsatisfied guests named, the most frequent first, each with where and when. */
export async function findReasons(tx: TenantTransaction, period: Period & Days) {
  const { step, reasons } = await listReasons(tx, period);
  const folded = foldReasons(
    reasons,
    ({ surveyId, questionId, value, versions }) => `${surveyId} ${questionId} ${value} ${versions}`,
  );
  return {
    step,
    reasons: folded.map(({ first, ...sums }) => {
      const { surveyId, questionId, value, question, label, versions, isEarlier } = first;
      return { surveyId, questionId, value, question, label, versions, isEarlier, ...sums };
    }),
  };
}
