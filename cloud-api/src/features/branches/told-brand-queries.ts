import { findRow, getRow, run, sql, type TenantTransaction } from "../../platform/db.ts";

/** Before every customer's id. */
const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";

/** What is next on a branch's way to the brand it was put under. */
export type BrandMove = { branchId: string } & (
  | { step: "begin" }
  | { step: "turn" }
  /** Its guests behind `after` are to be looked at; `coming`: for the brand it is on its way to. */
  | { step: "walk"; after: string; coming: string | null }
);

type MoveRow = { id: string; walkedTo: string | null; coming: string | null };

const NEXT = (tx: TenantTransaction) => sql`
  from branches where tenant_id = ${tx.tenantId}
    and (walked_to is not null or coming_brand_id is not null
      or coalesce(told_brand_id, tenant_id) <> coalesce(brand_id, tenant_id))`;

/** Its boxes are told anew and that is all: it stays with its brand. */
const STAYS = sql`(coming_brand_id is not null
  and coming_brand_id = coalesce(told_brand_id, tenant_id)
  and coming_brand_id = coalesce(brand_id, tenant_id))`;

/**
 * Of one branch after another, held to the commit: whichever is on its way already comes first, and those
 * that stay with their brand last.
 */
export async function lockBrandMove(tx: TenantTransaction): Promise<BrandMove | null> {
  const row = await findRow(
    tx,
    sql<MoveRow>`select id, walked_to as "walkedTo", coming_brand_id as coming ${NEXT(tx)}
      order by walked_to is null, ${STAYS}, coming_brand_id is null, id limit 1 for update`,
  );
  if (!row) return null;
  const { id: branchId, walkedTo, coming } = row;
  if (walkedTo !== null) return { branchId, step: "walk", after: walkedTo, coming };
  return { branchId, step: coming === null ? "begin" : "turn" };
}

/** When the next step may be taken, null: at once, and where in the log the last one stands. */
export type BrandPace = { nextAt: Date | null; steppedTo: number };

/** Of all branches together. Asked for once a move is locked: who held it before has committed by then. */
export function findBrandPace(tx: TenantTransaction): Promise<BrandPace> {
  return getRow(
    tx,
    sql<BrandPace>`
      select max(next_brand_step_at) as "nextAt", coalesce(max(brand_stepped_to), 0) as "steppedTo"
      from branches where tenant_id = ${tx.tenantId}`,
  );
}

export function noteBrandStep(
  tx: TenantTransaction,
  { branchId, nextAt, steppedTo }: BrandPace & { branchId: string },
): Promise<void> {
  return run(
    tx,
    sql`update branches set next_brand_step_at = ${nextAt}, brand_stepped_to = ${steppedTo}
        where tenant_id = ${tx.tenantId} and id = ${branchId}`,
  );
}

export async function hasBrandMoves(tx: TenantTransaction): Promise<boolean> {
  return (await findRow(tx, sql`select id ${NEXT(tx)} limit 1`)) !== null;
}

/** How far the branch's guests have been looked at; null: to the end. */
export function noteWalked(
  tx: TenantTransaction,
  { branchId, upTo }: { branchId: string; upTo: string | null },
): Promise<void> {
  return run(
    tx,
    sql`update branches set walked_to = ${upTo}::uuid
        where tenant_id = ${tx.tenantId} and id = ${branchId}`,
  );
}

/** From now on the branch's guests are those of the brand it was put under, too. */
export function beginBrandMove(tx: TenantTransaction, branchId: string): Promise<void> {
  return run(
    tx,
    sql`update branches set coming_brand_id = coalesce(brand_id, tenant_id), walked_to = ${BEFORE_ALL}
        where tenant_id = ${tx.tenantId} and id = ${branchId}
          and coming_brand_id is null and walked_to is null
          and coalesce(told_brand_id, tenant_id) <> coalesce(brand_id, tenant_id)`,
  );
}

/**
 * From now on its boxes are told of that brand's guests, and it counts for no other. Where it is the brand
 * it was of, its guests are nobody else's to forget.
 */
export function endBrandMove(
  tx: TenantTransaction,
  { branchId, position }: { branchId: string; position: number },
): Promise<void> {
  return run(
    tx,
    sql`update branches set told_brand_id = coming_brand_id, coming_brand_id = null,
          told_since = ${position}, walked_to = case
            when coalesce(told_brand_id, tenant_id) <> coming_brand_id then ${BEFORE_ALL}::uuid end
        where tenant_id = ${tx.tenantId} and id = ${branchId}
          and coming_brand_id is not null and walked_to is null`,
  );
}

/** All branches are where they were put, with nothing told on the way: what is told begins anew. */
export function finishBrandMoves(tx: TenantTransaction): Promise<void> {
  return run(
    tx,
    sql`update branches set told_brand_id = coalesce(brand_id, tenant_id), coming_brand_id = null,
          walked_to = null
        where tenant_id = ${tx.tenantId} and id in (
          select id from branches where tenant_id = ${tx.tenantId} order by id for update)`,
  );
}

/** How many boxes are told of a brand's guests; null: of any. */
export async function countBoxesTold(
  tx: TenantTransaction,
  brandId: string | null,
): Promise<number> {
  const { count } = await getRow(
    tx,
    sql<{ count: number }>`
      select count(*)::integer as count from boxes
      join branches on branches.tenant_id = ${tx.tenantId} and branches.id = boxes.branch_id
      where boxes.tenant_id = ${tx.tenantId}
        and (${brandId}::uuid is null or branches.told_brand_id = ${brandId}::uuid)`,
  );
  return count;
}
