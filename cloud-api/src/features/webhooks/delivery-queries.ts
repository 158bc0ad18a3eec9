import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Purge } from "../../platform/purge-events.ts";
import type { Message } from "./message-queries.ts";
import type { DeliveryState } from "./rules.ts";

/** A message whose turn it is: `attempts` counts this one. */
export type Claimed = Message & { attempts: number; deadlineAt: Date };

/** Takes what is due; whoever dies over it leaves it to be taken again. */
export async function claimDue(
  tx: TenantTransaction,
  { endpointId, limit, leaseUntil }: { endpointId: string; limit: number; leaseUntil: Date },
): Promise<Claimed[]> {
  const { tenantId, now } = tx;
  return await listRows(
    tx,
    sql<Claimed>`
      with taken as (
        update webhook_deliveries set due_at = ${leaseUntil}, attempts = attempts + 1,
          last_at = ${now}
        where tenant_id = ${tenantId} and endpoint_id = ${endpointId} and message_id in (
          select message_id from webhook_deliveries
          where tenant_id = ${tenantId} and endpoint_id = ${endpointId} and state = 'waiting'
            and due_at <= ${now}
          order by due_at, message_id limit ${limit})
        returning message_id, attempts, deadline_at
      )
      select message.id, message.type, message.occurred_at as "occurredAt",
        message.customer_id as "customerId", message.facts, taken.attempts,
        taken.deadline_at as "deadlineAt"
      from taken
      join webhook_messages as message
        on message.tenant_id = ${tenantId} and message.id = taken.message_id
      order by message.id`,
  );
}

export type Finished = {
  endpointId: string;
  messageId: string;
  /** As it was claimed: whoever took it anew since has the word. */
  attempts: number;
  state: DeliveryState;
  status: number | null;
  reason: string | null;
  /** When it is tried again, where it waits. */
  dueAt: Date | null;
};

export async function finishDelivery(tx: TenantTransaction, done: Finished): Promise<void> {
  await run(
    tx,
    sql`update webhook_deliveries set state = ${done.state}, status = ${done.status},
          reason = ${done.reason}, due_at = coalesce(${done.dueAt}::timestamptz, due_at)
        where tenant_id = ${tx.tenantId} and endpoint_id = ${done.endpointId}
          and message_id = ${done.messageId} and attempts = ${done.attempts}
          and state = 'waiting'`,
  );
}

export type Attempt = {
  number: number;
  at: Date;
  milliseconds: number;
  status: number | null;
  reason: string | null;
  response: string | null;
};
type Place = { endpointId: string; messageId: string };

/** An endpoint that was removed meanwhile has no attempts any more. */
export async function insertAttempt(
  tx: TenantTransaction,
  { endpointId, messageId, ...attempt }: Place & Attempt,
): Promise<void> {
  await run(
    tx,
    sql`insert into webhook_attempts (tenant_id, endpoint_id, message_id, number, at, milliseconds,
          status, reason, response)
        select ${tx.tenantId}, endpoint_id, message_id, ${attempt.number}::integer,
          ${attempt.at}::timestamptz, ${attempt.milliseconds}::integer, ${attempt.status}::integer,
          ${attempt.reason}::text, ${attempt.response}::text
        from webhook_deliveries
        where tenant_id = ${tx.tenantId} and endpoint_id = ${endpointId}
          and message_id = ${messageId}
        on conflict (tenant_id, endpoint_id, message_id, number) do nothing returning number`,
  );
}

/** Those that wait for an endpoint that takes nothing any more. */
export async function failWaiting(tx: TenantTransaction, endpointId: string): Promise<void> {
  await run(
    tx,
    sql`update webhook_deliveries set state = 'failed', reason = 'off'
        where tenant_id = ${tx.tenantId} and endpoint_id = ${endpointId} and state = 'waiting'`,
  );
}

export async function findNextDue(tx: TenantTransaction, endpointId: string): Promise<Date | null> {
  const row = await getRow(
    tx,
    sql<{ dueAt: Date | null }>`
      select min(due_at) as "dueAt" from webhook_deliveries
      where tenant_id = ${tx.tenantId} and endpoint_id = ${endpointId} and state = 'waiting'`,
  );
  return row.dueAt;
}

/** Sends one again, whatever became of it. False: there is none. */
export async function replayOne(
  tx: TenantTransaction,
  { endpointId, messageId, deadlineAt }: Place & { deadlineAt: Date },
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`update webhook_deliveries set state = 'waiting', due_at = ${tx.now},
          deadline_at = ${deadlineAt}
        where tenant_id = ${tx.tenantId} and endpoint_id = ${endpointId}
          and message_id = ${messageId} returning message_id`,
  );
  return row !== null;
}

/** Sends those again that failed for good and were made since a time. Gives how many they are. */
export async function replayFailed(
  tx: TenantTransaction,
  { endpointId, since, deadlineAt }: { endpointId: string; since: Date; deadlineAt: Date },
): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ count: number }>`
      with again as (
        update webhook_deliveries set state = 'waiting', due_at = ${tx.now},
          deadline_at = ${deadlineAt}
        where tenant_id = ${tx.tenantId} and endpoint_id = ${endpointId} and state = 'failed'
          and created_at >= ${since}
        returning message_id
      ) select count(*) as count from again`,
  );
  return row.count;
}

export type DeliveryRow = {
  messageId: string;
  type: string;
  occurredAt: Date;
  customerId: string | null;
  state: DeliveryState;
  createdAt: Date;
  dueAt: Date;
  attempts: number;
  lastAt: Date | null;
  status: number | null;
  reason: string | null;
};

export type DeliveryFilter = {
  endpointId: string;
  state: DeliveryState | null;
  type: string | null;
};
export type DeliveryPlace = { at: string; id: string };

const DELIVERY = sql`delivery.message_id as "messageId", message.type,
  message.occurred_at as "occurredAt", message.customer_id as "customerId", delivery.state,
  delivery.created_at as "createdAt", delivery.due_at as "dueAt", delivery.attempts,
  delivery.last_at as "lastAt", delivery.status, delivery.reason`;

const having = ({ endpointId, state, type }: DeliveryFilter) => sql`
  delivery.endpoint_id = ${endpointId}
  and (${state}::text is null or delivery.state = ${state}::text)
  and (${type}::text is null or message.type = ${type}::text)`;

/** The newest first. */
export function listDeliveries(
  tx: TenantTransaction,
  { after, limit, ...filter }: DeliveryFilter & { after: DeliveryPlace | null; limit: number },
): Promise<DeliveryRow[]> {
  const page = after
    ? sql`and (delivery.created_at, delivery.message_id)
        < (${after.at}::timestamptz, ${after.id}::uuid)`
    : sql``;
  return listRows(
    tx,
    sql<DeliveryRow>`
      select ${DELIVERY} from webhook_deliveries as delivery
      join webhook_messages as message
        on message.tenant_id = delivery.tenant_id and message.id = delivery.message_id
      where delivery.tenant_id = ${tx.tenantId} and ${having(filter)} ${page}
      order by delivery.created_at desc, delivery.message_id desc limit ${limit}`,
  );
}

export async function countDeliveries(
  tx: TenantTransaction,
  filter: DeliveryFilter,
): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ count: number }>`
      select count(*) as count from webhook_deliveries as delivery
      join webhook_messages as message
        on message.tenant_id = delivery.tenant_id and message.id = delivery.message_id
      where delivery.tenant_id = ${tx.tenantId} and ${having(filter)}`,
  );
  return row.count;
}

export function findDelivery(
  tx: TenantTransaction,
  { endpointId, messageId }: Place,
): Promise<(DeliveryRow & { facts: Record<string, unknown> }) | null> {
  return findRow(
    tx,
    sql<DeliveryRow & { facts: Record<string, unknown> }>`
      select ${DELIVERY}, message.facts from webhook_deliveries as delivery
      join webhook_messages as message
        on message.tenant_id = delivery.tenant_id and message.id = delivery.message_id
      where delivery.tenant_id = ${tx.tenantId} and delivery.endpoint_id = ${endpointId}
        and delivery.message_id = ${messageId}`,
  );
}

export function listAttempts(
  tx: TenantTransaction,
  { endpointId, messageId }: Place,
): Promise<Attempt[]> {
  return listRows(
    tx,
    sql<Attempt>`
      select number, at, milliseconds, status, reason, response from webhook_attempts
      where tenant_id = ${tx.tenantId} and endpoint_id = ${endpointId}
        and message_id = ${messageId}
      order by number desc`,
  );
}

/** How many wait for each endpoint, and how many of those made since a time failed for good. */
export async function countByEndpoint(
  tx: TenantTransaction,
  since: Date,
): Promise<ReadonlyMap<string, { waiting: number; failed: number }>> {
  const rows = await listRows(
    tx,
    sql<{ id: string; waiting: number; failed: number }>`
      select endpoint_id as id, count(*) filter (where state = 'waiting') as waiting,
        count(*) filter (where state = 'failed') as failed
      from webhook_deliveries
      where tenant_id = ${tx.tenantId} and (state = 'waiting' or created_at >= ${since})
      group by endpoint_id`,
  );
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}

/** Messages that are old enough, with all that became of them. Gives how many. */
export async function purgeMessages(
  tx: TenantTransaction,
  { before, limit }: Purge,
): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ count: number }>`
      with gone as (
        delete from webhook_messages
        where tenant_id = ${tx.tenantId} and id in (
          select id from webhook_messages
          where tenant_id = ${tx.tenantId} and created_at < ${before}
          order by created_at limit ${limit})
        returning id
      ) select count(*) as count from gone`,
  );
  return row.count;
}
