import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";

type Named = { group: string | null; tags: string[] };

/** What the group and the tags of customers are called, by their ids. */
export async function listMarkNames(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<Map<string, Named>> {
  const rows = await listRows(
    tx,
    sql<{ customerId: string; kind: "group" | "tag"; name: string }>`
      select customer_marks.customer_id as "customerId", marks.kind, marks.name
      from customer_marks
      join marks on marks.tenant_id = customer_marks.tenant_id and marks.id = customer_marks.mark_id
      where customer_marks.tenant_id = ${tx.tenantId}
        and customer_marks.customer_id = any(${customerIds}::uuid[])
        and marks.kind in ('group', 'tag')
      order by marks.name`,
  );
  const named = new Map<string, Named>();
  for (const { customerId, kind, name } of rows) {
    const known = named.get(customerId) ?? { group: null, tags: [] };
    if (kind === "group") known.group = name;
    else known.tags.push(name);
    named.set(customerId, known);
  }
  return named;
}
