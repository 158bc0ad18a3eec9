import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";

export type TillRow = {
  id: string;
  kindId: string;
  boxId: string | null;
  validUntil: Date | null;
  redemptionId: string | null;
  redeemedAt: Date | null;
  redeemedBranchId: string | null;
};

const columns = sql`coupons.id, coupons.kind_id as "kindId", coupons.box_id as "boxId",
  coupons.valid_until as "validUntil", coupons.redemption_id as "redemptionId",
  coupons.redeemed_at as "redeemedAt", coupons.redeemed_branch_id as "redeemedBranchId"`;

/**
 * A coupon by its code with those that one customer was given for the same, as at two branches or as
 * two people who are one by now: together they are used once. So are those of one guest of a box that
 * was put back to a copy, which knows of no answer since. The one of the code is the first.
 */
export function findTogether(tx: TenantTransaction, code: string): Promise<TillRow[]> {
  return listRows(
    tx,
    sql<TillRow>`
      with shown as (
        select coupons.id, coupons.occasion, coupons.survey_id, coupons.guest_id,
          coalesce(coupons.customer_id,
          (select guests.customer_id from guests
           where guests.tenant_id = ${tx.tenantId} and guests.id = coupons.guest_id)) as owner
        from coupons where coupons.tenant_id = ${tx.tenantId} and coupons.code = ${code}
      )
      select ${columns} from coupons join shown on coupons.id = shown.id
        or (coupons.occasion = shown.occasion
          and coupons.survey_id is not distinct from shown.survey_id
          and (coupons.guest_id = shown.guest_id or coupons.customer_id = shown.owner
            or coupons.guest_id in (
              select guests.id from guests
              where guests.tenant_id = ${tx.tenantId} and guests.customer_id = shown.owner)))
      where coupons.tenant_id = ${tx.tenantId}
      order by coupons.id <> shown.id, coupons.id`,
  );
}

/** Holds coupons to the commit, all tills in one order, and reads them as they are then. */
export function lockCoupons(tx: TenantTransaction, ids: readonly string[]): Promise<TillRow[]> {
  return listRows(
    tx,
    sql<TillRow>`
      select ${columns} from coupons
      where coupons.tenant_id = ${tx.tenantId} and coupons.id = any(${ids}::uuid[])
      order by coupons.id for update`,
  );
}

export function noteRedeemed(
  tx: TenantTransaction,
  redeemed: { id: string; branchId: string; by: string; redemptionId: string },
): Promise<void> {
  return run(
    tx,
    sql`update coupons set redeemed_at = ${tx.now}, redeemed_branch_id = ${redeemed.branchId},
          redeemed_by = ${redeemed.by}, redemption_id = ${redeemed.redemptionId}
        where tenant_id = ${tx.tenantId} and id = ${redeemed.id} and redeemed_at is null`,
  );
}

/** Whose a coupon is by what is known now; null: nobody's. */
export async function findOwner(tx: TenantTransaction, id: string): Promise<string | null> {
  const row = await findRow(
    tx,
    sql<{ owner: string | null }>`
      select coalesce(coupons.customer_id, guests.customer_id) as owner from coupons
      left join guests on guests.tenant_id = ${tx.tenantId} and guests.id = coupons.guest_id
      where coupons.tenant_id = ${tx.tenantId} and coupons.id = ${id}`,
  );
  return row?.owner ?? null;
}
