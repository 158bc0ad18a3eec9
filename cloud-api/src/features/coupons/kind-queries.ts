import type { LocalText } from "@foyer/contract";
import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import { listNamesBy } from "../../platform/record-names.ts";

export type KindRow = {
  id: string;
  name: LocalText;
  offer: LocalText;
  terms: LocalText | null;
  validDays: number;
  branchIds: string[];
  madeAt: Date;
  archivedAt: Date | null;
  surveyIds: string[];
  profileCompleteness: number | null;
  issued: number;
  redeemed: number;
};

/** Every kind, or one by its id; those that are given first, the newest at the top. */
export function listKinds(tx: TenantTransaction, id: string | null): Promise<KindRow[]> {
  return listRows(
    tx,
    sql<KindRow>`
      select kinds.id, kinds.name, kinds.offer, kinds.terms, kinds.valid_days as "validDays",
        kinds.branch_ids::text[] as "branchIds", kinds.made_at as "madeAt",
        kinds.archived_at as "archivedAt",
        array(select rewards.survey_id from coupon_rewards as rewards
          where rewards.tenant_id = ${tx.tenantId} and rewards.kind_id = kinds.id
            and rewards.occasion = 'survey' order by rewards.survey_id) as "surveyIds",
        (select rewards.completeness::int from coupon_rewards as rewards
          where rewards.tenant_id = ${tx.tenantId} and rewards.kind_id = kinds.id
            and rewards.occasion = 'profile') as "profileCompleteness",
        given.issued, given.redeemed
      from coupon_kinds as kinds
      cross join lateral (
        select count(*) filter (where issued_at is not null)::int as issued,
          count(*) filter (where redeemed_at is not null)::int as redeemed
        from coupons where coupons.tenant_id = ${tx.tenantId} and coupons.kind_id = kinds.id
      ) as given
      where kinds.tenant_id = ${tx.tenantId} and (${id}::uuid is null or kinds.id = ${id}::uuid)
      order by kinds.archived_at is not null, kinds.made_at desc, kinds.id desc`,
  );
}

export type KindWords = Pick<
  KindRow,
  "id" | "name" | "offer" | "terms" | "validDays" | "branchIds"
>;

/** Kinds as they are given and redeemed: the words and the terms, by id. */
export async function listKindWords(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KindWords & { archivedAt: Date | null }>> {
  const rows = await listRows(
    tx,
    sql<KindWords & { archivedAt: Date | null }>`
      select id, name, offer, terms, valid_days as "validDays",
        branch_ids::text[] as "branchIds", archived_at as "archivedAt"
      from coupon_kinds where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])`,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

export function insertKind(tx: TenantTransaction, kind: KindWords): Promise<void> {
  return run(
    tx,
    sql`insert into coupon_kinds (tenant_id, id, name, offer, terms, valid_days, branch_ids, made_at)
        values (${tx.tenantId}, ${kind.id}, ${toJson(kind.name)}::jsonb,
          ${toJson(kind.offer)}::jsonb, ${kind.terms && toJson(kind.terms)}::jsonb,
          ${kind.validDays}, ${kind.branchIds}::uuid[], ${tx.now})`,
  );
}

export function updateKind(tx: TenantTransaction, kind: KindWords): Promise<void> {
  return run(
    tx,
    sql`update coupon_kinds set name = ${toJson(kind.name)}::jsonb,
          offer = ${toJson(kind.offer)}::jsonb,
          terms = ${kind.terms && toJson(kind.terms)}::jsonb,
          valid_days = ${kind.validDays}, branch_ids = ${kind.branchIds}::uuid[]
        where tenant_id = ${tx.tenantId} and id = ${kind.id}`,
  );
}

/** False where it has ended before, or never was. Nothing gives it any more. */
export async function endKind(tx: TenantTransaction, id: string): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`update coupon_kinds set archived_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${id} and archived_at is null returning id`,
  );
  if (row === null) return false;
  await run(
    tx,
    sql`delete from coupon_rewards where tenant_id = ${tx.tenantId} and kind_id = ${id}`,
  );
  return true;
}

export type Reward =
  | { occasion: "survey"; surveyId: string; completeness: null }
  | { occasion: "profile"; surveyId: ""; completeness: number };

/** What a kind is given for, and nothing else. Gives those that another kind is given for already. */
export async function replaceRewards(
  tx: TenantTransaction,
  kindId: string,
  rewards: readonly Reward[],
): Promise<Reward[]> {
  await run(
    tx,
    sql`delete from coupon_rewards where tenant_id = ${tx.tenantId} and kind_id = ${kindId}`,
  );
  const taken: Reward[] = [];
  for (const reward of rewards) {
    const row = await findRow(
      tx,
      sql`insert into coupon_rewards (tenant_id, occasion, survey_id, kind_id, completeness)
          values (${tx.tenantId}, ${reward.occasion}, ${reward.surveyId}, ${kindId},
            ${reward.completeness})
          on conflict (tenant_id, occasion, survey_id) do nothing returning kind_id`,
    );
    if (row === null) taken.push(reward);
  }
  return taken;
}

export type RewardRow = Reward & { kindId: string };

export function listRewards(tx: TenantTransaction): Promise<RewardRow[]> {
  return listRows(
    tx,
    sql<RewardRow>`
      select occasion, survey_id as "surveyId", kind_id as "kindId",
        completeness::int as completeness
      from coupon_rewards where tenant_id = ${tx.tenantId} order by occasion, survey_id`,
  );
}

/** What they are called, by id. */
export const nameKinds = listNamesBy(
  (tx, ids) => sql`
    select id, coalesce(name ->> 'vi', name ->> 'en', name ->> 'fa') as name from coupon_kinds
    where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])`,
);
