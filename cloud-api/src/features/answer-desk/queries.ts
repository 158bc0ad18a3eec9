import { findRow, sql, type TenantTransaction } from "../../platform/db.ts";
import type { TakenReply } from "./schema.ts";

/** An answer as it was first told. */
export type Taken = {
  id: string;
  branchId: string;
  /** Null: of an answer that was told before this was kept. */
  surveyId: string | null;
  whose: TakenReply["whose"];
  customerId: string | null;
  /** How it was worded; null: no number was told. */
  version: number | null;
  /** Null: of one that was told before this was kept, as is who took it. */
  answeredAt: Date | null;
  takenBy: string | null;
  toldAt: Date;
};

/** False when it was told already. */
export async function insertTaken(
  tx: TenantTransaction,
  taken: Omit<Taken, "toldAt">,
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`insert into taken_answers (tenant_id, id, branch_id, told_at, survey_id, whose,
          customer_id, survey_version, answered_at, taken_by)
        values (${tx.tenantId}, ${taken.id}, ${taken.branchId}, ${tx.now}, ${taken.surveyId},
          ${taken.whose}, ${taken.customerId}, ${taken.version}, ${taken.answeredAt},
          ${taken.takenBy})
        on conflict (tenant_id, id) do nothing returning id`,
  );
  return row !== null;
}

/** Null: none was told of that id, at a branch in reach. */
export function findTaken(tx: TenantTransaction, id: string): Promise<Taken | null> {
  return findRow(
    tx,
    sql<Taken>`select id, branch_id as "branchId", survey_id as "surveyId", whose,
          customer_id as "customerId", survey_version as version, answered_at as "answeredAt",
          taken_by as "takenBy", told_at as "toldAt"
        from taken_answers where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** Files of one answer are kept one after the other. */
export function lockTaken(tx: TenantTransaction, id: string): Promise<{ id: string } | null> {
  return findRow(
    tx,
    sql<{ id: string }>`select id from taken_answers
        where tenant_id = ${tx.tenantId} and id = ${id} for update`,
  );
}
