import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";

export type VisitPlace = {
  visitId: string;
  branchId: string;
  boxId: string;
  deviceId: string;
  guestId: string | null;
  startedAt: Date;
  /** When the box told it. */
  at: Date;
};

export type Usage = { connectedSeconds: number; uploadBytes: number; downloadBytes: number };

/** Whose visit it is and since when: what decides its number. */
export type VisitOwner = { guestId: string | null; customerId: string | null; startedAt: Date };

/** Which word of a box it was. A later life of the box has the greater epoch. */
export type BoxWord = { epoch: string; seq: number };

export async function findVisitOwner(
  tx: TenantTransaction,
  visitId: string,
): Promise<VisitOwner | null> {
  return await findRow(
    tx,
    sql<VisitOwner>`
      select guest_id as "guestId", customer_id as "customerId", started_at as "startedAt"
      from visits
      where tenant_id = ${tx.tenantId} and id = ${visitId}`,
  );
}

/**
 * A start; an end that came before it keeps what it said. A box moves a visit's start only back, to a
 * session that was told of late: so the earliest counts. Gives whose visit it is so far.
 */
export async function insertVisit(
  tx: TenantTransaction,
  { source, ...visit }: VisitPlace & { source: string },
): Promise<VisitOwner> {
  const { visitId, branchId, boxId, deviceId, guestId, startedAt, at } = visit;
  return await getRow(
    tx,
    sql<VisitOwner>`
      insert into visits (tenant_id, id, branch_id, box_id, device_id, guest_id, source,
        started_at, last_told_at)
      values (${tx.tenantId}, ${visitId}, ${branchId}, ${boxId}, ${deviceId}, ${guestId},
        ${source}, ${startedAt}, ${at})
      on conflict (tenant_id, id) do update set source = excluded.source,
        started_at = least(visits.started_at, excluded.started_at),
        guest_id = coalesce(visits.guest_id, excluded.guest_id),
        last_told_at = greatest(visits.last_told_at, excluded.last_told_at)
      returning guest_id as "guestId", customer_id as "customerId", started_at as "startedAt"`,
  );
}

export type VisitEnd = { endedAt: Date; sessions: number; usage: Usage; word: BoxWord };

/** What the end that stands has said, beside when. */
const END_COLUMNS = [
  "end_told_at",
  "end_epoch",
  "end_seq",
  "told_sessions",
  "told_seconds",
  "told_upload_bytes",
  "told_download_bytes",
];

/**
 * An end, whether or not the start has come. A visit may end again after it was taken up again: what
 * the box told last counts. A clock that jumped back makes no negative length. What it used is worked
 * out by `addUpSessions`. Gives whose visit it is so far.
 */
export async function endVisit(
  tx: TenantTransaction,
  { endedAt, usage, sessions, word, ...visit }: VisitPlace & VisitEnd,
): Promise<VisitOwner> {
  const { visitId, branchId, boxId, deviceId, guestId, startedAt, at } = visit;
  // Within one life of a box its own count is the order, whatever its clock was set to meanwhile.
  const stands = sql`coalesce(case when visits.end_epoch = excluded.end_epoch
    then visits.end_seq > excluded.end_seq
    else visits.end_told_at > excluded.end_told_at end, false)`;
  const last = (column: string) =>
    sql`${sql.ref(column)} = case when ${stands} then ${sql.ref(`visits.${column}`)}
      else ${sql.ref(`excluded.${column}`)} end`;
  return await getRow(
    tx,
    sql<VisitOwner>`
      insert into visits (tenant_id, id, branch_id, box_id, device_id, guest_id, started_at,
        ended_at, end_told_at, last_told_at, end_epoch, end_seq, told_sessions, told_seconds,
        told_upload_bytes, told_download_bytes)
      values (${tx.tenantId}, ${visitId}, ${branchId}, ${boxId}, ${deviceId}, ${guestId},
        ${startedAt}, greatest(${endedAt}::timestamptz, ${startedAt}::timestamptz), ${at}, ${at},
        ${word.epoch}, ${word.seq}, ${sessions}, ${usage.connectedSeconds}, ${usage.uploadBytes},
        ${usage.downloadBytes})
      on conflict (tenant_id, id) do update set
        started_at = least(visits.started_at, excluded.started_at),
        ended_at = case when ${stands} then visits.ended_at
          else greatest(excluded.ended_at, least(visits.started_at, excluded.started_at)) end,
        guest_id = case when ${stands} then coalesce(visits.guest_id, excluded.guest_id)
          else coalesce(excluded.guest_id, visits.guest_id) end,
        open_sessions = 0,
        ${sql.join(END_COLUMNS.map(last))},
        last_told_at = greatest(visits.last_told_at, excluded.last_told_at)
      returning guest_id as "guestId", customer_id as "customerId", started_at as "startedAt"`,
  );
}

/** The open visits of a device that nobody has been named for. */
export async function listUnownedVisits(
  tx: TenantTransaction,
  deviceId: string,
): Promise<{ visitId: string }[]> {
  return await listRows(
    tx,
    sql<{ visitId: string }>`
      select id as "visitId" from visits
      where tenant_id = ${tx.tenantId} and device_id = ${deviceId} and ended_at is null
        and guest_id is null`,
  );
}

/** Names the guest of a visit that had none. */
export async function nameGuest(
  tx: TenantTransaction,
  { visitId, guestId }: { visitId: string; guestId: string },
): Promise<void> {
  await run(
    tx,
    sql`update visits set guest_id = ${guestId}
        where tenant_id = ${tx.tenantId} and id = ${visitId} and guest_id is null`,
  );
}

/** Gives one visit to the customer of its guest. */
export async function attachVisit(
  tx: TenantTransaction,
  { visitId, customerId }: { visitId: string; customerId: string | null },
): Promise<void> {
  await run(
    tx,
    sql`update visits set customer_id = ${customerId}
        where tenant_id = ${tx.tenantId} and id = ${visitId}`,
  );
}

/** Gives all visits of a guest to their customer. The customers who had them before come back. */
export async function attachGuestVisits(
  tx: TenantTransaction,
  { guestId, customerId }: { guestId: string; customerId: string },
): Promise<{ moved: number; losers: string[] }> {
  const losers = await listRows(
    tx,
    sql<{ customerId: string }>`
      select distinct customer_id as "customerId" from visits
      where tenant_id = ${tx.tenantId} and guest_id = ${guestId} and customer_id <> ${customerId}`,
  );
  const moved = await listRows(
    tx,
    sql`update visits set customer_id = ${customerId}
        where tenant_id = ${tx.tenantId} and guest_id = ${guestId}
          and customer_id is distinct from ${customerId}
        returning id`,
  );
  return { moved: moved.length, losers: losers.map((row) => row.customerId) };
}

/** Gives the visits of all guests of some customers to whom the guests are now. Gives who lost any. */
export async function attachVisitsOf(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<string[]> {
  const { tenantId } = tx;
  const rows = await listRows(
    tx,
    sql<{ customerId: string }>`
      with moved as (
        select visits.id, visits.customer_id, guests.customer_id as owner from guests
        join visits on visits.tenant_id = ${tenantId} and visits.guest_id = guests.id
        where guests.tenant_id = ${tenantId} and guests.customer_id = any(${customerIds}::uuid[])
          and visits.customer_id is distinct from guests.customer_id
      ), given as (
        update visits set customer_id = moved.owner from moved
        where visits.tenant_id = ${tenantId} and visits.id = moved.id
        returning visits.id
      )
      select distinct moved.customer_id as "customerId" from moved
      join given on given.id = moved.id where moved.customer_id is not null`,
  );
  return rows.map((row) => row.customerId);
}

/** Numbers a customer's visits in the order of starting, without gaps, everywhere and per branch. */
export async function numberVisits(tx: TenantTransaction, customerId: string): Promise<void> {
  const { tenantId } = tx;
  await run(
    tx,
    sql`with counted as (
          select id,
            row_number() over (order by started_at, id) as number,
            row_number() over (partition by branch_id order by started_at, id) as number_at_branch
          from visits where tenant_id = ${tenantId} and customer_id = ${customerId}
        )
        update visits set number = counted.number, number_at_branch = counted.number_at_branch
        from counted
        where visits.tenant_id = ${tenantId} and visits.id = counted.id
          and (visits.number is distinct from counted.number
            or visits.number_at_branch is distinct from counted.number_at_branch)`,
  );
}

export type VisitCount = { visits: number; lastVisitAt: Date | null };

/** Counts a customer's visits anew, everywhere and per branch. */
export async function countVisits(
  tx: TenantTransaction,
  { customerId, position }: { customerId: string; position: number },
): Promise<VisitCount> {
  const { tenantId } = tx;
  await run(
    tx,
    sql`insert into branch_customers (tenant_id, branch_id, customer_id, visits, last_visit_at,
          changed_position)
        select ${tenantId}, branch_id, ${customerId}, count(*)::integer, max(started_at),
          ${position}::bigint
        from visits where tenant_id = ${tenantId} and customer_id = ${customerId}
        group by branch_id
        on conflict (tenant_id, branch_id, customer_id) do update set visits = excluded.visits,
          last_visit_at = excluded.last_visit_at, changed_position = excluded.changed_position
        returning branch_id`,
  );
  await run(
    tx,
    sql`update branch_customers set visits = 0, last_visit_at = null,
          changed_position = ${position}::bigint
        where tenant_id = ${tenantId} and customer_id = ${customerId} and visits > 0
          and not exists (select from visits where visits.tenant_id = ${tenantId}
            and visits.customer_id = ${customerId}
            and visits.branch_id = branch_customers.branch_id)`,
  );
  return await getRow(
    tx,
    sql<VisitCount>`
      select count(*)::integer as visits, max(started_at) as "lastVisitAt" from visits
      where tenant_id = ${tenantId} and customer_id = ${customerId}`,
  );
}

/** Empties everything the handlers made. */
export async function forgetVisits(tx: TenantTransaction): Promise<void> {
  const { tenantId } = tx;
  await run(tx, sql`delete from branch_customers where tenant_id = ${tenantId}`);
  await run(tx, sql`delete from sessions where tenant_id = ${tenantId}`);
  await run(tx, sql`delete from visits where tenant_id = ${tenantId}`);
}
