import type { TenantTransaction } from "../../platform/db.ts";
import { listCustomerMarks } from "./queries.ts";
import type { MarkKind } from "./rules.ts";
import type { CustomerMarksReply } from "./schema.ts";

/** What a customer is marked with. */
export async function describeMarks(
  tx: TenantTransaction,
  customerId: string,
): Promise<CustomerMarksReply> {
  const marks = await listCustomerMarks(tx, customerId);
  const byKind = Map.groupBy(marks, (mark) => mark.kind);
  const list = (kind: MarkKind) =>
    (byKind.get(kind) ?? []).map(({ id, name, byRule }) => ({ id, name, byRule }));
  const [group] = byKind.get("group") ?? [];
  return {
    group: group ? { id: group.id, name: group.name } : null,
    tier: list("tier")[0] ?? null,
    tags: list("tag"),
  };
}
