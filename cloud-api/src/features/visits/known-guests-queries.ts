import {
  type ConsentPurpose,
  GUEST_QUESTIONS_MAX,
  KNOWN_DEVICES_MAX,
  KNOWN_EMAILS_MAX,
  KNOWN_PHONES_MAX,
  type Language,
  type MemberCode,
  OVERTAKING_TYPES,
} from "@foyer/contract";
import type { RawBuilder } from "kysely";
import { getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { spokenChannels } from "../customers/index.ts";

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
  /** Null: no number is theirs, or none any more. */
  phone: string | null;
  /** Further numbers that they verified. */
  phones: string[];
  /** Verified addresses, in lower case. */
  emails: string[];
  /** They asked that their record is kept and not used. */
  restricted: boolean;
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
  /** MM-DD. */
  birthday: string | null;
  /** Purposes that they agree to now. */
  consents: ConsentPurpose[];
  /** Those that were proved to be theirs within the days that the branch believes. */
  devices: { mac: string; randomised: boolean; provedOn: string }[];
  changedPosition: number;
};

export type KnownGuestPlace = {
  branchId: string;
  boxId: string;
  epoch: string | null;
  /** Devices proved before these are believed no more. */
  provedSince: { given: Date; randomised: Date };
};

export type KnownGuestQuestion = KnownGuestPlace & {
  since: number;
  limit: number;
  countsTenantVisits: boolean;
};

/** The position everything is counted to, and the seq of the box's life that this has reached. */
const countedAndReached = (tx: TenantTransaction, { boxId, epoch }: KnownGuestPlace) => sql`
  counted as (
    select coalesce(min(position), 0) as position,
      coalesce(max(replay_until), 0) as replay_until
    from cursors where tenant_id = ${tx.tenantId} and feature in ('customers', 'marks', 'visits')
  ), reached as (
    select max(seq) as seq from events
    where tenant_id = ${tx.tenantId} and box_id = ${boxId} and epoch = ${epoch}::uuid
      and position <= (select position from counted)
      and type <> all(${OVERTAKING_TYPES}::text[])
  )`;

/** A box finds a customer by a number, or by an address, that they verified. */
const hasProved = ({ tenantId }: TenantTransaction) => sql`
  exists (
    select 1 from customer_identifiers as proved
    where proved.tenant_id = ${tenantId} and proved.customer_id = customers.id)`;

/**
 * What a box is told of a customer, beside their row's own columns, which are `told`'s. Staff may have
 * written down another number: the box is told one that is theirs by proof.
 */
const personColumns = sql`customers.tenant_id, customers.id, customers.name,
  (select proved.value from customer_identifiers as proved
    where proved.tenant_id = customers.tenant_id and proved.customer_id = customers.id
      and proved.kind = 'phone'
    order by proved.value is distinct from customers.phone, proved.value limit 1) as phone,
  customers.language, right(customers.birthday, 5) as birthday,
  to_char(customers.last_seen_at at time zone 'UTC', 'YYYY-MM-DD') as last_seen_on,
  coalesce(here.visits, 0) as visits, customers.visits as tenant_visits,
  customers.restricted_at is not null as restricted`;

/** The marks of a customer as a box is told them. */
export const markColumns = (tx: TenantTransaction, customerId: RawBuilder<unknown>) => sql`
  -- Their own, and all that it stands in: what is for a group is for those below it.
  array(
    with recursive around as (
      select customer_marks.mark_id as id, 1 as depth from customer_marks
      where customer_marks.tenant_id = ${tx.tenantId} and customer_marks.kind = 'group'
        and customer_marks.customer_id = ${customerId}
      union all
      select marks.parent_id, around.depth + 1 from around
      join marks on marks.tenant_id = ${tx.tenantId} and marks.id = around.id
      where marks.parent_id is not null and around.depth < ${GROUPS_TOLD_MAX}::integer
    ) select around.id from around order by around.depth)::text[] as groups,
  array(select customer_marks.mark_id from customer_marks
    where customer_marks.tenant_id = ${tx.tenantId} and customer_marks.kind = 'tag'
      and customer_marks.customer_id = ${customerId}
    order by customer_marks.mark_id)::text[] as tags,
  (select customer_marks.mark_id::text from customer_marks
    where customer_marks.tenant_id = ${tx.tenantId} and customer_marks.kind = 'tier'
      and customer_marks.customer_id = ${customerId}) as tier`;

/** The columns of a KnownGuestRow that are of a customer; they are `told`. */
const guestColumns = (tx: TenantTransaction, { provedSince }: KnownGuestPlace) => sql`
  told.id as "customerId", told.phone, told.name, told.language, told.visits, told.birthday,
  told.tenant_visits as "tenantVisits", told.restricted, told.last_seen_on as "lastSeenOn",
  array(select guests.id from guests
    where guests.tenant_id = ${tx.tenantId} and guests.customer_id = told.id
    order by guests.id)::text[] as "guestIds",
  array(select proved.value from customer_identifiers as proved
    where proved.tenant_id = ${tx.tenantId} and proved.kind = 'phone'
      and proved.customer_id = told.id and proved.value <> told.phone
    order by proved.value limit ${KNOWN_PHONES_MAX}::integer)::text[] as phones,
  array(select proved.value from customer_identifiers as proved
    where proved.tenant_id = ${tx.tenantId} and proved.kind = 'email'
      and proved.customer_id = told.id
    order by proved.value limit ${KNOWN_EMAILS_MAX}::integer)::text[] as emails,
  ${markColumns(tx, sql`told.id`)},
  array(select distinct filled.field from guests
    join customer_fields as filled
      on filled.tenant_id = guests.tenant_id and filled.guest_id = guests.id
    where guests.tenant_id = ${tx.tenantId} and guests.customer_id = told.id
    order by filled.field)::text[] as "filledFields",
  (select json_build_object('id', codes.code_id, 'salt', codes.salt, 'hash', codes.hash,
      'issuedAt', to_char(codes.issued_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    from guests join member_codes as codes
      on codes.tenant_id = guests.tenant_id and codes.guest_id = guests.id
    where guests.tenant_id = ${tx.tenantId} and guests.customer_id = told.id
    order by codes.issued_at desc, codes.code_id limit 1) as "memberCode",
  array(select distinct latest.purpose from (
      select distinct on (acts.purpose, spoken.channel) acts.purpose, acts.given from guests
      join customer_consents as acts
        on acts.tenant_id = guests.tenant_id and acts.guest_id = guests.id
      cross join lateral ${spokenChannels} as spoken (channel)
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = told.id
      order by acts.purpose, spoken.channel, acts.at desc, acts.event_id desc) as latest
    where latest.given order by latest.purpose)::text[] as consents,
  coalesce((select json_agg(json_build_object('mac', proved.mac, 'randomised', proved.randomised,
      'provedOn', to_char(proved.at at time zone 'UTC', 'YYYY-MM-DD')) order by proved.at desc)
    from (
      select devices.mac, devices.randomised, max(owned.last_at) as at from guests
      join guest_devices as owned
        on owned.tenant_id = guests.tenant_id and owned.guest_id = guests.id
      join devices on devices.tenant_id = owned.tenant_id and devices.id = owned.device_id
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = told.id
        and devices.mac is not null
        and owned.last_at > case when devices.randomised then ${provedSince.randomised}::timestamptz
          else ${provedSince.given}::timestamptz end
      group by devices.mac, devices.randomised
      order by at desc limit ${KNOWN_DEVICES_MAX}) as proved), '[]'::json) as devices`;

/**
 * Customers who changed since a position, in the order of their changes. One statement, so that the
 * visit numbers and the position they are counted to are of one moment: otherwise a box would count
 * a visit twice, or not at all.
 */
export async function listKnownGuests(
  tx: TenantTransaction,
  question: KnownGuestQuestion,
): Promise<KnownGuestRow[]> {
  const { tenantId } = tx;
  const { branchId, since, limit, countsTenantVisits } = question;
  return await listRows(
    tx,
    sql<KnownGuestRow>`
      with ${countedAndReached(tx, question)}, moved as (
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
      ), told as (
        select ${personColumns},
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
          and greatest(customers.changed_position, here.changed_position, marked.changed_position,
            anywhere.changed_position) <= (select position from counted)
        order by changed, customers.id limit ${limit}
      )
      select counted.position, counted.replay_until as "replayUntil", ${isReplaying} as replaying,
        reached.seq as "countedSeq", keys.key, told.changed as "changedPosition",
        ${guestColumns(tx, question)}
      from counted cross join reached
      join branch_guest_keys as keys on keys.tenant_id = ${tenantId} and keys.branch_id = ${branchId}
      left join told on told.tenant_id = keys.tenant_id
      order by told.changed, told.id`,
  );
}

export type GuestNews = {
  position: number;
  replaying: boolean;
  replayUntil: number;
  /** Whether anybody changed or was forgotten since; true for some whose change is another branch's. */
  hasMoved: boolean;
};

/**
 * Whether listKnownGuests and the list of the forgotten may have anything to tell: most of what wakes a
 * box has not, and those two are much to plan and to read.
 */
export async function findGuestNews(
  tx: TenantTransaction,
  {
    branchId,
    since,
    countsTenantVisits,
  }: Omit<KnownGuestQuestion, keyof KnownGuestPlace | "limit"> & {
    branchId: string;
  },
): Promise<GuestNews> {
  const { tenantId } = tx;
  return await getRow(
    tx,
    sql<GuestNews>`
      with counted as (
        select coalesce(min(position), 0) as position,
          coalesce(max(replay_until), 0) as replay_until
        from cursors where tenant_id = ${tenantId} and feature in ('customers', 'marks', 'visits')
      )
      select counted.position, counted.replay_until as "replayUntil", ${isReplaying} as replaying,
        exists (select from customers
          where tenant_id = ${tenantId} and changed_position > ${since})
        or exists (select from branch_customers
          where tenant_id = ${tenantId} and branch_id = ${branchId} and changed_position > ${since})
        or exists (select from branch_customers
          where ${countsTenantVisits}::boolean and tenant_id = ${tenantId}
            and changed_position > ${since})
        or exists (select from customer_mark_changes
          where tenant_id = ${tenantId} and changed_position > ${since})
        or exists (select from customers
          where tenant_id = ${tenantId} and erased_position > ${since})
        or exists (select from erased_guests
          where tenant_id = ${tenantId} and branch_id = ${branchId} and position > ${since})
        as "hasMoved"
      from counted`,
  );
}

/** Where a fill has come to: the guest it told of last. */
export type FillPlace = { seenAt: Date | "infinity"; customerId: string };

export type FilledGuestRow = KnownGuestRow & { seenAt: Date };

/** Customers in the order in which they were seen last, the latest first, after a place of it. */
export async function listGuestsByLastSeen(
  tx: TenantTransaction,
  question: KnownGuestPlace & { after: FillPlace; limit: number },
): Promise<FilledGuestRow[]> {
  const { tenantId } = tx;
  const { branchId, after, limit } = question;
  return await listRows(
    tx,
    sql<FilledGuestRow>`
      with ${countedAndReached(tx, question)}, told as (
        select ${personColumns}, customers.last_seen_at as seen_at
        from customers
        left join branch_customers as here
          on here.tenant_id = ${tenantId} and here.branch_id = ${branchId}
            and here.customer_id = customers.id
        where customers.tenant_id = ${tenantId} and ${hasProved(tx)}
          and (customers.last_seen_at, customers.id)
            < (${after.seenAt}::timestamptz, ${after.customerId}::uuid)
        order by customers.last_seen_at desc, customers.id desc limit ${limit}
      )
      select counted.position, counted.replay_until as "replayUntil", ${isReplaying} as replaying,
        reached.seq as "countedSeq", keys.key, told.seen_at as "seenAt", 0 as "changedPosition",
        ${guestColumns(tx, question)}
      from counted cross join reached
      join branch_guest_keys as keys on keys.tenant_id = ${tenantId} and keys.branch_id = ${branchId}
      left join told on told.tenant_id = keys.tenant_id
      order by told.seen_at desc, told.id desc`,
  );
}

// Past its end, and not only at it: an event begins each replay, so the log goes on there.
const isReplaying = sql`counted.replay_until > 0 and counted.position <= counted.replay_until`;

/** Customers whose number or device a box has asked for. Those of a device have proved it last. */
export async function listGuestsAskedFor(
  tx: TenantTransaction,
  question: KnownGuestPlace & { phones: readonly string[]; macs: readonly string[] },
): Promise<KnownGuestRow[]> {
  const { tenantId } = tx;
  const { branchId, phones, macs } = question;
  return await listRows(
    tx,
    sql<KnownGuestRow>`
      with ${countedAndReached(tx, question)}, wanted as (
        select customer_id from customer_identifiers
        where tenant_id = ${tenantId} and kind = 'phone' and value = any(${phones}::text[])
        union
        select guests.customer_id from devices
        join guest_devices as owned
          on owned.tenant_id = devices.tenant_id and owned.device_id = devices.id
        join guests on guests.tenant_id = owned.tenant_id and guests.id = owned.guest_id
        where devices.tenant_id = ${tenantId} and devices.mac = any(${macs}::text[])
          and guests.customer_id is not null
      ), told as (
        select ${personColumns}
        from wanted
        join customers on customers.tenant_id = ${tenantId} and customers.id = wanted.customer_id
        left join branch_customers as here
          on here.tenant_id = ${tenantId} and here.branch_id = ${branchId}
            and here.customer_id = customers.id
        where customers.tenant_id = ${tenantId} and ${hasProved(tx)}
        order by customers.last_seen_at desc, customers.id desc limit ${GUEST_QUESTIONS_MAX}
      )
      select counted.position, counted.replay_until as "replayUntil", ${isReplaying} as replaying,
        reached.seq as "countedSeq", keys.key, 0 as "changedPosition", ${guestColumns(tx, question)}
      from counted cross join reached
      join branch_guest_keys as keys on keys.tenant_id = ${tenantId} and keys.branch_id = ${branchId}
      left join told on told.tenant_id = keys.tenant_id
      order by told.id`,
  );
}
