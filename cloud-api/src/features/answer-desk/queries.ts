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
};

/** False when it was told already. */
export async function insertTaken(
  tx: TenantTransaction,
  { id, branchId, surveyId, whose, customerId }: Taken,
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`insert into taken_answers (tenant_id, id, branch_id, told_at, survey_id, whose, customer_id)
        values (${tx.tenantId}, ${id}, ${branchId}, ${tx.now}, ${surveyId}, ${whose}, ${customerId})
        on conflict (tenant_id, id) do nothing returning id`,
  );
  return row !== null;
}

/** Null: none was told of that id, at a branch in reach. */
export function findTaken(tx: TenantTransaction, id: string): Promise<Taken | null> {
  return findRow(
    tx,
    sql<Taken>`select id, branch_id as "branchId", survey_id as "surveyId", whose,
          customer_id as "customerId"
        from taken_answers where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}
