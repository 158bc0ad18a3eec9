import type { Survey } from "@foyer/contract";
import { findRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import { listNamesBy } from "../../platform/record-names.ts";

export type SurveyVersion = {
  surveyId: string;
  version: number;
  document: Survey;
  madeAt: Date;
  madeBy: string;
};

const columns = sql`survey_id as "surveyId", version, document, made_at as "madeAt",
  made_by as "madeBy"`;

/** The newest first; of one survey, or of all (null). */
export function listVersions(
  tx: TenantTransaction,
  surveyId: string | null,
): Promise<SurveyVersion[]> {
  return listRows(
    tx,
    sql<SurveyVersion>`
      select ${columns} from survey_versions
      where tenant_id = ${tx.tenantId}
        and (${surveyId}::text is null or survey_id = ${surveyId}::text)
      order by survey_id, version desc`,
  );
}

export function findNewest(tx: TenantTransaction, surveyId: string): Promise<SurveyVersion | null> {
  return findRow(
    tx,
    sql<SurveyVersion>`
      select ${columns} from survey_versions
      where tenant_id = ${tx.tenantId} and survey_id = ${surveyId}
      order by version desc limit 1`,
  );
}

/** Every survey that was written here, as it stands. */
export async function listWritten(tx: TenantTransaction): Promise<Survey[]> {
  const rows = await listRows(
    tx,
    sql<{ document: Survey }>`
      select distinct on (survey_id) document from survey_versions
      where tenant_id = ${tx.tenantId} order by survey_id, version desc`,
  );
  return rows.map(({ document }) => document);
}

export async function insertVersion(tx: TenantTransaction, made: SurveyVersion): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`insert into survey_versions (tenant_id, survey_id, version, document, made_at, made_by)
        values (${tx.tenantId}, ${made.surveyId}, ${made.version}, ${toJson(made.document)}::jsonb,
          ${made.madeAt}, ${made.madeBy})
        on conflict (tenant_id, survey_id, version) do nothing returning version`,
  );
  return row !== null;
}

/** How many answers were given to each wording; null: to nobody knows which. */
export function countByVersion(
  tx: TenantTransaction,
  surveyId: string,
): Promise<{ version: number | null; count: number }[]> {
  return listRows(
    tx,
    sql<{ version: number | null; count: number }>`
      select survey_version as version, count(*)::int as count from survey_answers
      where tenant_id = ${tx.tenantId} and survey_id = ${surveyId}
      group by survey_version`,
  );
}

/** What they are called as they stand, by id. */
export const nameSurveys = listNamesBy(
  (tx, ids) => sql`
    select distinct on (survey_id) survey_id as id,
      coalesce(document -> 'title' ->> 'vi', document -> 'title' ->> 'en',
        document -> 'title' ->> 'fa') as name
    from survey_versions
    where tenant_id = ${tx.tenantId} and survey_id = any(${ids}::text[])
    order by survey_id, version desc`,
);
