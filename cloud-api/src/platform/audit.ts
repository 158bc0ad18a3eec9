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

type Entry = NotedChange & { entryId: string };

/** Writes what was noted, in the transaction that changes it. */
export async function writeAudit(tx: TenantTransaction, doer: Doer): Promise<void> {
  const changes = tx.noted.flatMap((change) => {
    const difference = findDifference(change);
    return difference ? [{ ...change, ...difference }] : [];
  });
  const isUntold = tx.noted.length === 0 && !doer.isTold;
  const untold: NotedChange[] = isUntold ? [{ ...doer.record, before: null, after: null }] : [];
  const entries: Entry[] = [...untold, ...changes].map((change) => ({
    ...change,
    entryId: newId(),
  }));
  if (entries.length === 0) return;
  await insertEntries(tx, doer, entries);
  const personal = entries.filter(({ customerId }) => customerId !== undefined);
  if (personal.length > 0) await insertPersonal(tx, personal);
}

async function insertEntries(
  tx: TenantTransaction,
  { actor, action }: Doer,
  entries: readonly Entry[],
): Promise<void> {
  const told = entries.map((entry) =>
    entry.customerId === undefined ? entry : { ...entry, before: null, after: null },
  );
  await sql`
    insert into audit_entries (tenant_id, id, at, actor_kind, actor_id, action, record_kind,
      record_id, before, after)
    select ${tx.tenantId}::uuid, told.id, ${tx.now}::timestamptz, ${actor.kind}::text,
      ${actor.id}::uuid, ${action}::text, told.record_kind, told.record_id, told.before::jsonb,
      told.after::jsonb
    from unnest(${told.map(({ entryId }) => entryId)}::uuid[],
        ${told.map(({ kind }) => kind)}::text[], ${told.map(({ id }) => id)}::text[],
        ${told.map(({ before }) => toText(before))}::text[],
        ${told.map(({ after }) => toText(after))}::text[])
      as told (id, record_kind, record_id, before, after)
    on conflict (tenant_id, id) do nothing`.execute(tx.db);
}

/** What tells of somebody, where it can be erased with them. */
async function insertPersonal(tx: TenantTransaction, entries: readonly Entry[]): Promise<void> {
  await sql`
    insert into audit_personal (tenant_id, entry_id, customer_id, before, after)
    select ${tx.tenantId}::uuid, told.id, told.customer_id, told.before::jsonb, told.after::jsonb
    from unnest(${entries.map(({ entryId }) => entryId)}::uuid[],
        ${entries.map(({ customerId }) => customerId)}::uuid[],
        ${entries.map(({ before }) => toText(before))}::text[],
        ${entries.map(({ after }) => toText(after))}::text[])
      as told (id, customer_id, before, after)
    on conflict (tenant_id, entry_id) do nothing`.execute(tx.db);
}

const toText = (value: unknown): string | null =>
  value === null || value === undefined ? null : toJson(value);

/** Takes what the log tells of some customers out of it: that somebody changed something stays. */
export async function eraseAudit(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<void> {
  await sql`
    delete from audit_personal
    where tenant_id = ${tx.tenantId} and customer_id = any(${customerIds}::uuid[])`.execute(tx.db);
}
