import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { selectMembers } from "./compile-queries.ts";
import type { Trees } from "./tree.ts";

/** Who is a member and does not fit, or fits and is no member: some of them. */
export async function listSuspects(
  tx: TenantTransaction,
  { segmentId, trees, limit }: { segmentId: string; trees: Trees; limit: number },
): Promise<string[]> {
  const tree = trees.get(segmentId);
  if (!tree) return [];
  const held = sql`
    select customer_id from segment_members
    where tenant_id = ${tx.tenantId} and segment_id = ${segmentId}`;
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      with fitting as materialized (${selectMembers(tree, { tx, trees })}), held as materialized (${held})
      (select id from fitting except select customer_id from held)
      union all
      (select customer_id from held except select id from fitting)
      limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}
