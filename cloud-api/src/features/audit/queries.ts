import { getRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";

export type Place = { at: string; id: string };

export type AuditFilter = {
  actorId: string | null;
  kind: string | null;
  recordId: string | null;
  /** Stands in a value as it was or is. */
  search: string | null;
  from: string | null;
  to: string | null;
  /** Whoever asks may know what was changed of customers. */
  seesCustomers: boolean;
};

export type EntryRow = {
  id: string;
  at: Date;
  actorKind: "staff" | "api-key";
  actorId: string;
  action: string;
  kind: string;
  recordId: string | null;
  before: unknown;
  after: unknown;
  /** It changed something of a customer, whether or not that is told. */
  isOfCustomer: boolean;
};

/** Records that hold what customers are looked for by: a word found in one of these tells of them. */
const LOOKED_FOR = ["segments", "customer-views", "customer-actions", "customers"];

const having = ({ actorId, kind, recordId, search, from, to, seesCustomers }: AuditFilter) => {
  const { before, after } = wordsOf({ seesCustomers });
  return sql`
  (${actorId}::uuid is null or entries.actor_id = ${actorId}::uuid)
  and (${kind}::text is null or entries.record_kind = ${kind}::text)
  and (${recordId}::text is null or entries.record_id = ${recordId}::text)
  and (${search}::text is null or exists (
    select from jsonb_path_query(
      jsonb_build_array(${before}, ${after}),
      '$.** ? (@.type() == "string" || @.type() == "number")') as said (value)
    where strpos(lower(said.value #>> '{}'), lower(${search}::text)) > 0
      and (${seesCustomers} or not entries.record_kind = any(${LOOKED_FOR}::text[]))))
  and (${from}::timestamptz is null or entries.at >= ${from}::timestamptz)
  and (${to}::timestamptz is null or entries.at < ${to}::timestamptz)`;
};

/** What an entry says, as far as somebody may know it. */
const wordsOf = ({ seesCustomers }: Pick<AuditFilter, "seesCustomers">) =>
  seesCustomers
    ? {
        before: sql`coalesce(entries.before, told.before)`,
        after: sql`coalesce(entries.after, told.after)`,
      }
    : { before: sql`entries.before`, after: sql`entries.after` };

/** What tells of a customer stands apart, where it is erased with them. */
const ENTRIES = sql`audit_entries as entries
  left join audit_personal as told
    on told.tenant_id = entries.tenant_id and told.entry_id = entries.id`;

/** The newest first. */
export function listEntries(
  tx: TenantTransaction,
  { filter, after, limit }: { filter: AuditFilter; after: Place | null; limit: number },
): Promise<EntryRow[]> {
  const page = after
    ? sql`and (entries.at, entries.id) < (${after.at}::timestamptz, ${after.id}::uuid)`
    : sql``;
  const words = wordsOf(filter);
  return listRows(
    tx,
    sql<EntryRow>`
      select entries.id, entries.at, entries.actor_kind as "actorKind",
        entries.actor_id as "actorId", entries.action, entries.record_kind as kind,
        entries.record_id as "recordId", told.entry_id is not null as "isOfCustomer",
        ${words.before} as before, ${words.after} as after
      from ${ENTRIES}
      where entries.tenant_id = ${tx.tenantId} and ${having(filter)} ${page}
      order by entries.at desc, entries.id desc limit ${limit}`,
  );
}

export async function countEntries(tx: TenantTransaction, filter: AuditFilter): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ total: number }>`
      select count(*) as total from ${ENTRIES}
      where entries.tenant_id = ${tx.tenantId} and ${having(filter)}`,
  );
  return row.total;
}

export type ActorRow = {
  actorKind: "staff" | "api-key";
  actorId: string;
  kind: string;
  entries: number;
  lastAt: Date;
};

/** How much everybody changed of which records, within a time. */
export function countByActor(
  tx: TenantTransaction,
  { from, to }: Pick<AuditFilter, "from" | "to">,
): Promise<ActorRow[]> {
  return listRows(
    tx,
    sql<ActorRow>`
      select actor_kind as "actorKind", actor_id as "actorId", record_kind as kind,
        count(*)::integer as entries, max(at) as "lastAt"
      from audit_entries
      where tenant_id = ${tx.tenantId}
        and (${from}::timestamptz is null or at >= ${from}::timestamptz)
        and (${to}::timestamptz is null or at < ${to}::timestamptz)
      group by actor_kind, actor_id, record_kind`,
  );
}

/** Each by one step through its index, whatever the log's length. */
export async function listKinds(tx: TenantTransaction): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ kind: string }>`
      with recursive kinds as (
        (select record_kind as kind from audit_entries where tenant_id = ${tx.tenantId}
          order by record_kind limit 1)
        union all
        select (select next.record_kind from audit_entries as next
          where next.tenant_id = ${tx.tenantId} and next.record_kind > kinds.kind
          order by next.record_kind limit 1)
        from kinds where kinds.kind is not null
      )
      select kind from kinds where kind is not null`,
  );
  return rows.map(({ kind }) => kind);
}
