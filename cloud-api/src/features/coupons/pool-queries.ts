import { COUPON_NEWS_MAX, type CouponNews } from "@foyer/contract";
import { getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";

/** Which box, in which life of its store. */
export type Pool = { boxId: string; epoch: string };

/** What a box has in hand of each kind that its branch's surveys give, as far as it has told. */
export function countPooled(
  tx: TenantTransaction,
  { boxId, epoch, surveyIds }: Pool & { surveyIds: readonly string[] },
): Promise<{ kindId: string; free: number }[]> {
  return listRows(
    tx,
    sql<{ kindId: string; free: number }>`
      select kinds.kind_id as "kindId", (
        select count(*)::int from coupons
        where coupons.tenant_id = ${tx.tenantId} and coupons.box_id = ${boxId}
          and coupons.epoch = ${epoch} and coupons.kind_id = kinds.kind_id
          and coupons.issued_at is null and coupons.redeemed_at is null) as free
      from (
        select distinct kind_id from coupon_rewards
        where tenant_id = ${tx.tenantId} and occasion = 'survey'
          and survey_id = any(${surveyIds}::text[])
      ) as kinds order by kinds.kind_id`,
  );
}

const POSITION_MAX = 2 ** 50;

/**
 * So many further words to a box: gives the last of them. Holds its counter to the commit. They are counted
 * from the clock on, as commands are: a cloud that was restored from a back-up speaks above all that it has
 * said since, though it has not heard from the box. `above`: what the box says that it holds, where the
 * clock stands below that.
 */
export async function takePositions(
  tx: TenantTransaction,
  { boxId, count, above = 0 }: { boxId: string; count: number; above?: number },
): Promise<number> {
  const least = above <= POSITION_MAX ? above : 0;
  await run(
    tx,
    sql`insert into coupon_pools (tenant_id, box_id, position) values (${tx.tenantId}, ${boxId}, 0)
        on conflict (tenant_id, box_id) do nothing`,
  );
  const row = await getRow(
    tx,
    sql<{ position: number }>`
      update coupon_pools
      set position = greatest(position, ${least}::bigint, ${tx.now.getTime()}::bigint) + ${count}
      where tenant_id = ${tx.tenantId} and box_id = ${boxId} returning position`,
  );
  return row.position;
}

type NewPooled = { ids: string[]; kindIds: string[]; codes: string[]; positions: number[] };

export function insertPooled(
  tx: TenantTransaction,
  { boxId, epoch }: Pool,
  { ids, kindIds, codes, positions }: NewPooled,
): Promise<void> {
  return run(
    tx,
    sql`insert into coupons (tenant_id, id, kind_id, code, made_at, box_id, epoch, position)
        select ${tx.tenantId}::uuid, made.id, made.kind_id, made.code, ${tx.now}::timestamptz,
          ${boxId}::uuid, ${epoch}::uuid, made.position
        from unnest(${ids}::uuid[], ${kindIds}::uuid[], ${codes}::text[], ${positions}::bigint[])
          as made (id, kind_id, code, position)`,
  );
}

/**
 * What is news to a box: coupons of this life of its store that it may give, and those it gave in
 * whichever life that are used by now.
 */
export function listNews(
  tx: TenantTransaction,
  { boxId, epoch, after }: Pool & { after: number },
): Promise<CouponNews[]> {
  return listRows(
    tx,
    sql<CouponNews>`
      select id, kind_id as "kindId", code, position, redeemed_at is not null as "isUsed"
      from coupons
      where tenant_id = ${tx.tenantId} and box_id = ${boxId} and position > ${after}
        and (redeemed_at is not null or (epoch = ${epoch} and issued_at is null))
      order by position limit ${COUPON_NEWS_MAX}`,
  );
}

/**
 * The boxes that listNews has something for, or of which countPooled counts fewer than so many of a kind.
 * A box's surveys go over as one text, for a list of lists has no type.
 */
export async function listPoolsToTell(
  tx: TenantTransaction,
  boxes: readonly (Pool & { surveyIds: readonly string[]; after: number })[],
  poolCoupons: number,
): Promise<string[]> {
  const { tenantId } = tx;
  const rows = await listRows(
    tx,
    sql<{ boxId: string }>`
      select asked.box_id as "boxId"
      from unnest(${boxes.map(({ boxId }) => boxId)}::uuid[],
          ${boxes.map(({ epoch }) => epoch)}::uuid[],
          ${boxes.map(({ after }) => after)}::bigint[],
          ${boxes.map(({ surveyIds }) => JSON.stringify(surveyIds))}::jsonb[])
        as asked (box_id, epoch, after, survey_ids)
      where exists (select from coupons
          where tenant_id = ${tenantId} and box_id = asked.box_id and position > asked.after
            and (redeemed_at is not null or (epoch = asked.epoch and issued_at is null)))
        or exists (select from coupon_rewards as rewards
          where rewards.tenant_id = ${tenantId} and rewards.occasion = 'survey'
            and asked.survey_ids ? rewards.survey_id
            and ${poolCoupons} > (select count(*) from coupons
              where coupons.tenant_id = ${tenantId} and coupons.box_id = asked.box_id
                and coupons.epoch = asked.epoch and coupons.kind_id = rewards.kind_id
                and coupons.issued_at is null and coupons.redeemed_at is null))`,
  );
  return rows.map(({ boxId }) => boxId);
}

type Ahead = { boxId: string; after: number };

/** Those of some boxes that hold a later word than any that this cloud knows of. */
export function listAhead(tx: TenantTransaction, boxes: readonly Ahead[]): Promise<Ahead[]> {
  return listRows(
    tx,
    sql<Ahead>`
      select asked.box_id as "boxId", asked.after
      from unnest(${boxes.map(({ boxId }) => boxId)}::uuid[],
          ${boxes.map(({ after }) => after)}::bigint[]) as asked (box_id, after)
      where asked.after <= ${POSITION_MAX}::bigint and not exists (select from coupon_pools
          where tenant_id = ${tx.tenantId} and box_id = asked.box_id and position >= asked.after)
      order by asked.box_id`,
  );
}

/**
 * Tells a box anew, above what it holds, which of its coupons are used: those that were used last. One that is
 * being redeemed right now is told after this.
 */
export async function tellUsedAgain(tx: TenantTransaction, { boxId, after }: Ahead): Promise<void> {
  const used = await listRows(
    tx,
    sql<{ id: string }>`
      select id from coupons
      where tenant_id = ${tx.tenantId} and box_id = ${boxId} and redeemed_at is not null
      order by redeemed_at desc, id limit ${COUPON_NEWS_MAX} for update skip locked`,
  );
  const last = await takePositions(tx, { boxId, count: used.length, above: after });
  await run(
    tx,
    sql`update coupons set position = ${last - used.length}::bigint + told.place
        from unnest(${used.map(({ id }) => id)}::uuid[]) with ordinality as told (id, place)
        where coupons.tenant_id = ${tx.tenantId} and coupons.id = told.id`,
  );
}

/** Gives the box that gave a coupon a word about it. */
export async function tellBox(
  tx: TenantTransaction,
  { id, boxId }: { id: string; boxId: string },
): Promise<void> {
  const position = await takePositions(tx, { boxId, count: 1 });
  await run(
    tx,
    sql`update coupons set position = ${position} where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}
