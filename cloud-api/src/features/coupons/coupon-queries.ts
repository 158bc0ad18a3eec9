import type { LocalText } from "@foyer/contract";
import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Purge } from "../../platform/purge-events.ts";
import type { CouponState } from "./schema.ts";

export type Occasion = "survey" | "profile";

type Given = {
  id: string;
  issuedAt: Date;
  branchId: string | null;
  validUntil: Date;
  occasion: Occasion;
  surveyId: string | null;
  /** What it is given for: nothing is paid for twice. */
  claim: string;
  guestId: string | null;
  customerId: string | null;
};

/**
 * A box tells that it gave a coupon of its pool. Told twice it is given once; a store that was copied
 * may have given it to two, of whom the first is believed.
 */
export function noteGiven(tx: TenantTransaction, given: Given & { boxId: string }): Promise<void> {
  return run(
    tx,
    sql`update coupons set issued_at = ${given.issuedAt}, issued_branch_id = ${given.branchId},
          valid_until = ${given.validUntil}, occasion = ${given.occasion},
          survey_id = ${given.surveyId}, guest_id = ${given.guestId},
          claim = case when exists (
            select from coupons as other
            where other.tenant_id = ${tx.tenantId} and other.claim = ${given.claim}
          ) then null else ${given.claim}::text end
        where tenant_id = ${tx.tenantId} and id = ${given.id} and box_id = ${given.boxId}
          and issued_at is null`,
  );
}

/** Gives a coupon, unless its claim has one already: false. */
export async function insertGiven(
  tx: TenantTransaction,
  given: Given & { kindId: string; code: string },
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`insert into coupons (tenant_id, id, kind_id, code, made_at, issued_at, issued_branch_id,
          valid_until, occasion, survey_id, claim, guest_id, customer_id)
        values (${tx.tenantId}, ${given.id}, ${given.kindId}, ${given.code}, ${tx.now},
          ${given.issuedAt}, ${given.branchId}, ${given.validUntil}, ${given.occasion},
          ${given.surveyId}, ${given.claim}, ${given.guestId}, ${given.customerId})
        on conflict (tenant_id, claim) where claim is not null do nothing returning id`,
  );
  return row !== null;
}

/** Whether a customer was given a coupon for their profile: as themselves, or as whom they were joined with. */
export async function hasProfileCoupon(
  tx: TenantTransaction,
  customerId: string,
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select id from coupons
        where tenant_id = ${tx.tenantId} and customer_id = ${customerId}
          and occasion = 'profile' limit 1`,
  );
  return row !== null;
}

/** The next customers, by id, who have earned nothing by their profile yet. */
export async function listUnrewarded(
  tx: TenantTransaction,
  { after, limit }: { after: string; limit: number },
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select customers.id from customers
      where customers.tenant_id = ${tx.tenantId} and customers.id > ${after}::uuid
        and not exists (
          select from coupons
          where coupons.tenant_id = ${tx.tenantId} and coupons.customer_id = customers.id
            and coupons.occasion = 'profile')
      order by customers.id limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}

export async function findCustomerOfGuest(
  tx: TenantTransaction,
  guestId: string,
): Promise<string | null> {
  const row = await findRow(
    tx,
    sql<{ customerId: string | null }>`
      select customer_id as "customerId" from guests
      where tenant_id = ${tx.tenantId} and id = ${guestId}`,
  );
  return row?.customerId ?? null;
}

/**
 * What was given to somebody who is part of another's record by now is the other's. Held in the order
 * that tills hold them in.
 */
export function moveCustomer(
  tx: TenantTransaction,
  { goneId, keptId }: { goneId: string; keptId: string },
): Promise<void> {
  return run(
    tx,
    sql`update coupons set customer_id = ${keptId}, came_from = came_from || ${goneId}::uuid
        where tenant_id = ${tx.tenantId} and id in (
          select id from coupons where tenant_id = ${tx.tenantId} and customer_id = ${goneId}
          order by id for update)`,
  );
}

/** What came from a record that is parted again is that one's; what it came by later stays. */
export function moveCustomerBack(
  tx: TenantTransaction,
  { goneId, keptId }: { goneId: string; keptId: string },
): Promise<void> {
  return run(
    tx,
    sql`update coupons set customer_id = ${goneId}, came_from = trim_array(came_from, 1)
        where tenant_id = ${tx.tenantId} and id in (
          select id from coupons
          where tenant_id = ${tx.tenantId} and customer_id = ${keptId}
            and came_from[cardinality(came_from)] = ${goneId}::uuid
          order by id for update)`,
  );
}

/** Nothing says any more whose the coupons of forgotten guests were; they are good to their end. */
export async function eraseOwners(tx: TenantTransaction, customerId: string | null): Promise<void> {
  await run(
    tx,
    sql`update coupons set customer_id = null, came_from = '{}'
        where tenant_id = ${tx.tenantId} and customer_id is not null
          and (customer_id = ${customerId}::uuid or customer_id in (
            select guests.customer_id from guests
            join erased_guests as erased
              on erased.tenant_id = ${tx.tenantId} and erased.guest_id = guests.id
            where guests.tenant_id = ${tx.tenantId}))`,
  );
  await run(
    tx,
    sql`update coupons set guest_id = null
        where tenant_id = ${tx.tenantId} and guest_id in (
          select guest_id from erased_guests where tenant_id = ${tx.tenantId})`,
  );
}

/** Whose it was is kept as long as whose the answer was. The coupon counts for good. */
export async function purgeOwners(
  tx: TenantTransaction,
  { before, limit }: Purge,
): Promise<number> {
  const gone = await listRows(
    tx,
    sql`update coupons set guest_id = null, customer_id = null, came_from = '{}'
        where tenant_id = ${tx.tenantId} and id in (
          select id from coupons
          where tenant_id = ${tx.tenantId} and valid_until < ${before}
            and (guest_id is not null or customer_id is not null)
          limit ${limit})
        returning id`,
  );
  return gone.length;
}

export type CouponQuery = {
  kindId: string | null;
  customerId: string | null;
  state: CouponState | null;
  /** What they were given for; absent: whatever it is. */
  surveyId?: string;
};

export type CouponRow = {
  id: string;
  kindId: string;
  name: LocalText;
  offer: LocalText;
  code: string;
  occasion: Occasion;
  surveyId: string | null;
  issuedAt: Date;
  issuedBranchId: string | null;
  validUntil: Date;
  customerId: string | null;
  customerName: string | null;
  redeemedAt: Date | null;
  redeemedBranchId: string | null;
  redeemedBy: string | null;
};

function isAskedFor(tx: TenantTransaction, query: CouponQuery) {
  const { kindId, customerId, state, surveyId } = query;
  const states = {
    open: sql`and coupons.redeemed_at is null and coupons.valid_until > ${tx.now}`,
    used: sql`and coupons.redeemed_at is not null`,
    expired: sql`and coupons.redeemed_at is null and coupons.valid_until <= ${tx.now}`,
  };
  const reach = tx.branchIds;
  return sql`coupons.issued_at is not null
    and (${kindId}::uuid is null or coupons.kind_id = ${kindId}::uuid)
    and (${customerId}::uuid is null or ${ownerOf(tx)} = ${customerId}::uuid)
    ${reach === null ? sql`` : sql`and coupons.issued_branch_id = any(${reach}::uuid[])`}
    ${surveyId === undefined ? sql`` : sql`and coupons.survey_id = ${surveyId}`}
    ${state === null ? sql`` : states[state]}`;
}

/** Whose a coupon is by what is known now. */
const ownerOf = (tx: TenantTransaction) => sql`coalesce(coupons.customer_id,
  (select guests.customer_id from guests
   where guests.tenant_id = ${tx.tenantId} and guests.id = coupons.guest_id))`;

export async function countCoupons(tx: TenantTransaction, query: CouponQuery): Promise<number> {
  const row = await findRow(
    tx,
    sql<{ count: number }>`
      select count(*)::int as count from coupons
      where coupons.tenant_id = ${tx.tenantId} and ${isAskedFor(tx, query)}`,
  );
  return row?.count ?? 0;
}

/** Coupons that were given, the newest first. */
export function listCoupons(
  tx: TenantTransaction,
  {
    limit,
    after,
    ...query
  }: CouponQuery & {
    limit: number;
    after: { at: string; id: string } | null;
  },
): Promise<CouponRow[]> {
  return listRows(
    tx,
    sql<CouponRow>`
      select coupons.id, coupons.kind_id as "kindId", kinds.name, kinds.offer, coupons.code,
        coupons.occasion, coupons.survey_id as "surveyId", coupons.issued_at as "issuedAt",
        coupons.issued_branch_id as "issuedBranchId", coupons.valid_until as "validUntil",
        customers.id as "customerId", customers.name as "customerName",
        coupons.redeemed_at as "redeemedAt", coupons.redeemed_branch_id as "redeemedBranchId",
        coupons.redeemed_by as "redeemedBy"
      from coupons
      join coupon_kinds as kinds
        on kinds.tenant_id = ${tx.tenantId} and kinds.id = coupons.kind_id
      left join customers on customers.tenant_id = ${tx.tenantId} and customers.id = ${ownerOf(tx)}
      where coupons.tenant_id = ${tx.tenantId} and ${isAskedFor(tx, query)}
        and (${after?.at ?? null}::timestamptz is null
          or (coupons.issued_at, coupons.id)
            < (${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid))
      order by coupons.issued_at desc, coupons.id desc limit ${limit}`,
  );
}

/** All that a customer was ever given, the newest first. */
export function listGiven(tx: TenantTransaction, customerId: string): Promise<CouponRow[]> {
  const query = { kindId: null, customerId, state: null };
  return listCoupons(tx, { ...query, limit: GIVEN_MAX, after: null });
}
/** More than anybody is given in a life. */
const GIVEN_MAX = 10_000;

/** What a customer may still use, the newest first: for their own page. */
export function listOwn(tx: TenantTransaction, customerId: string): Promise<CouponRow[]> {
  const query = { kindId: null, customerId, state: "open" as const };
  return listCoupons(tx, { ...query, limit: 20, after: null });
}
