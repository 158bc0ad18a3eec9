import { ADVERT_EVENT, type AdvertTags } from "@foyer/contract";
import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Purge } from "../../platform/purge-events.ts";
import type { LeftOutReason } from "./rules.ts";

const NO_TAGS: AdvertTags = { metaPixelId: null, googleTagId: null };

export async function findTags(tx: TenantTransaction): Promise<AdvertTags> {
  const row = await findRow(
    tx,
    sql<AdvertTags>`
      select meta_pixel_id as "metaPixelId", google_tag_id as "googleTagId" from advert_settings
      where tenant_id = ${tx.tenantId}`,
  );
  return row ?? NO_TAGS;
}

/** Whoever changes the settings does so one at a time. Before they are read. */
export function holdSettings(tx: TenantTransaction): Promise<void> {
  return run(
    tx,
    sql`insert into advert_settings (tenant_id, changed_at) values (${tx.tenantId}, ${tx.now})
        on conflict (tenant_id) do update set changed_at = excluded.changed_at`,
  );
}

export function saveTags(
  tx: TenantTransaction,
  { metaPixelId, googleTagId }: AdvertTags,
): Promise<void> {
  return run(
    tx,
    sql`update advert_settings set meta_pixel_id = ${metaPixelId}, google_tag_id = ${googleTagId}
        where tenant_id = ${tx.tenantId}`,
  );
}

/** The ids of the brands on whose pages the tags load. */
export async function listTaggedBrands(tx: TenantTransaction): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ brandId: string }>`
      select brand_id as "brandId" from advert_brands
      where tenant_id = ${tx.tenantId} order by brand_id`,
  );
  return rows.map(({ brandId }) => brandId);
}

export async function replaceTaggedBrands(
  tx: TenantTransaction,
  brandIds: readonly string[],
): Promise<void> {
  await run(tx, sql`delete from advert_brands where tenant_id = ${tx.tenantId}`);
  await run(
    tx,
    sql`insert into advert_brands (tenant_id, brand_id)
        select ${tx.tenantId}, brand_id from unnest(${[...brandIds]}::uuid[]) as told (brand_id)`,
  );
}

export type ToldVisit = {
  id: string;
  branchId: string;
  visitId: string;
  guestId: string;
  occurredAt: Date;
  textVersion: number;
  textSha256: string;
  leftOut: LeftOutReason | null;
} & AdvertTags;

/** False for one that is kept already: the first who tells of an id is believed. */
export async function insertAdvertEvent(tx: TenantTransaction, told: ToldVisit): Promise<boolean> {
  const state = told.leftOut === null ? "waiting" : "left-out";
  const row = await findRow(
    tx,
    sql`insert into advert_events (tenant_id, id, name, branch_id, visit_id, guest_id, occurred_at,
          meta_pixel_id, google_tag_id, text_version, text_sha256, state, reason, due_at)
        values (${tx.tenantId}, ${told.id}, ${ADVERT_EVENT}, ${told.branchId}, ${told.visitId},
          ${told.guestId}, ${told.occurredAt}, ${told.metaPixelId}, ${told.googleTagId},
          ${told.textVersion}, ${told.textSha256}, ${state}, ${told.leftOut}, ${tx.now})
        on conflict (tenant_id, id) do nothing returning id`,
  );
  return row !== null;
}

export type AdvertEventRow = {
  id: string;
  name: string;
  branchId: string;
  branchName: string | null;
  visitId: string;
  occurredAt: Date;
  state: "waiting" | "sent" | "left-out";
  reason: string | null;
  sentAt: Date | null;
  textVersion: number;
} & AdvertTags;

export type AdvertEventPage = {
  since: Date;
  /** Null: whatever became of them. */
  state: AdvertEventRow["state"] | null;
  before: { at: Date; id: string } | null;
  limit: number;
};

/** The newest first, those before `before` where a page goes on. */
export function listAdvertEvents(
  tx: TenantTransaction,
  { since, state, before, limit }: AdvertEventPage,
): Promise<AdvertEventRow[]> {
  const page = before
    ? sql`and (advert_events.occurred_at, advert_events.id) < (${before.at}, ${before.id})`
    : sql``;
  return listRows(
    tx,
    sql<AdvertEventRow>`
      select advert_events.id, advert_events.name, advert_events.branch_id as "branchId",
        branches.name as "branchName", advert_events.visit_id as "visitId",
        advert_events.occurred_at as "occurredAt", advert_events.state, advert_events.reason,
        advert_events.sent_at as "sentAt", advert_events.text_version as "textVersion",
        advert_events.meta_pixel_id as "metaPixelId", advert_events.google_tag_id as "googleTagId"
      from advert_events
      left join branches on branches.tenant_id = ${tx.tenantId}
        and branches.id = advert_events.branch_id
      where advert_events.tenant_id = ${tx.tenantId} and advert_events.occurred_at >= ${since}
        and (${state}::text is null or advert_events.state = ${state}::text) ${page}
      order by advert_events.occurred_at desc, advert_events.id desc limit ${limit}`,
  );
}

export type AdvertCounts = { waiting: number; sent: number; leftOut: number };

export function countAdvertEvents(tx: TenantTransaction, since: Date): Promise<AdvertCounts> {
  return getRow(
    tx,
    sql<AdvertCounts>`
      select count(*) filter (where state = 'waiting')::integer as waiting,
        count(*) filter (where state = 'sent')::integer as sent,
        count(*) filter (where state = 'left-out')::integer as "leftOut"
      from advert_events where tenant_id = ${tx.tenantId} and occurred_at >= ${since}`,
  );
}

/** Whoever took their yes back is told of no more: what waits is left out, what was sent was sent. */
export function leaveOutUnagreed(tx: TenantTransaction, guestId: string): Promise<void> {
  const reason: LeftOutReason = "consent-withdrawn";
  return run(
    tx,
    sql`update advert_events set state = 'left-out', reason = ${reason}
        where tenant_id = ${tx.tenantId} and state = 'waiting' and guest_id in (
          select others.id from guests
          join guests as others on others.tenant_id = ${tx.tenantId}
            and (others.id = guests.id or others.customer_id = guests.customer_id)
          where guests.tenant_id = ${tx.tenantId} and guests.id = ${guestId})`,
  );
}

/** Nothing is kept of guests who were forgotten. */
export function eraseAdvertEvents(tx: TenantTransaction): Promise<void> {
  return run(
    tx,
    sql`delete from advert_events where tenant_id = ${tx.tenantId} and guest_id in (
          select guest_id from erased_guests where tenant_id = ${tx.tenantId})`,
  );
}

/** They are kept as long as sessions in detail. */
export async function purgeAdvertEvents(
  tx: TenantTransaction,
  { before, limit }: Purge,
): Promise<number> {
  const gone = await listRows(
    tx,
    sql`delete from advert_events where tenant_id = ${tx.tenantId} and id in (
          select id from advert_events
          where tenant_id = ${tx.tenantId} and occurred_at < ${before} limit ${limit})
        returning id`,
  );
  return gone.length;
}
