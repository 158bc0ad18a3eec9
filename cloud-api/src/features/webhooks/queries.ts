import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { listNamesBy } from "../../platform/record-names.ts";

export type DisabledReason = "failing" | "gone";

export type EndpointRow = {
  id: string;
  url: string;
  description: string;
  types: string[];
  state: "on" | "off" | "disabled";
  disabledReason: DisabledReason | null;
  disabledAt: Date | null;
  /** Since when staff have it off. */
  offAt: Date | null;
  /** The last time it was off, by staff or by itself. */
  gapFrom: Date | null;
  gapUntil: Date | null;
  createdAt: Date;
  failures: number;
  failingSince: Date | null;
  restUntil: Date | null;
  rests: number;
  lastDeliveredAt: Date | null;
  oldSecretUntil: Date | null;
};

/** The sealed secrets of an endpoint. */
export type Sealed = { secret: Buffer; oldSecrets: Buffer | null };

const COLUMNS = sql`id, url, description, types, state, disabled_reason as "disabledReason",
  disabled_at as "disabledAt", off_at as "offAt", gap_from as "gapFrom",
  gap_until as "gapUntil", created_at as "createdAt", failures,
  failing_since as "failingSince", rest_until as "restUntil", rests,
  last_delivered_at as "lastDeliveredAt", old_secret_until as "oldSecretUntil"`;

export function listEndpoints(tx: TenantTransaction): Promise<EndpointRow[]> {
  return listRows(
    tx,
    sql<EndpointRow>`select ${COLUMNS} from webhook_endpoints
      where tenant_id = ${tx.tenantId} order by created_at, id`,
  );
}

export function findEndpoint(tx: TenantTransaction, id: string): Promise<EndpointRow | null> {
  return findRow(
    tx,
    sql<EndpointRow>`select ${COLUMNS} from webhook_endpoints
      where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** Whoever changes an endpoint, or its deliveries, does so one at a time. Before any row of those. */
export function lockEndpoint(
  tx: TenantTransaction,
  id: string,
): Promise<(EndpointRow & Sealed) | null> {
  return findRow(
    tx,
    sql<EndpointRow & Sealed>`
      select ${COLUMNS}, secret, old_secrets as "oldSecrets" from webhook_endpoints
      where tenant_id = ${tx.tenantId} and id = ${id} for update`,
  );
}

export type Listening = { id: string; types: string[]; isOn: boolean; fromPosition: number };

/** All endpoints, held as they are to the commit: none is changed while something is told to them. */
export function holdEndpoints(tx: TenantTransaction): Promise<Listening[]> {
  return listRows(
    tx,
    sql<Listening>`
      select id, types, state = 'on' as "isOn", from_position as "fromPosition"
      from webhook_endpoints where tenant_id = ${tx.tenantId} order by id for share`,
  );
}

/** How many there are. Two that are made at once may be one too many: nothing rests on it. */
export async function countEndpoints(tx: TenantTransaction): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ count: number }>`
      select count(*) as count from webhook_endpoints where tenant_id = ${tx.tenantId}`,
  );
  return row.count;
}

export type Saved = { id: string; url: string; description: string; types: readonly string[] };

export async function insertEndpoint(
  tx: TenantTransaction,
  { id, url, description, types, secret, position }: Saved & { secret: Buffer; position: number },
): Promise<void> {
  await run(
    tx,
    sql`insert into webhook_endpoints
          (tenant_id, id, url, description, types, secret, from_position, created_at)
        values (${tx.tenantId}, ${id}, ${url}, ${description}, ${[...types]}::text[], ${secret},
          ${position}, ${tx.now})`,
  );
}

/** `isAnew`: whatever failed there before says nothing of it any more. */
export async function updateEndpoint(
  tx: TenantTransaction,
  { id, url, description, types, isOn, isAnew }: Saved & { isOn: boolean; isAnew: boolean },
): Promise<void> {
  await run(
    tx,
    sql`update webhook_endpoints set url = ${url}, description = ${description},
          types = ${[...types]}::text[], state = ${isOn ? "on" : "off"}::text,
          off_at = case when ${isOn} then null when state = 'on' then ${tx.now}
            else coalesce(off_at, disabled_at, ${tx.now}) end,
          gap_from = case when ${isOn} and state <> 'on' then coalesce(off_at, disabled_at)
            else gap_from end,
          gap_until = case when ${isOn} and state <> 'on' then ${tx.now} else gap_until end,
          disabled_reason = null, disabled_at = null
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
  if (!isAnew) return;
  await run(
    tx,
    sql`update webhook_endpoints set failures = 0, failing_since = null, rest_until = null,
          rests = 0
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** With its deliveries, and with the messages that nobody else was told. */
export async function deleteEndpoint(tx: TenantTransaction, id: string): Promise<void> {
  await run(tx, sql`delete from webhook_endpoints where tenant_id = ${tx.tenantId} and id = ${id}`);
  await run(
    tx,
    sql`delete from webhook_messages as message
        where message.tenant_id = ${tx.tenantId} and not exists (
          select from webhook_deliveries as delivery
          where delivery.tenant_id = ${tx.tenantId} and delivery.message_id = message.id)`,
  );
}

export async function changeSecret(
  tx: TenantTransaction,
  {
    id,
    secret,
    oldSecrets,
    until,
  }: { id: string; secret: Buffer; oldSecrets: Buffer; until: Date },
): Promise<void> {
  await run(
    tx,
    sql`update webhook_endpoints set secret = ${secret}, old_secrets = ${oldSecrets},
          old_secret_until = ${until}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** What went well ends whatever trouble there was. */
export async function noteHealthy(tx: TenantTransaction, id: string): Promise<void> {
  await run(
    tx,
    sql`update webhook_endpoints set failures = 0, failing_since = null, rest_until = null,
          rests = 0, last_delivered_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

export async function noteFailing(
  tx: TenantTransaction,
  { id, failures, restUntil }: { id: string; failures: number; restUntil: Date | null },
): Promise<void> {
  await run(
    tx,
    sql`update webhook_endpoints set failures = failures + ${failures},
          failing_since = coalesce(failing_since, ${tx.now}),
          rest_until = coalesce(${restUntil}::timestamptz, rest_until),
          rests = rests + ${restUntil === null ? 0 : 1}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** Staff want to see now whether it answers. */
export async function endRest(tx: TenantTransaction, id: string): Promise<void> {
  await run(
    tx,
    sql`update webhook_endpoints set rest_until = null
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

export async function disableEndpoint(
  tx: TenantTransaction,
  { id, reason }: { id: string; reason: DisabledReason },
): Promise<void> {
  await run(
    tx,
    sql`update webhook_endpoints set state = 'disabled', disabled_reason = ${reason},
          disabled_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** What they are for, or else whose they are: the rest of an address may hold a secret. */
export const nameEndpoints = listNamesBy(
  (tx, ids) => sql`
    select id, coalesce(nullif(description, ''), substring(url from '^https?://([^/?#]+)')) as name from webhook_endpoints
    where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])`,
);
