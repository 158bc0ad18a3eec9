import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { MetaFault } from "./meta.ts";
import type { LeftOutReason } from "./rules.ts";

export type MetaAccess = {
  apiUrl: string | null;
  /** Sealed. */
  token: Buffer | null;
  pixelId: string | null;
  fault: MetaFault | null;
  faultAt: Date | null;
  restUntil: Date | null;
  failures: number;
};

const COLUMNS = sql`meta_api_url as "apiUrl", meta_token as token, meta_pixel_id as "pixelId",
  meta_fault as fault, meta_fault_at as "faultAt", meta_rest_until as "restUntil",
  meta_failures as failures`;

export function findMetaAccess(tx: TenantTransaction): Promise<MetaAccess | null> {
  return findRow(
    tx,
    sql<MetaAccess>`select ${COLUMNS} from advert_settings where tenant_id = ${tx.tenantId}`,
  );
}

/** One at a time takes what is due. */
export function lockMetaAccess(tx: TenantTransaction): Promise<MetaAccess | null> {
  return findRow(
    tx,
    sql<MetaAccess>`
      select ${COLUMNS} from advert_settings where tenant_id = ${tx.tenantId} for update`,
  );
}

/** Whatever failed before says nothing of it any more. */
export function saveMetaAccess(
  tx: TenantTransaction,
  { apiUrl, token }: { apiUrl: string; token: Buffer | null },
): Promise<void> {
  return run(
    tx,
    sql`update advert_settings set meta_api_url = ${apiUrl}, meta_token = ${token},
          meta_fault = null, meta_fault_at = null, meta_rest_until = null, meta_failures = 0
        where tenant_id = ${tx.tenantId}`,
  );
}

export function noteMetaFault(
  tx: TenantTransaction,
  { fault, until }: { fault: MetaFault; until: Date },
): Promise<void> {
  return run(
    tx,
    sql`update advert_settings set meta_fault = ${fault},
          meta_fault_at = coalesce(meta_fault_at, ${tx.now}), meta_rest_until = ${until},
          meta_failures = meta_failures + 1
        where tenant_id = ${tx.tenantId}`,
  );
}

export function noteMetaHealthy(tx: TenantTransaction): Promise<void> {
  return run(
    tx,
    sql`update advert_settings set meta_fault = null, meta_fault_at = null, meta_rest_until = null,
          meta_failures = 0
        where tenant_id = ${tx.tenantId}`,
  );
}

export type DueEvent = {
  id: string;
  name: string;
  occurredAt: Date;
  pixelId: string | null;
  /** What its guest, on whichever device of theirs, said last of adverts. */
  agrees: boolean;
  isRestricted: boolean;
  phone: string | null;
  email: string | null;
};

/** Takes what is due, and whose it is as that stands now. */
export function claimDueEvents(
  tx: TenantTransaction,
  { limit, leaseUntil }: { limit: number; leaseUntil: Date },
): Promise<DueEvent[]> {
  const { tenantId, now } = tx;
  return listRows(
    tx,
    sql<DueEvent>`
      with taken as (
        update advert_events set due_at = ${leaseUntil}
        where tenant_id = ${tenantId} and id in (
          select id from advert_events
          where tenant_id = ${tenantId} and state = 'waiting' and due_at <= ${now}
          order by due_at, id limit ${limit})
        returning id, name, occurred_at, meta_pixel_id, guest_id
      )
      select taken.id, taken.name, taken.occurred_at as "occurredAt",
        taken.meta_pixel_id as "pixelId", customers.phone, customers.email,
        customers.restricted_at is not null as "isRestricted",
        coalesce((
          select acts.given from guests as others
          join customer_consents as acts
            on acts.tenant_id = ${tenantId} and acts.guest_id = others.id and acts.purpose = 'ads'
          where others.tenant_id = ${tenantId}
            and (others.id = guests.id or others.customer_id = guests.customer_id)
          order by acts.at desc, acts.event_id desc limit 1), false) as agrees
      from taken
      left join guests on guests.tenant_id = ${tenantId} and guests.id = taken.guest_id
      left join customers
        on customers.tenant_id = ${tenantId} and customers.id = guests.customer_id
      order by taken.occurred_at, taken.id`,
  );
}

export function markSent(tx: TenantTransaction, ids: readonly string[]): Promise<void> {
  return run(
    tx,
    sql`update advert_events set state = 'sent', reason = null, sent_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = any(${[...ids]}::text[])`,
  );
}

export function leaveOut(
  tx: TenantTransaction,
  { ids, reason }: { ids: readonly string[]; reason: LeftOutReason },
): Promise<void> {
  return run(
    tx,
    sql`update advert_events set state = 'left-out', reason = ${reason}
        where tenant_id = ${tx.tenantId} and id = any(${[...ids]}::text[]) and state = 'waiting'`,
  );
}

/** Puts back what was taken and not sent. */
export function putBack(tx: TenantTransaction, ids: readonly string[]): Promise<void> {
  return run(
    tx,
    sql`update advert_events set due_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = any(${[...ids]}::text[]) and state = 'waiting'`,
  );
}

/** When the next of what waits is due; null: nothing waits. */
export async function findNextDue(tx: TenantTransaction): Promise<Date | null> {
  const row = await findRow(
    tx,
    sql<{ dueAt: Date }>`
      select due_at as "dueAt" from advert_events
      where tenant_id = ${tx.tenantId} and state = 'waiting' order by due_at limit 1`,
  );
  return row?.dueAt ?? null;
}
