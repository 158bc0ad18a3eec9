import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import type { Standing } from "./rules.ts";

/** What is told, without what is personal. */
export type Message = {
  id: string;
  type: string;
  occurredAt: Date;
  customerId: string | null;
  facts: Record<string, unknown>;
};

export type Addressed = { message: Message; endpointIds: readonly string[] };

/** Puts messages on their way. */
export async function insertMessages(
  tx: TenantTransaction,
  addressed: readonly Addressed[],
  deadlineAt: Date,
): Promise<void> {
  const { tenantId, now } = tx;
  const messages = addressed.map(({ message }) => message);
  await run(
    tx,
    sql`insert into webhook_messages
          (tenant_id, id, type, occurred_at, customer_id, facts, created_at)
        select ${tenantId}, told.id, told.type, told.occurred_at, told.customer_id,
          told.facts::jsonb, ${now}::timestamptz
        from unnest(${messages.map(({ id }) => id)}::uuid[],
          ${messages.map(({ type }) => type)}::text[],
          ${messages.map(({ occurredAt }) => occurredAt.toISOString())}::timestamptz[],
          ${messages.map(({ customerId }) => customerId)}::uuid[],
          ${messages.map(({ facts }) => toJson(facts))}::text[])
          as told (id, type, occurred_at, customer_id, facts)
        on conflict (tenant_id, id) do nothing returning id`,
  );
  const pairs = addressed.flatMap(({ message, endpointIds }) =>
    endpointIds.map((endpointId) => ({ endpointId, messageId: message.id })),
  );
  await run(
    tx,
    sql`insert into webhook_deliveries
          (tenant_id, endpoint_id, message_id, state, created_at, due_at, deadline_at)
        select ${tenantId}, pair.endpoint_id, pair.message_id, 'waiting', ${now}::timestamptz,
          ${now}::timestamptz, ${deadlineAt}::timestamptz
        from unnest(${pairs.map(({ endpointId }) => endpointId)}::uuid[],
          ${pairs.map(({ messageId }) => messageId)}::uuid[]) as pair (endpoint_id, message_id)
        on conflict (tenant_id, endpoint_id, message_id) do nothing returning message_id`,
  );
}

/** Who was forgotten by events at these positions, and every record that is part of theirs. */
export async function listErased(
  tx: TenantTransaction,
  { from, to }: { from: number; to: number },
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      with recursive gone as (
        select id from customers
        where tenant_id = ${tx.tenantId} and erased_position >= ${from}
          and erased_position <= ${to}
        union
        select part.id from gone
        join customers as part on part.tenant_id = ${tx.tenantId} and part.merged_into = gone.id
      ) select id from gone order by id`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Nothing more is sent about whoever was forgotten but that they were, and nothing is kept of what was
 * told of them or what receivers said to it.
 */
export async function dropMessagesOf(
  tx: TenantTransaction,
  { customerIds, kept }: { customerIds: readonly string[]; kept: readonly string[] },
): Promise<void> {
  const about = sql`select id from webhook_messages
    where tenant_id = ${tx.tenantId} and customer_id = any(${[...customerIds]}::uuid[])`;
  for (const statement of [
    sql`update webhook_deliveries set state = 'withheld', reason = 'erased'
        where tenant_id = ${tx.tenantId} and state in ('waiting', 'failed')
          and message_id in (${about} and type <> all(${[...kept]}::text[]))`,
    sql`update webhook_attempts set response = null
        where tenant_id = ${tx.tenantId} and message_id in (${about})`,
    sql`update webhook_messages set facts = '{}'::jsonb
        where tenant_id = ${tx.tenantId} and customer_id = any(${[...customerIds]}::uuid[])
          and type <> all(${[...kept]}::text[])`,
  ])
    await run(tx, statement);
}

/** Whose each guest and each visit is: key as in `guest <id>` → customer. */
export async function listOwners(
  tx: TenantTransaction,
  { guestIds, visitIds }: { guestIds: readonly string[]; visitIds: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  const rows = await listRows(
    tx,
    sql<{ key: string; customerId: string }>`
      select 'guest ' || id as key, customer_id as "customerId" from guests
      where tenant_id = ${tx.tenantId} and id = any(${[...guestIds]}::uuid[])
        and customer_id is not null
      union all
      select 'visit ' || id, customer_id from visits
      where tenant_id = ${tx.tenantId} and id = any(${[...visitIds]}::uuid[])
        and customer_id is not null`,
  );
  return new Map(rows.map(({ key, customerId }) => [key, customerId]));
}

/** Of some ids those that are a customer's of their own: neither forgotten nor part of another. */
export async function listLiving(tx: TenantTransaction, ids: readonly string[]): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select id from customers
      where tenant_id = ${tx.tenantId} and id = any(${[...ids]}::uuid[])
        and erased_position is null and merged_into is null`,
  );
  return rows.map(({ id }) => id);
}

export async function listSegmentNames(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await listRows(
    tx,
    sql<{ id: string; name: string }>`
      select id, name from segments
      where tenant_id = ${tx.tenantId} and id = any(${[...ids]}::uuid[])`,
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export type TellableCustomer = {
  id: string;
  kind: "person" | "company";
  name: string | null;
  phone: string | null;
  email: string | null;
  birthday: string | null;
  language: string | null;
  visits: number;
  firstSeenAt: Date;
  lastVisitAt: Date | null;
  sourceBranchId: string;
};

export function listTellable(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<TellableCustomer[]> {
  return listRows(
    tx,
    sql<TellableCustomer>`
      select id, kind, name, phone, email, birthday, language, visits,
        first_seen_at as "firstSeenAt", last_visit_at as "lastVisitAt",
        source_branch_id as "sourceBranchId"
      from customers where tenant_id = ${tx.tenantId} and id = any(${[...ids]}::uuid[])`,
  );
}

/** How each customer stands, with every record theirs is part of. */
export async function listStandings(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, NonNullable<Standing>>> {
  const rows = await listRows(
    tx,
    sql<NonNullable<Standing> & { id: string }>`
      with recursive along as (
        select id as asked, id, merged_into, erased_position, restricted_at from customers
        where tenant_id = ${tx.tenantId} and id = any(${[...ids]}::uuid[])
        union
        select along.asked, whole.id, whole.merged_into, whole.erased_position,
          whole.restricted_at
        from along
        join customers as whole
          on whole.tenant_id = ${tx.tenantId} and whole.id = along.merged_into
      )
      select asked as id, bool_or(erased_position is not null) as "isErased",
        bool_or(restricted_at is not null) as "isRestricted",
        bool_or(id <> asked) as "isMerged"
      from along group by asked`,
  );
  return new Map(rows.map(({ id, ...standing }) => [id, standing]));
}
