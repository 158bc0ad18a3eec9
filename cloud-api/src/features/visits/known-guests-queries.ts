import {
  type ConsentPurpose,
  GUEST_QUESTIONS_MAX,
  type Language,
  type MemberCode,
  type MessageChannel,
  OVERTAKING_TYPES,
} from "@foyer/contract";
import type { RawBuilder } from "kysely";
import {
  findRow,
  keepPlan,
  listRows,
  run,
  sql,
  type TenantTransaction,
} from "../../platform/db.ts";
import { toldBrandOf } from "./brand-customers-queries.ts";
import { guestColumns, type KnownGuestPlace, personColumns } from "./known-guest-column-queries.ts";

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
  /** Boxes of the branch that hold an older position are told of all anew. */
  toldSince: number;
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
  /** The brand of the branch knows them, or one of its boxes has asked for them. */
  isKnownHere: boolean;
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
  /** SHA-256 of the secrets of browsers that are theirs by the last proof, within those days. */
  tokens: { hash: string; provedOn: string }[];
  /** What they took back elsewhere than at a box, each the last time. `at` is ISO 8601. */
  takenBack: { purpose: ConsentPurpose; channel: MessageChannel | null; at: string }[];
  changedPosition: number;
};

export type KnownGuestQuestion = KnownGuestPlace & {
  since: number;
  limit: number;
  countsTenantVisits: boolean;
};

/**
 * Whose guests the branch's boxes are told of, and the position from which. `is_mixed`: since before boxes
 * held their brand's guests alone they hold those of all, and are to be told all anew.
 */
const toldBrand = (tx: TenantTransaction, branchId: string | RawBuilder<unknown>) => sql`
  told_brand as (
    select ${toldBrandOf(tx, branchId)} as id, coalesce(max(told_since), 0) as since,
      coalesce(bool_or(told_since = 0 and coming_brand_id = told_brand_id), false) as is_mixed
    from branches where tenant_id = ${tx.tenantId} and id = ${branchId}
  )`;

const brandId = sql`(select id from told_brand)`;
const isMixed = sql`(select is_mixed from told_brand)`;

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
      with ${countedAndReached(tx, question)}, ${toldBrand(tx, branchId)}, moved as (
        -- One index each: an "or" over the join would read every customer for each waiting box.
        select customers.id from customers
        left join brand_customers as known on known.tenant_id = ${tenantId}
          and known.brand_id = ${brandId} and known.customer_id = customers.id
        where customers.tenant_id = ${tenantId} and customers.changed_position > ${since}
          -- Whom nobody is to know any more is no box's to know, whichever brand's they were.
          and (known.is_known or customers.restricted_at is not null
            or (${since}::bigint > 0 and ${isMixed}))
        union
        select customer_id from brand_customers
        where tenant_id = ${tenantId} and brand_id = ${brandId} and changed_position > ${since}
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
        select ${personColumns}, coalesce(known.is_known, false) as is_known_here,
          greatest(customers.changed_position, here.changed_position, marked.changed_position,
            anywhere.changed_position, known.changed_position) as changed
        from moved
        join customers on customers.tenant_id = ${tenantId} and customers.id = moved.id
        left join brand_customers as known on known.tenant_id = ${tenantId}
          and known.brand_id = ${brandId} and known.customer_id = customers.id
        left join branch_customers as here
          on here.tenant_id = ${tenantId} and here.branch_id = ${branchId}
            and here.customer_id = customers.id
        left join customer_mark_changes as marked
          on marked.tenant_id = ${tenantId} and marked.customer_id = customers.id
        left join anywhere on anywhere.customer_id = customers.id
        where customers.tenant_id = ${tenantId}
          and (known.is_known or known.changed_position > ${since}
            or customers.restricted_at is not null or (${since}::bigint > 0 and ${isMixed}))
          and greatest(customers.changed_position, here.changed_position, marked.changed_position,
            anywhere.changed_position, known.changed_position) <= (select position from counted)
        order by changed, customers.id limit ${limit}
      )
      select counted.position, counted.replay_until as "replayUntil", ${isReplaying} as replaying,
        reached.seq as "countedSeq", keys.key, told.changed as "changedPosition",
        (select since from told_brand) as "toldSince", told.is_known_here as "isKnownHere",
        ${guestColumns(tx, question)}
      from counted cross join reached
      join branch_guest_keys as keys on keys.tenant_id = ${tenantId} and keys.branch_id = ${branchId}
      left join told on told.tenant_id = keys.tenant_id
      order by told.changed, told.id`,
  );
}

/** A branch's key, and which seq of the box's life a position has reached; null: nobody asked for its guests. */
export function findGuestPlace(
  tx: TenantTransaction,
  place: { branchId: string; boxId: string; epoch: string | null; position: number },
): Promise<{ key: string; countedSeq: number | null } | null> {
  const { branchId, boxId, epoch, position } = place;
  return findRow(
    tx,
    sql<{ key: string; countedSeq: number | null }>`
      select key, (
        select max(seq) from events
        where tenant_id = ${tx.tenantId} and box_id = ${boxId} and epoch = ${epoch}::uuid
          and position <= ${position} and type <> all(${OVERTAKING_TYPES}::text[])) as "countedSeq"
      from branch_guest_keys where tenant_id = ${tx.tenantId} and branch_id = ${branchId}`,
  );
}

export type GuestNews = {
  boxId: string;
  position: number;
  replaying: boolean;
  replayUntil: number;
  toldSince: number;
  /** Another event stands where the box says that it holds one: it was told by a log that this cloud has lost. */
  isOfOtherLog: boolean;
  /** Whether anybody changed or was forgotten since; true for some whose change is another branch's. */
  hasMoved: boolean;
};

export type GuestNewsQuestion = {
  boxId: string;
  branchId: string;
  since: number;
  /** Where it stands, and the event that it says is there. */
  held: number;
  mark: string | null;
  countsTenantVisits: boolean;
};

/**
 * Whether listKnownGuests and the list of the forgotten may have anything to tell some boxes: most of what
 * wakes a box has not, and those two are much to plan and to read. One row a box.
 */
export function listGuestNews(
  tx: TenantTransaction,
  boxes: readonly GuestNewsQuestion[],
): Promise<GuestNews[]> {
  const { tenantId } = tx;
  const since = sql`asked.since`;
  const branchId = sql`asked.branch_id`;
  // The latest first: so they are read by the index of changes. PostgreSQL takes what a box has not heard of for
  // a third of all, and would read a table from its beginning to its end to find that there is nobody.
  const moved = (table: string, condition = sql`true`) => sql`(
    select * from ${sql.table(table)}
    where tenant_id = ${tenantId} and changed_position > ${since} and ${condition}
    order by changed_position desc offset 0) as moved`;
  return listRows(
    tx,
    keepPlan(
      "guest-news",
      sql<GuestNews>`
      select asked.box_id as "boxId", news.position, news.replay_until as "replayUntil",
        news.replaying, news.told_since as "toldSince", news.has_moved as "hasMoved",
        coalesce((select events.id <> asked.mark from events
          where events.tenant_id = ${tenantId} and events.position = asked.held), false)
          as "isOfOtherLog"
      from unnest(${boxes.map(({ boxId }) => boxId)}::uuid[],
          ${boxes.map((each) => each.branchId)}::uuid[],
          ${boxes.map((each) => each.since)}::bigint[],
          ${boxes.map(({ held }) => held)}::bigint[], ${boxes.map(({ mark }) => mark)}::uuid[],
          ${boxes.map(({ countsTenantVisits }) => countsTenantVisits)}::boolean[])
        as asked (box_id, branch_id, since, held, mark, counts_tenant_visits)
      cross join lateral (
        with counted as (
          select coalesce(min(position), 0) as position,
            coalesce(max(replay_until), 0) as replay_until
          from cursors where tenant_id = ${tenantId} and feature in ('customers', 'marks', 'visits')
        ), ${toldBrand(tx, branchId)}, known as not materialized (
          select customer_id from brand_customers
          where tenant_id = ${tenantId} and brand_id = ${brandId} and is_known
        )
        select counted.position, counted.replay_until, ${isReplaying} as replaying,
          (select since from told_brand) as told_since,
          -- Two questions: an "or" in one would read the brand's whole known set for each waiting box.
          exists (select from ${moved("customers")} where moved.id in (select customer_id from known))
          or exists (select from ${moved("customers")} where moved.restricted_at is not null)
          or exists (select from ${moved("customers", isMixed)})
          or exists (select from ${moved("brand_customers", sql`brand_id = ${brandId}`)})
          or exists (select from ${moved("branch_customers", sql`branch_id = ${branchId}`)})
          or exists (select from ${moved("branch_customers", sql`asked.counts_tenant_visits`)}
            where moved.customer_id in (select customer_id from known))
          or exists (select from ${moved("customer_mark_changes")}
            where moved.customer_id in (select customer_id from known))
          or exists (select from customers
            where tenant_id = ${tenantId} and erased_position > ${since})
          or exists (select from erased_guests
            where tenant_id = ${tenantId} and branch_id = ${branchId} and position > ${since})
          as has_moved
        from counted
      ) as news`,
    ),
  );
}

/** Where a fill has come to: the guest it told of last. */
export type FillPlace = { seenAt: Date | "infinity"; customerId: string };

export type FilledGuestRow = KnownGuestRow & { seenAt: Date };

/** The brand's customers in the order in which it saw them last, the latest first, after a place of it. */
export async function listGuestsByLastSeen(
  tx: TenantTransaction,
  question: KnownGuestPlace & { after: FillPlace; limit: number },
): Promise<FilledGuestRow[]> {
  const { tenantId } = tx;
  const { branchId, after, limit } = question;
  return await listRows(
    tx,
    sql<FilledGuestRow>`
      with ${countedAndReached(tx, question)}, ${toldBrand(tx, branchId)}, told as (
        select ${personColumns}, known.seen_at
        from brand_customers as known
        join customers on customers.tenant_id = ${tenantId} and customers.id = known.customer_id
        left join branch_customers as here
          on here.tenant_id = ${tenantId} and here.branch_id = ${branchId}
            and here.customer_id = customers.id
        where known.tenant_id = ${tenantId} and known.brand_id = ${brandId} and known.is_known
          and (known.seen_at, known.customer_id)
            < (${after.seenAt}::timestamptz, ${after.customerId}::uuid)
          and ${hasProved(tx)}
        order by known.seen_at desc, known.customer_id desc limit ${limit}
      )
      select counted.position, counted.replay_until as "replayUntil", ${isReplaying} as replaying,
        reached.seq as "countedSeq", keys.key, told.seen_at as "seenAt", 0 as "changedPosition",
        (select since from told_brand) as "toldSince", true as "isKnownHere", ${guestColumns(tx, question)}
      from counted cross join reached
      join branch_guest_keys as keys on keys.tenant_id = ${tenantId} and keys.branch_id = ${branchId}
      left join told on told.tenant_id = keys.tenant_id
      order by told.seen_at desc, told.id desc`,
  );
}

// Past its end, and not only at it: an event begins each replay, so the log goes on there.
const isReplaying = sql`counted.replay_until > 0 and counted.position <= counted.replay_until`;

/** Customers whose number, address or device a box has asked for. Those of a device have proved it last. */
export async function listGuestsAskedFor(
  tx: TenantTransaction,
  question: KnownGuestPlace & {
    phones: readonly string[];
    emails: readonly string[];
    macs: readonly string[];
  },
): Promise<KnownGuestRow[]> {
  const { tenantId } = tx;
  const { branchId, phones, emails, macs } = question;
  return await listRows(
    tx,
    sql<KnownGuestRow>`
      with ${countedAndReached(tx, question)}, ${toldBrand(tx, branchId)}, wanted as (
        select customer_id from customer_identifiers
        where tenant_id = ${tenantId} and kind = 'phone' and value = any(${phones}::text[])
        union
        select customer_id from customer_identifiers
        where tenant_id = ${tenantId} and kind = 'email' and value = any(${emails}::text[])
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
        reached.seq as "countedSeq", keys.key, 0 as "changedPosition",
        (select since from told_brand) as "toldSince", true as "isKnownHere",
        ${guestColumns(tx, question)}
      from counted cross join reached
      join branch_guest_keys as keys on keys.tenant_id = ${tenantId} and keys.branch_id = ${branchId}
      left join told on told.tenant_id = keys.tenant_id
      order by told.id`,
  );
}
