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

/** Whose visit it is: what decides its number. */
export type VisitOwner = { guestId: string | null; customerId: string | null };

export async function findVisitOwner(
  tx: TenantTransaction,
  visitId: string,
): Promise<VisitOwner | null> {
  return await findRow(
    tx,
    sql<VisitOwner>`
      select guest_id as "guestId", customer_id as "customerId" from visits
      where tenant_id = ${tx.tenantId} and id = ${visitId}`,
  );
}

/** A start; an end that came before it keeps what it said. Gives whose visit it is so far. */
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
        guest_id = coalesce(visits.guest_id, excluded.guest_id),
        last_told_at = greatest(visits.last_told_at, excluded.last_told_at)
      returning guest_id as "guestId", customer_id as "customerId"`,
  );
}

/**
 * An end, whether or not the start has come. A visit may end again after it was taken up again: what
 * the box told last counts. A clock that jumped back makes no negative length, and what a late
 * session report had added stays. Gives whose visit it is so far.
 */
export async function endVisit(
  tx: TenantTransaction,
  { endedAt, usage, ...visit }: VisitPlace & { endedAt: Date; usage: Usage },
): Promise<VisitOwner> {
  const { visitId, branchId, boxId, deviceId, guestId, startedAt, at } = visit;
  return await getRow(
    tx,
    sql<VisitOwner>`
      insert into visits (tenant_id, id, branch_id, box_id, device_id, guest_id, started_at,
        ended_at, end_told_at, last_told_at, connected_seconds, upload_bytes, download_bytes)
      values (${tx.tenantId}, ${visitId}, ${branchId}, ${boxId}, ${deviceId}, ${guestId},
        ${startedAt}, greatest(${endedAt}::timestamptz, ${startedAt}::timestamptz), ${at}, ${at},
        ${usage.connectedSeconds}, ${usage.uploadBytes}, ${usage.downloadBytes})
      on conflict (tenant_id, id) do update set
        ended_at = case when visits.end_told_at > excluded.end_told_at then visits.ended_at
          else greatest(excluded.ended_at, visits.started_at) end,
        end_told_at = greatest(visits.end_told_at, excluded.end_told_at),
        guest_id = case when visits.end_told_at > excluded.end_told_at
          then coalesce(visits.guest_id, excluded.guest_id)
          else coalesce(excluded.guest_id, visits.guest_id) end,
        open_sessions = 0,
        connected_seconds = greatest(visits.connected_seconds, excluded.connected_seconds),
        upload_bytes = greatest(visits.upload_bytes, excluded.upload_bytes),
        download_bytes = greatest(visits.download_bytes, excluded.download_bytes),
        last_told_at = greatest(visits.last_told_at, excluded.last_told_at)
      returning guest_id as "guestId", customer_id as "customerId"`,
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

export type SessionWord = {
  sessionId: string;
  visitId: string;
  /** Presumed over: the box took it for dead, and a later report says that it goes on. */
  state: "going-on" | "presumed-over" | "ended";
  usage: Usage;
  /** When the box told it. */
  at: Date;
};

/** A session's counters only grow, and its end stands, in whatever order they come. */
export async function keepSession(tx: TenantTransaction, word: SessionWord): Promise<void> {
  const { sessionId, visitId, state, usage, at } = word;
  await run(
    tx,
    sql`insert into sessions (tenant_id, id, visit_id, ended, open_told_at, over_told_at,
          connected_seconds, upload_bytes, download_bytes)
        values (${tx.tenantId}, ${sessionId}, ${visitId}, ${state === "ended"},
          ${state === "going-on" ? at : null}, ${state === "presumed-over" ? at : null},
          ${usage.connectedSeconds}, ${usage.uploadBytes}, ${usage.downloadBytes})
        on conflict (tenant_id, id) do update set
          ended = sessions.ended or excluded.ended,
          open_told_at = greatest(sessions.open_told_at, excluded.open_told_at),
          over_told_at = greatest(sessions.over_told_at, excluded.over_told_at),
          connected_seconds = greatest(sessions.connected_seconds, excluded.connected_seconds),
          upload_bytes = greatest(sessions.upload_bytes, excluded.upload_bytes),
          download_bytes = greatest(sessions.download_bytes, excluded.download_bytes)`,
  );
}

/**
 * Adds a visit's sessions up. What its end said it used is the least: a report that comes after the
 * end still counts, and a session that was never told of is in the end's sum alone. A session told
 * to go on after the end was told has taken the visit up again.
 */
export async function addUpSessions(
  tx: TenantTransaction,
  { visitId, at }: { visitId: string; at: Date },
): Promise<void> {
  const { tenantId } = tx;
  await run(
    tx,
    sql`with used as (
          select count(*) as all_told, count(*) filter (where goes_on) as open,
            max(open_told_at) filter (where goes_on) as open_told_at,
            coalesce(sum(connected_seconds), 0) as connected_seconds,
            coalesce(sum(upload_bytes), 0) as upload_bytes,
            coalesce(sum(download_bytes), 0) as download_bytes
          from (
            select sessions.*, not ended
              and (over_told_at is null or coalesce(open_told_at > over_told_at, false)) as goes_on
            from sessions where tenant_id = ${tenantId} and visit_id = ${visitId}
          ) as told
        )
        update visits set
          source = case when used.all_told > 0 then 'wifi' else visits.source end,
          ended_at = case when used.open_told_at > visits.end_told_at then null
            else visits.ended_at end,
          open_sessions = case
            when visits.ended_at is null or used.open_told_at > visits.end_told_at
              then used.open else 0 end,
          connected_seconds = greatest(visits.connected_seconds, used.connected_seconds),
          upload_bytes = greatest(visits.upload_bytes, used.upload_bytes),
          download_bytes = greatest(visits.download_bytes, used.download_bytes),
          last_told_at = greatest(last_told_at, ${at}::timestamptz)
        from used
        where visits.tenant_id = ${tenantId} and visits.id = ${visitId}`,
  );
}

/** Empties everything the handlers made. */
export async function forgetVisits(tx: TenantTransaction): Promise<void> {
  const { tenantId } = tx;
  await run(tx, sql`delete from branch_customers where tenant_id = ${tenantId}`);
  await run(tx, sql`delete from sessions where tenant_id = ${tenantId}`);
  await run(tx, sql`delete from visits where tenant_id = ${tenantId}`);
}
