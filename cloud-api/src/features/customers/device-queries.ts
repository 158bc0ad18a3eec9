import { writePlainArray } from "../../platform/columns.ts";
import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Link, ToldDevice } from "./device-rules.ts";

/** Which of some devices were somebody's who was forgotten: their addresses are not kept any more. */
export async function listForgottenDevices(
  tx: TenantTransaction,
  deviceIds: readonly string[],
): Promise<Set<string>> {
  if (deviceIds.length === 0) return new Set();
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select device_id as id from erased_devices
      where tenant_id = ${tx.tenantId}
        and device_id = any(${writePlainArray(deviceIds)}::uuid[])`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Which of some guests were forgotten. */
export async function listForgottenGuests(
  tx: TenantTransaction,
  guestIds: readonly string[],
): Promise<Set<string>> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select guest_id as id from erased_guests
      where tenant_id = ${tx.tenantId} and guest_id = any(${writePlainArray(guestIds)}::uuid[])`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Which of some guests are of another branch than the one beside them in the list. */
export async function listGuestsElsewhere(
  tx: TenantTransaction,
  told: readonly { guestId: string; branchId: string }[],
): Promise<Set<string>> {
  const rows = await listRows(
    tx,
    sql<{ place: string }>`
      select told.branch_id || ' ' || guests.id as place
      from unnest(${writePlainArray(told.map(({ guestId }) => guestId))}::uuid[],
        ${writePlainArray(told.map(({ branchId }) => branchId))}::uuid[])
        as told (guest_id, branch_id)
      join guests on guests.tenant_id = ${tx.tenantId} and guests.id = told.guest_id
      where guests.branch_id <> told.branch_id`,
  );
  return new Set(rows.map(({ place }) => place));
}

/** What was said last of what a device is counts, in whichever order it is told. */
const isNewer = sql`excluded.described_at >= coalesce(devices.described_at, '-infinity')`;

export async function noteDevices(
  tx: TenantTransaction,
  told: readonly ToldDevice[],
): Promise<void> {
  await run(
    tx,
    sql`insert into devices (tenant_id, id, mac, randomised, system, form, described_at,
          first_seen_at, last_seen_at)
        select ${tx.tenantId}::uuid, told.* from unnest(
          ${writePlainArray(told.map(({ deviceId }) => deviceId))}::uuid[],
          ${told.map(({ mac }) => mac)}::text[],
          ${told.map(({ randomised }) => randomised)}::boolean[],
          ${told.map(({ description }) => description?.system ?? null)}::text[],
          ${told.map(({ description }) => description?.form ?? null)}::text[],
          ${told.map(({ describedAt }) => describedAt?.toISOString() ?? null)}::timestamptz[],
          ${writePlainArray(told.map(({ firstAt }) => firstAt.toISOString()))}::timestamptz[],
          ${writePlainArray(told.map(({ lastAt }) => lastAt.toISOString()))}::timestamptz[]) as told
        on conflict (tenant_id, id) do update set
          mac = coalesce(excluded.mac, devices.mac),
          randomised = case when excluded.mac is null then devices.randomised
            else excluded.randomised end,
          system = case when ${isNewer} then excluded.system else devices.system end,
          form = case when ${isNewer} then excluded.form else devices.form end,
          described_at = greatest(devices.described_at, excluded.described_at),
          first_seen_at = least(devices.first_seen_at, excluded.first_seen_at),
          last_seen_at = greatest(devices.last_seen_at, excluded.last_seen_at)`,
  );
}

/** From when to when devices have been guests', of any of these guests and these devices. */
export function listLinks(
  tx: TenantTransaction,
  { guestIds, deviceIds }: { guestIds: readonly string[]; deviceIds: readonly string[] },
): Promise<Link[]> {
  return listRows(
    tx,
    sql<Link>`
      select guest_id as "guestId", device_id as "deviceId", first_at as "firstAt",
        last_at as "lastAt"
      from guest_devices
      where tenant_id = ${tx.tenantId}
        and guest_id = any(${writePlainArray(guestIds)}::uuid[])
        and device_id = any(${writePlainArray(deviceIds)}::uuid[])`,
  );
}

export async function writeLinks(tx: TenantTransaction, links: readonly Link[]): Promise<void> {
  await run(
    tx,
    sql`insert into guest_devices (tenant_id, guest_id, device_id, first_at, last_at)
        select ${tx.tenantId}::uuid, told.* from unnest(
          ${writePlainArray(links.map(({ guestId }) => guestId))}::uuid[],
          ${writePlainArray(links.map(({ deviceId }) => deviceId))}::uuid[],
          ${writePlainArray(links.map(({ firstAt }) => firstAt.toISOString()))}::timestamptz[],
          ${writePlainArray(links.map(({ lastAt }) => lastAt.toISOString()))}::timestamptz[]) as told
        on conflict (tenant_id, guest_id, device_id) do update set
          first_at = excluded.first_at, last_at = excluded.last_at`,
  );
}

/** What boxes are told of guests' customers has changed. */
export async function noteChanges(
  tx: TenantTransaction,
  news: readonly { guestId: string; position: number }[],
): Promise<void> {
  await run(
    tx,
    // Held in one order first: an update takes rows as it finds them.
    sql`with news as materialized (
          select guests.customer_id, max(told.position) as position
          from unnest(
            ${writePlainArray(news.map(({ guestId }) => guestId))}::uuid[],
            ${writePlainArray(news.map(({ position }) => position))}::bigint[]
          ) as told (guest_id, position)
          join guests on guests.tenant_id = ${tx.tenantId} and guests.id = told.guest_id
          where guests.customer_id is not null
          group by guests.customer_id
        ), held as materialized (
          select id from customers
          where tenant_id = ${tx.tenantId} and id in (select customer_id from news)
          order by id for no key update
        )
        update customers
        set changed_position = greatest(customers.changed_position, news.position)
        from news join held on held.id = news.customer_id
        where customers.tenant_id = ${tx.tenantId} and customers.id = held.id`,
  );
}
