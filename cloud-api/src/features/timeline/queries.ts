import type { LocalText } from "@foyer/contract";
import type { RawBuilder } from "kysely";
import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { MomentKind } from "./rules.ts";

export type MarkMoment = {
  eventId: string;
  customerId: string;
  at: Date;
  what: "group" | "tier" | "tagged" | "untagged";
  markId: string | null;
  /** Null: a rule did it. */
  staffId: string | null;
};

/** One that is told twice is one. */
export function keepMarkMoment(tx: TenantTransaction, moment: MarkMoment): Promise<void> {
  const { eventId, customerId, at, what, markId, staffId } = moment;
  return run(
    tx,
    sql`insert into mark_moments (tenant_id, event_id, customer_id, at, what, mark_id, staff_id)
        values (${tx.tenantId}, ${eventId}, ${customerId}, ${at}, ${what}, ${markId}, ${staffId})
        on conflict (tenant_id, event_id) do nothing`,
  );
}

export function forgetMarkMoments(tx: TenantTransaction): Promise<void> {
  return run(tx, sql`delete from mark_moments where tenant_id = ${tx.tenantId}`);
}

export async function hasCustomer(tx: TenantTransaction, id: string): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select id from customers where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
  return row !== null;
}

export type MomentRow = {
  kind: MomentKind;
  id: string;
  at: Date;
  endedAt: Date | null;
  branchId: string | null;
  branchName: string | null;
  staffId: string | null;
  /** By kind: what exactly it was. */
  what: string | null;
  /** Fields that were told, or the mark. */
  names: string[];
  given: boolean | null;
  /** What kind of sale an answer is about, or the one that a case is of. */
  saleType: LocalText | null;
};

export type MomentQuestion = {
  customerId: string;
  kinds: readonly MomentKind[];
  after: { at: string; id: string } | null;
  limit: number;
};

type Source = {
  /** An expression for each column, in this order. */
  id: RawBuilder<unknown>;
  at: RawBuilder<unknown>;
  endedAt?: RawBuilder<unknown>;
  branchId?: RawBuilder<unknown>;
  staffId?: RawBuilder<unknown>;
  what: RawBuilder<unknown>;
  names?: RawBuilder<unknown>;
  given?: RawBuilder<unknown>;
  saleTypeId?: RawBuilder<unknown>;
  from: RawBuilder<unknown>;
  groupBy?: RawBuilder<unknown>;
};

/**
 * Everything of a customer, the newest first. Each kind gives as much as a page holds from an index of
 * its own; the page is the newest of them all.
 */
export function listMoments(
  tx: TenantTransaction,
  { customerId, kinds, after, limit }: MomentQuestion,
): Promise<MomentRow[]> {
  const { tenantId } = tx;
  const sources = describeSources(tenantId);
  const parts = kinds.map((kind) => {
    const source = sources[kind];
    const place = after
      ? sql`and (${source.at}, ${source.id}) < (${after.at}::timestamptz, ${after.id}::uuid)`
      : sql``;
    return sql`(select ${kind}::text as kind, ${source.id} as id, ${source.at} as at,
        ${source.endedAt ?? sql`null`}::timestamptz as ended_at,
        ${source.branchId ?? sql`null`}::uuid as branch_id,
        ${source.staffId ?? sql`null`}::uuid as staff_id,
        ${source.what}::text as what, ${source.names ?? sql`'{}'`}::text[] as names,
        ${source.given ?? sql`null`}::boolean as given,
        ${source.saleTypeId ?? sql`null`}::text as sale_type_id
      from ${source.from} ${place} ${source.groupBy ?? sql``}
      order by at desc, id desc limit ${limit})`;
  });
  return listRows(
    tx,
    sql<MomentRow>`
      with recursive mine as (
        select ${customerId}::uuid as id
        union
        select customers.id from mine
        join customers on customers.tenant_id = ${tenantId} and customers.merged_into = mine.id
      ), own as (
        select id from guests where tenant_id = ${tenantId} and customer_id = ${customerId}
      )
      select told.kind, told.id, told.at, told.ended_at as "endedAt", told.branch_id as "branchId",
        branches.name as "branchName", told.staff_id as "staffId", told.what, told.names, told.given,
        sale_types.name as "saleType"
      from (${sql.join(parts, sql` union all `)}) as told
      left join branches on branches.tenant_id = ${tenantId} and branches.id = told.branch_id
      left join sale_types on sale_types.tenant_id = ${tenantId}
        and sale_types.id = told.sale_type_id
      order by told.at desc, told.id desc limit ${limit}`,
  );
}

function describeSources(tenantId: string): Record<MomentKind, Source> {
  const moments = (event: string) =>
    sql`own join guest_moments as told on told.tenant_id = ${tenantId} and told.guest_id = own.id
      and told.event = ${event} where true`;
  const moment = {
    ...{ id: sql`told.event_id`, at: sql`told.occurred_at`, branchId: sql`told.branch_id` },
    what: sql`told.detail`,
  };
  return {
    visit: {
      ...{ id: sql`visits.id`, at: sql`visits.started_at`, endedAt: sql`visits.ended_at` },
      ...{ branchId: sql`visits.branch_id`, what: sql`visits.source` },
      from: sql`own join visits on visits.tenant_id = ${tenantId} and visits.guest_id = own.id
        where true`,
    },
    "sign-in": { ...moment, from: moments("guest.connected") },
    survey: {
      ...moment,
      saleTypeId: sql`(select answers.sale_type_id from survey_answers as answers
        where answers.tenant_id = ${tenantId} and answers.event_id = told.event_id)`,
      from: moments("survey.answered"),
    },
    case: {
      ...{ id: sql`told.id`, at: sql`told.at`, branchId: sql`told.branch_id` },
      ...{ staffId: sql`told.staff_id`, what: sql`told.what` },
      names: sql`array_remove(array[told.name], null)`,
      saleTypeId: sql`answers.sale_type_id`,
      from: sql`own join survey_answers as answers on answers.tenant_id = ${tenantId}
        and answers.guest_id = own.id
        join (
          select id as case_id, id, branch_id, raised_at as at, null::uuid as staff_id,
            'raised' as what, null::text as name
          from cases where tenant_id = ${tenantId}
          union all
          select id, id, branch_id, closed_at, owner_id, 'closed', null from cases
          where tenant_id = ${tenantId} and closed_at is not null
          union all
          select done.case_id, done.id, done.branch_id, done.done_at, done.done_by, 'done',
            named.name
          from case_actions as done
          join make_good_actions as named on named.tenant_id = ${tenantId}
            and named.id = done.action_id
          where done.tenant_id = ${tenantId}
        ) as told on told.case_id = answers.id where true`,
    },
    details: {
      ...{ id: sql`told.event_id`, at: sql`told.given_at`, branchId: sql`told.branch_id` },
      ...{ staffId: sql`told.staff_id`, what: sql`told.given_by` },
      names: sql`array_agg(told.field order by told.field)`,
      from: sql`own join customer_fields as told on told.tenant_id = ${tenantId}
        and told.guest_id = own.id where told.merge_id is null`,
      groupBy: sql`group by told.event_id, told.given_at, told.branch_id, told.staff_id,
        told.given_by`,
    },
    consent: {
      ...{ id: sql`acts.event_id`, at: sql`acts.at`, branchId: sql`acts.branch_id` },
      ...{ what: sql`acts.purpose`, given: sql`acts.given` },
      names: sql`array_remove(array[acts.channel], null)`,
      from: sql`own join customer_consents as acts on acts.tenant_id = ${tenantId}
        and acts.guest_id = own.id where true`,
    },
    mark: {
      ...{ id: sql`told.event_id`, at: sql`told.at`, staffId: sql`told.staff_id` },
      ...{ what: sql`told.what`, names: sql`array_remove(array[marks.name], null)` },
      given: sql`told.staff_id is not null`,
      from: sql`mine join mark_moments as told on told.tenant_id = ${tenantId}
        and told.customer_id = mine.id
        left join marks on marks.tenant_id = ${tenantId} and marks.id = told.mark_id where true`,
    },
    merge: {
      ...{ id: sql`told.id`, at: sql`told.at`, staffId: sql`told.staff_id`, what: sql`told.what` },
      from: sql`(
        select id, merged_at as at, staff_id, 'merged' as what from customer_merges
        where tenant_id = ${tenantId} and kept_id in (select id from mine)
          and merged_at is not null
        union all
        select id, parted_at, parted_by, 'parted' from customer_merges
        where tenant_id = ${tenantId} and parted_at is not null
          and (kept_id in (select id from mine) or gone_id in (select id from mine))
        ) as told where true`,
    },
    "wifi-key": {
      ...{ id: sql`told.id`, at: sql`told.at`, branchId: sql`held.branch_id` },
      ...{ staffId: sql`case when told.what = 'staff' then asked.staff_id end` },
      what: sql`told.what`,
      from: sql`own join member_keys as held on held.tenant_id = ${tenantId}
          and held.guest_id = own.id
        left join lateral (
          select staff_id from member_key_orders as orders
          where orders.tenant_id = ${tenantId} and orders.key_id = held.id
          order by orders.ordered_at desc limit 1
        ) as asked on true
        cross join lateral (values (held.id, held.issued_at, 'issued'),
          (held.end_event_id, held.ended_at, coalesce(held.ended_by, 'ended'))
        ) as told (id, at, what) where told.at is not null`,
    },
    request: {
      ...{ id: sql`asked.id`, at: sql`asked.asked_at`, branchId: sql`asked.branch_id` },
      ...{ staffId: sql`asked.noted_by`, endedAt: sql`asked.finished_at`, what: sql`asked.kind` },
      from: sql`mine join guest_requests as asked on asked.tenant_id = ${tenantId}
        and asked.customer_id = mine.id where true`,
    },
  };
}
