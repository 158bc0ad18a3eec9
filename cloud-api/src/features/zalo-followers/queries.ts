import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";

export type AccountRow = {
  senderId: string;
  oaId: string;
  branchId: string;
  webhookKey: Buffer | null;
  state: "idle" | "running" | "failed";
  failure: string | null;
  place: number;
  total: number | null;
  beganAt: Date | null;
  finishedAt: Date | null;
  created: number;
  changed: number;
  same: number;
  leftOut: number;
  lastEventAt: Date | null;
};

const COLUMNS = sql`sender_id as "senderId", oa_id as "oaId",
  branch_id as "branchId", webhook_key as "webhookKey", state, failure, place, total,
  began_at as "beganAt", finished_at as "finishedAt", created, changed, same,
  left_out as "leftOut", last_event_at as "lastEventAt"`;

export function listAccounts(tx: TenantTransaction): Promise<AccountRow[]> {
  return listRows(
    tx,
    sql<AccountRow>`select ${COLUMNS} from zalo_accounts
      where tenant_id = ${tx.tenantId} order by sender_id`,
  );
}

export function findAccount(tx: TenantTransaction, senderId: string): Promise<AccountRow | null> {
  return findRow(
    tx,
    sql<AccountRow>`select ${COLUMNS} from zalo_accounts
      where tenant_id = ${tx.tenantId} and sender_id = ${senderId}`,
  );
}

export function lockAccount(tx: TenantTransaction, senderId: string): Promise<AccountRow | null> {
  return findRow(
    tx,
    sql<AccountRow>`select ${COLUMNS} from zalo_accounts
      where tenant_id = ${tx.tenantId} and sender_id = ${senderId} for update`,
  );
}

export type SavedAccount = Pick<AccountRow, "senderId" | "oaId" | "branchId" | "webhookKey">;

/** A key that is left out stays as it is. */
export async function saveAccount(tx: TenantTransaction, saved: SavedAccount): Promise<void> {
  await run(
    tx,
    sql`insert into zalo_accounts (tenant_id, sender_id, oa_id, branch_id, webhook_key)
        values (${tx.tenantId}, ${saved.senderId}, ${saved.oaId},
          ${saved.branchId}, ${saved.webhookKey})
        on conflict (tenant_id, sender_id) do update set oa_id = excluded.oa_id,
          branch_id = excluded.branch_id,
          webhook_key = coalesce(excluded.webhook_key, zalo_accounts.webhook_key)`,
  );
}

export async function removeAccount(tx: TenantTransaction, senderId: string): Promise<void> {
  await run(
    tx,
    sql`delete from zalo_accounts where tenant_id = ${tx.tenantId} and sender_id = ${senderId}`,
  );
}

export async function beginRun(tx: TenantTransaction, senderId: string): Promise<void> {
  await run(
    tx,
    sql`update zalo_accounts set state = 'running', failure = null, place = 0, total = null,
          began_at = ${tx.now}, created = 0, changed = 0, same = 0, left_out = 0
        where tenant_id = ${tx.tenantId} and sender_id = ${senderId}`,
  );
}

export type Step = { new: number; changed: number; same: number; leftOut: number };

export async function noteStep(
  tx: TenantTransaction,
  done: { senderId: string; place: number; total: number; step: Step },
): Promise<void> {
  const { senderId, place, total, step } = done;
  await run(
    tx,
    sql`update zalo_accounts set place = ${place}, total = ${total},
          created = created + ${step.new}, changed = changed + ${step.changed},
          same = same + ${step.same}, left_out = left_out + ${step.leftOut}
        where tenant_id = ${tx.tenantId} and sender_id = ${senderId}`,
  );
}

export async function endRun(
  tx: TenantTransaction,
  { senderId, failure }: { senderId: string; failure: string | null },
): Promise<void> {
  const state = failure === null ? "idle" : "failed";
  await run(
    tx,
    sql`update zalo_accounts set state = ${state}, failure = ${failure}, finished_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and sender_id = ${senderId} and state = 'running'`,
  );
}

export async function noteEvent(tx: TenantTransaction, senderId: string): Promise<void> {
  await run(
    tx,
    sql`update zalo_accounts set last_event_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and sender_id = ${senderId}`,
  );
}

/** The newest word counts: webhooks come twice, late and out of order. */
export async function noteFollows(
  tx: TenantTransaction,
  told: { identifiers: readonly string[]; follows: boolean; at: Date; seenAt: Date | null },
): Promise<void> {
  const { identifiers, follows, at, seenAt } = told;
  if (identifiers.length === 0) return;
  await run(
    tx,
    sql`insert into zalo_followers (tenant_id, identifier, follows, changed_at, seen_at)
        select ${tx.tenantId}, told.identifier, ${follows}::boolean, ${at}::timestamptz,
          ${seenAt}::timestamptz
        from unnest(${identifiers}::text[]) as told (identifier)
        on conflict (tenant_id, identifier) do update set
          follows = case when excluded.changed_at >= zalo_followers.changed_at
            then excluded.follows else zalo_followers.follows end,
          changed_at = case when excluded.follows = zalo_followers.follows
              or excluded.changed_at < zalo_followers.changed_at
            then zalo_followers.changed_at else excluded.changed_at end,
          seen_at = coalesce(excluded.seen_at, zalo_followers.seen_at)
        returning identifier`,
  );
}

/** Whoever a whole run did not meet had left before it began, without a word. */
export async function noteLeft(
  tx: TenantTransaction,
  { oaId, beganAt }: { oaId: string; beganAt: Date },
): Promise<void> {
  await run(
    tx,
    sql`update zalo_followers set follows = false, changed_at = ${beganAt}
        where tenant_id = ${tx.tenantId} and follows and changed_at < ${beganAt}
          and identifier >= ${`${oaId}:`} and identifier < ${`${oaId};`}
          and (seen_at is null or seen_at < ${beganAt})`,
  );
}

/** Of those whom nobody knows by it any more, since they were forgotten. */
export async function forgetFollowers(
  tx: TenantTransaction,
  { guestIds }: { guestIds: readonly string[] },
): Promise<void> {
  await run(
    tx,
    sql`delete from zalo_followers
        where tenant_id = ${tx.tenantId} and not exists (
            select 1 from customer_identifiers as held
            where held.tenant_id = ${tx.tenantId} and held.kind = 'zaloId'
              and held.value = zalo_followers.identifier)
          and exists (select 1 from erased_guests as gone
            where gone.tenant_id = ${tx.tenantId} and gone.guest_id = any(${guestIds}::uuid[]))`,
  );
}

export type Follow = { identifier: string; follows: boolean; changedAt: Date };

/** By which Zalo accounts a customer can be written to, and whether they still follow. */
export function listFollows(tx: TenantTransaction, customerId: string): Promise<Follow[]> {
  return listRows(
    tx,
    sql<Follow>`
      select followers.identifier, followers.follows, followers.changed_at as "changedAt"
      from customer_identifiers as held
      join zalo_followers as followers on followers.tenant_id = ${tx.tenantId}
        and followers.identifier = held.value
      where held.tenant_id = ${tx.tenantId} and held.customer_id = ${customerId}
        and held.kind = 'zaloId'
      order by followers.identifier`,
  );
}

export async function countFollowers(
  tx: TenantTransaction,
  oaId: string,
): Promise<{ follows: number; left: number }> {
  const row = await findRow(
    tx,
    sql<{ follows: number; left: number }>`
      select (count(*) filter (where follows))::integer as follows,
        (count(*) filter (where not follows))::integer as "left"
      from zalo_followers
      where tenant_id = ${tx.tenantId} and identifier >= ${`${oaId}:`} and identifier < ${`${oaId};`}`,
  );
  return row ?? { follows: 0, left: 0 };
}
