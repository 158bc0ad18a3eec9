import { findRow, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { TokenBucket } from "../../platform/rate-gate.ts";

/** How many guests a box may ask about, held still to the commit; null: all that it ever may. */
export async function findQuestionsLeft(
  tx: TenantTransaction,
  boxId: string,
): Promise<TokenBucket | null> {
  const row = await findRow(
    tx,
    sql<{ tokens: number | null; at: Date | null }>`
      select questions_left as tokens, questions_at as at from boxes
      where tenant_id = ${tx.tenantId} and id = ${boxId} for no key update`,
  );
  if (!row || row.tokens === null || row.at === null) return null;
  return { tokens: row.tokens, at: row.at.getTime() };
}

export async function keepQuestionsLeft(
  tx: TenantTransaction,
  boxId: string,
  { tokens, at }: TokenBucket,
): Promise<void> {
  await run(
    tx,
    sql`update boxes set questions_left = ${tokens}, questions_at = ${new Date(at)}
        where tenant_id = ${tx.tenantId} and id = ${boxId}`,
  );
}
