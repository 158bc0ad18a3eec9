import { writePlainArray } from "../../platform/columns.ts";
import { findRow, getRow, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { listNamesBy } from "../../platform/record-names.ts";

export type GuestWord = {
  guestId: string;
  branchId: string;
  at: Date;
  /** Present when the guest told about themselves; null where the branch has no terms. */
  termsVersion?: number | null;
  /** True when the guest proved an identifier. */
  verified?: boolean;
};

/** Keeps that a guest was heard of; late words widen what is known. Gives whose record they have. */
export async function noteGuest(
  tx: TenantTransaction,
  { guestId, branchId, at, termsVersion, verified = false }: GuestWord,
): Promise<{ customerId: string | null }> {
  const registeredAt = termsVersion === undefined ? null : at;
  const verifiedAt = verified ? at : null;
  return await getRow(
    tx,
    sql<{ customerId: string | null }>`
      insert into guests (tenant_id, id, branch_id, first_seen_at, registered_at, terms_version,
        verified_at, last_verified_at)
      values (${tx.tenantId}, ${guestId}, ${branchId}, ${at}, ${registeredAt},
        ${termsVersion ?? null}, ${verifiedAt}, ${verifiedAt})
      on conflict (tenant_id, id) do update set
        first_seen_at = least(guests.first_seen_at, excluded.first_seen_at),
        terms_version = case
          when guests.registered_at is null or excluded.registered_at < guests.registered_at
          then coalesce(excluded.terms_version, guests.terms_version)
          else guests.terms_version end,
        registered_at = least(guests.registered_at, excluded.registered_at),
        verified_at = least(guests.verified_at, excluded.verified_at),
        last_verified_at = greatest(guests.last_verified_at, excluded.last_verified_at)
      returning customer_id as "customerId"`,
  );
}

export async function findCustomerByPhone(
  tx: TenantTransaction,
  phone: string,
): Promise<{ customerId: string } | null> {
  return await findRow(
    tx,
    sql<{ customerId: string }>`
      select customer_id as "customerId" from customer_identifiers
      where tenant_id = ${tx.tenantId} and kind = 'phone' and value = ${phone}`,
  );
}

export type NewCustomer = { id: string; branchId: string; at: Date; position: number };

export async function insertCustomer(tx: TenantTransaction, customer: NewCustomer): Promise<void> {
  const { id, branchId, at, position } = customer;
  await run(
    tx,
    sql`insert into customers (tenant_id, id, source_branch_id, source_at, first_seen_at,
          last_seen_at, changed_position)
        values (${tx.tenantId}, ${id}, ${branchId}, ${at}, ${at}, ${at}, ${position})
        on conflict (tenant_id, id) do nothing`,
  );
}

/** False when somebody else has the number already. */
export async function claimPhone(
  tx: TenantTransaction,
  { phone, customerId }: { phone: string; customerId: string },
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`insert into customer_identifiers (tenant_id, kind, value, customer_id)
        values (${tx.tenantId}, 'phone', ${phone}, ${customerId})
        on conflict (tenant_id, kind, value) do nothing returning value`,
  );
  return row !== null;
}

/** Undoes insertCustomer for one who turned out to exist. */
export async function deleteCustomer(tx: TenantTransaction, id: string): Promise<void> {
  await run(tx, sql`delete from customers where tenant_id = ${tx.tenantId} and id = ${id}`);
}

/** The newest verification says whose guest this is. Gives the customer they were before. */
export async function linkGuest(
  tx: TenantTransaction,
  { guestId, customerId, at }: { guestId: string; customerId: string; at: Date },
): Promise<void> {
  await run(
    tx,
    sql`update guests set customer_id = ${customerId}
        where tenant_id = ${tx.tenantId} and id = ${guestId} and last_verified_at <= ${at}`,
  );
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

export type ToldFields = {
  eventId: string;
  guestId: string;
  branchId: string;
  at: Date;
  termsVersion: number | null;
  fields: readonly { field: string; value: string }[];
};

export async function insertFields(tx: TenantTransaction, told: ToldFields): Promise<void> {
  if (told.fields.length === 0) return;
  await run(
    tx,
    sql`insert into customer_fields (tenant_id, event_id, field, guest_id, value, given_by,
          given_at, branch_id, terms_version)
        select ${tx.tenantId}, ${told.eventId}, told.field, ${told.guestId}, told.value, 'guest',
          ${told.at}, ${told.branchId}, ${told.termsVersion}
        from unnest(${told.fields.map(({ field }) => field)}::text[],
          ${told.fields.map(({ value }) => value)}::text[]) as told (field, value)
        on conflict (tenant_id, event_id, field) do nothing returning field`,
  );
}

export type CustomerSummary = {
  name: string | null;
  email: string | null;
  phone: string | null;
  /** The last word on each field that has any. */
  told: Record<string, string>;
  /** Numbers and addresses that are theirs by proof. */
  proved: { kind: "phone" | "email"; value: string }[];
};

/**
 * Works a customer's record out anew from what was told: the last word on each field counts, an empty
 * one takes it away, and the branch of the first verification is where they joined.
 */
export async function refreshCustomer(
  tx: TenantTransaction,
  { customerId, position }: { customerId: string; position: number },
): Promise<CustomerSummary | null> {
  const { tenantId } = tx;
  return await findRow(
    tx,
    sql<CustomerSummary>`
      with own as (
        select id, branch_id, verified_at, first_seen_at from guests
        where tenant_id = ${tenantId} and customer_id = ${customerId}
      ), said as (
        select distinct on (told.field) told.field, told.value
        from customer_fields as told join own on own.id = told.guest_id
        where told.tenant_id = ${tenantId}
        order by told.field, told.given_at desc, told.event_id desc
      ), latest as (
        select field, value from said where value <> ''
      ), joined as (
        select branch_id, verified_at from own where verified_at is not null
        order by verified_at, id limit 1
      ), seen as (
        select min(first_seen_at) as at from own
      )
      update customers set
        name = (select value from latest where field = 'name'),
        -- One that passed to somebody else is theirs no more; one that nobody proved is as it was told.
        phone = (select latest.value from latest
          left join customer_identifiers as owned on owned.tenant_id = ${tenantId}
            and owned.kind = 'phone' and owned.value = latest.value
          where latest.field = 'phone'
            and coalesce(owned.customer_id, ${customerId}::uuid) = ${customerId}::uuid),
        email = (select value from latest where field = 'email'),
        birthday = (select value from latest where field = 'birthday'),
        language = (select value from latest where field = 'language'),
        kind = coalesce((select value from latest where field = 'kind'), 'person'),
        source_branch_id = coalesce((select branch_id from joined), source_branch_id),
        source_at = coalesce((select verified_at from joined), source_at),
        first_seen_at = coalesce((select at from seen), first_seen_at),
        last_seen_at = coalesce(last_visit_at, (select verified_at from joined), source_at),
        changed_position = greatest(changed_position, ${position}::bigint)
      where tenant_id = ${tenantId} and id = ${customerId}
      returning name, email, phone,
        coalesce((select json_object_agg(field, value) from latest), '{}'::json) as told,
        coalesce((select json_agg(json_build_object('kind', held.kind, 'value', held.value)
            order by held.kind, held.value)
          from customer_identifiers as held
          where held.tenant_id = ${tenantId} and held.customer_id = ${customerId}), '[]'::json)
          as proved`,
  );
}

/** Puts a customer's search words in the place of those before; unchanged ones are left alone. */
export async function replaceWords(
  tx: TenantTransaction,
  { customerId, words }: { customerId: string; words: readonly string[] },
): Promise<void> {
  await run(
    tx,
    sql`delete from customer_words where tenant_id = ${tx.tenantId}
          and customer_id = ${customerId} and word <> all(${words}::text[])`,
  );
  await run(
    tx,
    sql`insert into customer_words (tenant_id, word, customer_id)
        select ${tx.tenantId}, said.word, ${customerId} from unnest(${words}::text[]) as said (word)
        on conflict (tenant_id, word, customer_id) do nothing returning word`,
  );
}

export type CustomerVisits = {
  customerId: string;
  visits: number;
  lastVisitAt: Date | null;
};

/** Puts down how often customers came, and when they were here last. */
export async function updateVisits(
  tx: TenantTransaction,
  counted: readonly CustomerVisits[],
): Promise<void> {
  const ids = writePlainArray(counted.map(({ customerId }) => customerId));
  const visits = writePlainArray(counted.map((each) => each.visits));
  const times = writePlainArray(
    counted.map(({ lastVisitAt }) => lastVisitAt?.toISOString() ?? null),
  );
  await run(
    tx,
    // Held in one order first: an update takes rows as it finds them.
    sql`with held as materialized (
          select id from customers
          where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])
          order by id for no key update
        )
        update customers set visits = counted.visits, last_visit_at = counted.last_visit_at,
          last_seen_at = coalesce(counted.last_visit_at, source_at)
        from unnest(${ids}::uuid[], ${visits}::integer[], ${times}::timestamptz[])
          as counted (id, visits, last_visit_at)
        join held on held.id = counted.id
        where customers.tenant_id = ${tx.tenantId} and customers.id = held.id`,
  );
}

/** What boxes are told of a guest's customer has changed. */
export async function noteChange(
  tx: TenantTransaction,
  { guestId, position }: { guestId: string; position: number },
): Promise<void> {
  await run(
    tx,
    sql`update customers set changed_position = greatest(changed_position, ${position}::bigint)
        where tenant_id = ${tx.tenantId} and id = (
          select customer_id from guests where tenant_id = ${tx.tenantId} and id = ${guestId})`,
  );
}

/** A guest whom a box recognised as a customer is theirs, unless they have proved to be somebody else's. */
export async function adoptGuest(
  tx: TenantTransaction,
  { guestId, customerId }: { guestId: string; customerId: string },
): Promise<void> {
  await run(
    tx,
    sql`update guests set customer_id = ${customerId}
        where tenant_id = ${tx.tenantId} and id = ${guestId} and customer_id is null`,
  );
}

/** Whether a customer is there and was not forgotten. */
export async function isKnown(tx: TenantTransaction, customerId: string): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select id from customers
        where tenant_id = ${tx.tenantId} and id = ${customerId} and erased_position is null`,
  );
  return row !== null;
}

export type ConsentAct = {
  eventId: string;
  consentId: string;
  guestId: string;
  purpose: string;
  channel: string | null;
  given: boolean;
  at: Date;
  textVersion: number;
  textSha256: string;
  language: string;
  method: string;
  branchId: string;
  /** Null: on no page of the Wi-Fi. */
  nasId: string | null;
  deviceId: string;
  ip: string | null;
};

export async function insertConsent(tx: TenantTransaction, act: ConsentAct): Promise<void> {
  await run(
    tx,
    sql`insert into customer_consents (tenant_id, event_id, consent_id, guest_id, purpose, given, at,
          text_version, text_sha256, language, method, branch_id, nas_id, device_id, ip, channel)
        values (${tx.tenantId}, ${act.eventId}, ${act.consentId}, ${act.guestId}, ${act.purpose},
          ${act.given}, ${act.at}, ${act.textVersion}, ${act.textSha256}, ${act.language},
          ${act.method}, ${act.branchId}, ${act.nasId}, ${act.deviceId}, ${act.ip}, ${act.channel})
        on conflict (tenant_id, event_id) do nothing`,
  );
}

/**
 * Empties what the handlers made. The customers' rows stay, blank, since their visits are another
 * feature's word; the replay makes the same ids again and fills them in.
 */
export async function forgetCustomers(tx: TenantTransaction): Promise<void> {
  const { tenantId } = tx;
  for (const statement of [
    sql`delete from customer_words where tenant_id = ${tenantId}`,
    sql`delete from customer_claims where tenant_id = ${tenantId}`,
    sql`delete from customer_suggestions where tenant_id = ${tenantId}`,
    sql`delete from customer_merge_parts where tenant_id = ${tenantId}`,
    sql`delete from customer_merges where tenant_id = ${tenantId}`,
    sql`delete from customer_contacts where tenant_id = ${tenantId}`,
    sql`delete from customer_consents where tenant_id = ${tenantId}`,
    sql`delete from guest_devices where tenant_id = ${tenantId}`,
    sql`delete from devices where tenant_id = ${tenantId}`,
    sql`delete from customer_fields where tenant_id = ${tenantId}`,
    sql`delete from member_codes where tenant_id = ${tenantId}`,
    sql`delete from guests where tenant_id = ${tenantId}`,
    sql`delete from customer_identifiers where tenant_id = ${tenantId}`,
    sql`update customers set name = null, phone = null, email = null, birthday = null,
          language = null, kind = 'person',
          merged_into = null where tenant_id = ${tenantId}`,
  ])
    await run(tx, statement);
}

/** What they are called, by id; one that is part of another by now as that one is. */
export const nameCustomers = listNamesBy(
  (tx, ids) => sql`
    with recursive along as (
      select id as asked, id from customers
      where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])
      union
      select along.asked, customers.merged_into from along
      join customers on customers.tenant_id = ${tx.tenantId} and customers.id = along.id
      where customers.merged_into is not null
    )
    select along.asked as id, customers.name from along
    join customers on customers.tenant_id = ${tx.tenantId} and customers.id = along.id
    where customers.merged_into is null`,
);
