import { findPersonalPaths } from "@foyer/contract";
import { listRows, sql, type TenantTransaction } from "./db.ts";

/** What is removed because its time is over: what is older than a moment, so much at a time. */
export type Purge = { before: Date; limit: number };

export type PersonalPurge = Purge & {
  /** The position up to which the log was gone through before. */
  after: number;
  /** Types of events, or those that this program cannot read: all of them may be personal. */
  of: readonly string[] | "unread";
};

export type PurgedPersonal = { removed: number; position: number; isThrough: boolean };

/**
 * Takes the personal fields off events that came before a moment, by the cloud's own clock: a box's
 * may have stood anywhere. Goes on along the log from where it was, so that a day's work is a day's
 * events.
 */
export async function purgePersonal(
  tx: TenantTransaction,
  { after, before, limit, of }: PersonalPurge,
): Promise<PurgedPersonal> {
  type Row = { position: number; id: string; type: string; version: number; isBoxs: boolean };
  const rows = await listRows(
    tx,
    sql<Row & { isOld: boolean }>`
      select position, id, type, version, box_id is not null as "isBoxs",
        received_at < ${before} as "isOld"
      from events where tenant_id = ${tx.tenantId} and position > ${after}
      order by position limit ${limit}`,
  );
  const young = rows.findIndex(({ isOld }) => !isOld);
  const old = young < 0 ? rows : rows.slice(0, young);
  const isMeant = (row: Row) =>
    of === "unread"
      ? row.isBoxs && findPersonalPaths(row.type, row.version) === null
      : of.includes(row.type) && findPersonalPaths(row.type, row.version) !== null;
  const gone = await listRows(
    tx,
    sql`delete from event_personal
        where tenant_id = ${tx.tenantId}
          and event_id = any(${old.filter(isMeant).map(({ id }) => id)}::uuid[])
        returning event_id`,
  );
  return {
    removed: gone.length,
    position: old.at(-1)?.position ?? after,
    isThrough: old.length < limit,
  };
}

/** Forgets what features failed on for so long: nobody is going to try it again. */
export async function purgeSetAside(
  tx: TenantTransaction,
  { before, limit }: Purge,
): Promise<number> {
  const gone = await listRows(
    tx,
    sql`delete from event_failures
        where tenant_id = ${tx.tenantId} and set_aside and (feature, event_id) in (
          select feature, event_id from event_failures
          where tenant_id = ${tx.tenantId} and set_aside and failed_at < ${before} limit ${limit})
        returning event_id`,
  );
  return gone.length;
}
