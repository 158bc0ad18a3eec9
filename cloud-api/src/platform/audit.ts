import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import { type AuditedRecord, findDifference, type Versions } from "./audit-rules.ts";
import { newId } from "./clock.ts";
import type { TenantTransaction } from "./db.ts";
import { toJson } from "./events.ts";

export type Actor = { kind: "staff" | "api-key"; id: string };

/** Who enters a tenant to change something, by which route, and what that is about. */
export type Doer = {
  actor: Actor;
  /** The method and path of the route, its parameters by name. */
  action: string;
  record: AuditedRecord;
  /** Whether the log tells of it; what the same request changes besides is told where it is noted. */
  isTold: boolean;
};

/** What somebody changed of one record. */
export type NotedChange = AuditedRecord &
  Versions & {
    /** The customer whom the values tell of: they are erased with them. Absent: they tell of nobody. */
    customerId?: string;
  };

/**
 * Tells the log of a change what it was. One that left everything as it was is told as the same before
 * and after, and stands in no log; a request that tells nothing leaves who called which route alone.
 */
export function noteChange(tx: TenantTransaction, change: NotedChange): void {
  tx.noted.push(change);
}

/** Writes what was noted, in the transaction that changes it. */
export async function writeAudit(tx: TenantTransaction, doer: Doer): Promise<void> {
  const changes = tx.noted.flatMap((change) => {
    const difference = findDifference(change);
    return difference ? [{ ...change, ...difference }] : [];
  });
  if (tx.noted.length === 0 && !doer.isTold)
    await insertEntry(tx, doer, { ...doer.record, before: null, after: null });
  for (const change of changes) await insertEntry(tx, doer, change);
}

async function insertEntry(
  tx: TenantTransaction,
  { actor, action }: Doer,
  { kind, id: recordId, customerId, before, after }: NotedChange,
): Promise<void> {
  const id = newId();
  const isPersonal = customerId !== undefined;
  const told = isPersonal ? { before: null, after: null } : { before, after };
  await sql`
    insert into audit_entries (tenant_id, id, at, actor_kind, actor_id, action, record_kind,
      record_id, before, after)
    values (${tx.tenantId}, ${id}, ${tx.now}, ${actor.kind}, ${actor.id}, ${action}, ${kind},
      ${recordId}, ${toJsonb(told.before)}, ${toJsonb(told.after)})`.execute(tx.db);
  if (isPersonal)
    await sql`
      insert into audit_personal (tenant_id, entry_id, customer_id, before, after)
      values (${tx.tenantId}, ${id}, ${customerId}, ${toJsonb(before)}, ${toJsonb(after)})`.execute(
      tx.db,
    );
}

function toJsonb(value: unknown): RawBuilder<unknown> {
  if (value === null || value === undefined) return sql`null::jsonb`;
  return sql`${toJson(value)}::jsonb`;
}

/** Takes what the log tells of some customers out of it: that somebody changed something stays. */
export async function eraseAudit(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<void> {
  await sql`
    delete from audit_personal
    where tenant_id = ${tx.tenantId} and customer_id = any(${customerIds}::uuid[])`.execute(tx.db);
}
