import { findRow, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import type { Thresholds } from "./rules.ts";

export type SurveyRules = Thresholds & {
  /** Within so many hours a case of a low answer is to be closed. */
  caseHours: number;
  satisfiedTagId: string | null;
  unsatisfiedTagId: string | null;
  /** What questions are about. */
  parts: { id: string; name: string }[];
};

/** As long as nobody chose others. */
export const STANDARD_RULES: SurveyRules = {
  ...{ satisfiedFrom: 4, lowUpTo: 2, caseHours: 48 },
  ...{ satisfiedTagId: null, unsatisfiedTagId: null, parts: [] },
};

export async function getRules(tx: TenantTransaction): Promise<SurveyRules> {
  const row = await findRow(
    tx,
    sql<SurveyRules>`
      select satisfied_from as "satisfiedFrom", low_up_to as "lowUpTo", case_hours as "caseHours",
        satisfied_tag_id as "satisfiedTagId", unsatisfied_tag_id as "unsatisfiedTagId", parts
      from survey_rules where tenant_id = ${tx.tenantId}`,
  );
  return row ?? STANDARD_RULES;
}

export function writeRules(tx: TenantTransaction, rules: SurveyRules): Promise<void> {
  return run(
    tx,
    sql`insert into survey_rules (tenant_id, satisfied_from, low_up_to, case_hours,
          satisfied_tag_id, unsatisfied_tag_id, parts, changed_at)
        values (${tx.tenantId}, ${rules.satisfiedFrom}, ${rules.lowUpTo}, ${rules.caseHours},
          ${rules.satisfiedTagId}, ${rules.unsatisfiedTagId}, ${toJson(rules.parts)}::jsonb,
          ${tx.now})
        on conflict (tenant_id) do update set satisfied_from = excluded.satisfied_from,
          low_up_to = excluded.low_up_to, case_hours = excluded.case_hours,
          satisfied_tag_id = excluded.satisfied_tag_id,
          unsatisfied_tag_id = excluded.unsatisfied_tag_id, parts = excluded.parts,
          changed_at = excluded.changed_at`,
  );
}
