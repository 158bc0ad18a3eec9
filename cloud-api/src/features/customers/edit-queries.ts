import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { selectKnown } from "./page-queries.ts";

/** Whose record it is part of by now, through every merge. */
export async function resolveCustomer(tx: TenantTransaction, id: string): Promise<string | null> {
  const { tenantId } = tx;
  const row = await findRow(
    tx,
    sql<{ id: string }>`
      with recursive along as (
        select id, merged_into from customers where tenant_id = ${tenantId} and id = ${id}
        union
        select into_one.id, into_one.merged_into from along
        join customers as into_one on into_one.tenant_id = ${tenantId}
          and into_one.id = along.merged_into
      ) select id from along where merged_into is null`,
  );
  return row?.id ?? null;
}

/** A record and all that are part of it by now. */
export async function listWithin(tx: TenantTransaction, id: string): Promise<string[]> {
  const { tenantId } = tx;
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      with recursive within as (
        select ${id}::uuid as id
        union
        select customers.id from within join customers
          on customers.tenant_id = ${tenantId} and customers.merged_into = within.id
      ) select id from within`,
  );
  return rows.map((row) => row.id);
}

export type StaffWord = {
  eventId: string;
  customerId: string;
  branchId: string;
  by: "staff" | "customer";
  staffId: string | null;
  at: Date;
  values: Readonly<Record<string, string>>;
};

/**
 * Keeps what staff say of a customer, or the customer at no branch: as of a guest whom no box ever met
 * and whose id is the customer's. So it is worked out, merged, forgotten and replayed with what guests
 * told.
 */
export async function insertWord(
  tx: TenantTransaction,
  { owner, ...word }: StaffWord & { owner: string },
): Promise<void> {
  const { eventId, customerId, branchId, by, staffId, at, values } = word;
  await run(
    tx,
    sql`insert into guests (tenant_id, id, customer_id, branch_id, first_seen_at)
        values (${tx.tenantId}, ${customerId}, ${owner}, ${branchId}, ${at})
        on conflict (tenant_id, id) do nothing`,
  );
  await run(
    tx,
    sql`insert into customer_fields (tenant_id, event_id, field, guest_id, value, given_by,
          given_at, branch_id, terms_version, staff_id)
        select ${tx.tenantId}, ${eventId}, told.field, ${customerId}, told.value, ${by}::text,
          ${at}::timestamptz, null::uuid, null::integer, ${staffId}::uuid
        from unnest(${Object.keys(values)}::text[], ${Object.values(values)}::text[])
          as told (field, value)
        on conflict (tenant_id, event_id, field) do nothing returning field`,
  );
}

/** What counts now of the fields of a customer; an emptied one is not there. */
export async function listLatestValues(
  tx: TenantTransaction,
  customerId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await listRows(
    tx,
    sql<{ field: string; value: string }>`
      select distinct on (told.field) told.field, told.value from guests
      join customer_fields as told
        on told.tenant_id = guests.tenant_id and told.guest_id = guests.id
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = ${customerId}
      order by told.field, told.given_at desc, told.event_id desc`,
  );
  return new Map(
    rows.filter(({ value }) => value !== "").map(({ field, value }) => [field, value]),
  );
}

/** Shape: `role` null takes the link away; `eventId` is a UUIDv7, by which words are in order. */
export type ContactWord = {
  companyId: string;
  contactId: string;
  role: string | null;
  eventId: string;
  at: Date;
};

/** Keeps the word of the latest event, in whatever order they come. */
export async function keepContact(tx: TenantTransaction, word: ContactWord): Promise<void> {
  const { companyId, contactId, role, eventId, at } = word;
  await run(
    tx,
    sql`insert into customer_contacts
          (tenant_id, company_id, contact_id, role, since, last_event_id)
        values (${tx.tenantId}, ${companyId}, ${contactId}, ${role}, ${at}, ${eventId})
        on conflict (tenant_id, company_id, contact_id) do update set
          role = excluded.role,
          since = case when customer_contacts.role is null then excluded.since
            else customer_contacts.since end,
          last_event_id = excluded.last_event_id
        where customer_contacts.last_event_id < excluded.last_event_id`,
  );
}

type ContactLink = { companyId: string; contactId: string; role: string };

/** Every link that shows one customer as a contact of another: those of records that are part of theirs, too. */
export function listContactLinks(
  tx: TenantTransaction,
  { companyId, contactId }: { companyId: string; contactId: string },
): Promise<ContactLink[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<ContactLink>`
      with recursive within as (
        select own.id, own.id as of from (values (${companyId}::uuid), (${contactId}::uuid)) as own (id)
        union
        select customers.id, within.of from within join customers
          on customers.tenant_id = ${tenantId} and customers.merged_into = within.id
      )
      select company_id as "companyId", contact_id as "contactId", role from customer_contacts
      where tenant_id = ${tenantId} and role is not null
        and company_id in (select id from within where of = ${companyId})
        and contact_id in (select id from within where of = ${contactId})
      order by company_id, contact_id`,
  );
}

export type LinkedRow = {
  customerId: string;
  name: string | null;
  phone: string | null;
  role: string;
};

/**
 * The people of a company, or the companies of a person; whoever was merged is whom they are now. Of two
 * that are one by now neither is the other's.
 */
export function listLinked(
  tx: TenantTransaction,
  { customerId, of }: { customerId: string; of: "company" | "person" },
): Promise<LinkedRow[]> {
  const { tenantId } = tx;
  const [mine, theirs] =
    of === "company"
      ? [sql`contacts.company_id`, sql`contacts.contact_id`]
      : [sql`contacts.contact_id`, sql`contacts.company_id`];
  return listRows(
    tx,
    sql<LinkedRow>`
      with recursive mine as (
        select ${customerId}::uuid as id
        union
        select customers.id from mine
        join customers on customers.tenant_id = ${tenantId} and customers.merged_into = mine.id
      ), along as (
        select ${theirs} as id, contacts.role from mine
        join customer_contacts as contacts on contacts.tenant_id = ${tenantId} and ${mine} = mine.id
          and contacts.role is not null
        union
        select customers.merged_into, along.role from along
        join customers on customers.tenant_id = ${tenantId} and customers.id = along.id
        where customers.merged_into is not null
      )
      select distinct on (customers.name, customers.id) customers.id as "customerId",
        customers.name, customers.phone, along.role
      from along
      join customers on customers.tenant_id = ${tenantId} and customers.id = along.id
      where customers.merged_into is null and customers.erased_position is null
        and customers.id <> ${customerId}
        ${tx.seesMembers ? sql`` : sql`and customers.id in (${selectKnown(tx)})`}
      order by customers.name, customers.id, along.role`,
  );
}
