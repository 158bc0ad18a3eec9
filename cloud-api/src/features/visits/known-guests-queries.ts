import {
  KNOWN_EMAILS_MAX,
  type Language,
  type MemberCode,
  OVERTAKING_TYPES,
} from "@foyer/contract";
import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";

/** As many as a box takes in of one guest (KnownGuest.groups): the nearest. */
const GROUPS_TOLD_MAX = 50;

/** Keeps the branch's key, unless it has one. */
export async function keepGuestKey(
  tx: TenantTransaction,
  { branchId, key }: { branchId: string; key: string },
): Promise<void> {
  await run(
    tx,
    sql`insert into branch_guest_keys (tenant_id, branch_id, key)
        values (${tx.tenantId}, ${branchId}, ${key})
        on conflict (tenant_id, branch_id) do nothing`,
  );
}

export type KnownGuestRow = {
  /** The position all visits are counted to. */
  position: number;
  /** True while customers, marks or visits read the log again: what they hold is not whole. */
  replaying: boolean;
  /** Where their last replay ended; 0 without any. */
  replayUntil: number;
  /** The seq of the box's life that this position has reached; null before any. */
  countedSeq: number | null;
  key: string;
  /** Null in the one row that says there is no guest to tell of. */
  customerId: string | null;
  /** Null: they have verified addresses alone. */
  phone: string | null;
  /** Verified addresses, in lower case. */
  emails: string[];
  name: string | null;
  language: Language | null;
  guestIds: string[];
  visits: number;
  tenantVisits: number;
  groups: string[];
  tags: string[];
  tier: string | null;
  filledFields: string[];
  /** Null: they were given none. `issuedAt` is ISO 8601. */
  memberCode: MemberCode | null;
  /** YYYY-MM-DD. */
  lastSeenOn: string;
  changedPosition: number;
};

export type KnownGuestQuestion = {
  branchId: string;
  boxId: string;
  epoch: string | null;
  since: number;
  limit: number;
  countsTenantVisits: boolean;
};

/**
 * Customers who changed since a position, in the order of their changes. One statement, so that the
 * visit numbers and the position they are counted to are of one moment: otherwise a box would count
 * a visit twice, or not at all.
 */
export async function listKnownGuests(
  tx: TenantTransaction,
  { branchId, boxId, epoch, since, limit, countsTenantVisits }: KnownGuestQuestion,
): Promise<KnownGuestRow[]> {
  const { tenantId } = tx;
  return await listRows(
    tx,
    sql<KnownGuestRow>`
      with counted as (
        select coalesce(min(position), 0) as position,
          coalesce(bool_or(position < replay_until), false) as replaying,
          coalesce(max(replay_until), 0) as replay_until
        from cursors where tenant_id = ${tenantId} and feature in ('customers', 'marks', 'visits')
      ), reached as (
        select max(seq) as seq from events
        where tenant_id = ${tenantId} and box_id = ${boxId} and epoch = ${epoch}::uuid
          and position <= (select position from counted)
          and type <> all(${OVERTAKING_TYPES}::text[])
      ), moved as (
        -- One index each: an "or" over the join would read every customer for each waiting box.
        select id from customers
        where tenant_id = ${tenantId} and changed_position > ${since}
        union
        select customer_id from branch_customers
        where tenant_id = ${tenantId} and branch_id = ${branchId} and changed_position > ${since}
        union
        select customer_id from branch_customers
        where ${countsTenantVisits}::boolean and tenant_id = ${tenantId}
          and changed_position > ${since}
        union
        select customer_id from customer_mark_changes
        where tenant_id = ${tenantId} and changed_position > ${since}
      ), anywhere as (
        select branch_customers.customer_id,
          max(branch_customers.changed_position) as changed_position
        from moved
        join branch_customers on branch_customers.tenant_id = ${tenantId}
          and branch_customers.customer_id = moved.id
        where ${countsTenantVisits}::boolean
        group by branch_customers.customer_id
      ), changed as (
        select customers.tenant_id, customers.id, customers.phone, customers.name, customers.language,
          to_char(customers.last_seen_at at time zone 'UTC', 'YYYY-MM-DD') as last_seen_on,
          coalesce(here.visits, 0) as visits, customers.visits as tenant_visits,
          greatest(customers.changed_position, here.changed_position, marked.changed_position,
            anywhere.changed_position) as changed
        from moved
        join customers on customers.tenant_id = ${tenantId} and customers.id = moved.id
        left join branch_customers as here
          on here.tenant_id = ${tenantId} and here.branch_id = ${branchId}
            and here.customer_id = customers.id
        left join customer_mark_changes as marked
          on marked.tenant_id = ${tenantId} and marked.customer_id = customers.id
        left join anywhere on anywhere.customer_id = customers.id
        where customers.tenant_id = ${tenantId}
          and (customers.phone is not null or exists (
            select 1 from customer_identifiers as proved
            where proved.tenant_id = ${tenantId} and proved.kind = 'email'
              and proved.customer_id = customers.id))
          and greatest(customers.changed_position, here.changed_position, marked.changed_position,
            anywhere.changed_position) <= (select position from counted)
        order by changed, customers.id limit ${limit}
      )
      select counted.position, counted.replay_until as "replayUntil",
        -- Past its end, and not only at it: an event begins each replay, so the log goes on there.
        counted.replay_until > 0 and counted.position <= counted.replay_until as replaying,
        reached.seq as "countedSeq", keys.key,
        changed.id as "customerId", changed.phone, changed.name, changed.language, changed.visits,
        changed.tenant_visits as "tenantVisits", changed.last_seen_on as "lastSeenOn",
        changed.changed as "changedPosition",
        array(select proved.value from customer_identifiers as proved
          where proved.tenant_id = ${tenantId} and proved.kind = 'email'
            and proved.customer_id = changed.id
          order by proved.value limit ${KNOWN_EMAILS_MAX}::integer)::text[] as emails,
        array(select guests.id from guests
          where guests.tenant_id = ${tenantId} and guests.customer_id = changed.id
          order by guests.id)::text[] as "guestIds",
        -- Their own, and all that it stands in: what is for a group is for those below it.
        array(
          with recursive around as (
            select customer_marks.mark_id as id, 1 as depth from customer_marks
            where customer_marks.tenant_id = ${tenantId} and customer_marks.kind = 'group'
              and customer_marks.customer_id = changed.id
            union all
            select marks.parent_id, around.depth + 1 from around
            join marks on marks.tenant_id = ${tenantId} and marks.id = around.id
            where marks.parent_id is not null and around.depth < ${GROUPS_TOLD_MAX}::integer
          ) select around.id from around order by around.depth)::text[] as groups,
        array(select customer_marks.mark_id from customer_marks
          where customer_marks.tenant_id = ${tenantId} and customer_marks.kind = 'tag'
            and customer_marks.customer_id = changed.id
          order by customer_marks.mark_id)::text[] as tags,
        (select customer_marks.mark_id::text from customer_marks
          where customer_marks.tenant_id = ${tenantId} and customer_marks.kind = 'tier'
            and customer_marks.customer_id = changed.id) as tier,
        array(select distinct told.field from guests
          join customer_fields as told
            on told.tenant_id = guests.tenant_id and told.guest_id = guests.id
          where guests.tenant_id = ${tenantId} and guests.customer_id = changed.id
          order by told.field)::text[] as "filledFields",
        (select json_build_object('id', codes.code_id, 'salt', codes.salt, 'hash', codes.hash,
            'issuedAt', to_char(codes.issued_at at time zone 'UTC',
              'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
          from guests join member_codes as codes
            on codes.tenant_id = guests.tenant_id and codes.guest_id = guests.id
          where guests.tenant_id = ${tenantId} and guests.customer_id = changed.id
          order by codes.issued_at desc, codes.code_id limit 1) as "memberCode"
      from counted cross join reached
      join branch_guest_keys as keys on keys.tenant_id = ${tenantId} and keys.branch_id = ${branchId}
      left join changed on changed.tenant_id = keys.tenant_id
      order by changed.changed, changed.id`,
  );
}
