import type { RawBuilder } from "kysely";
import { writePlainArray } from "../../platform/columns.ts";
import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { identifierOf } from "./field-rules.ts";
import { listHolders } from "./import-people-queries.ts";
import { NAMED_BY, type Source, type Told } from "./import-rules.ts";
import { compareBytes, listSearchWords, type Searchable } from "./rules.ts";
import { type FoundBy, searchableOf } from "./searchable.ts";

export type Brought = {
  source: Source;
  importId: string | null;
  staffId: string | null;
  branchId: string;
  at: Date;
  position: number;
  /** Whoever nobody knew, with all that the rows tell of them. */
  made: readonly { id: string; told: Told }[];
  /** The company's own fields. */
  own: readonly FoundBy[];
  rows: readonly {
    rowId: string;
    customerId: string;
    fields: readonly { field: string; value: string }[];
  }[];
};

/**
 * Keeps what the rows bring. Each stands for a guest of its customer, whom no box ever met: so the
 * record is worked out, forgotten and replayed with what guests told.
 */
export async function keepBrought(tx: TenantTransaction, brought: Brought): Promise<void> {
  const areNew = await insertCustomers(tx, brought);
  await insertGuests(tx, brought, areNew);
  await insertIdentifiers(tx, brought);
  await insertBroughtFields(tx, brought, areNew);
  await insertCodes(tx, brought);
  await insertManyWords(
    tx,
    brought.made.map(({ id, told }) => toSearchable(id, told, brought.own)),
    areNew,
  );
}

/** Of whom nothing is there yet, nothing need be looked for before it is written. */
const unlessThere = (areNew: boolean, conflict: RawBuilder<unknown>) =>
  areNew ? sql`` : sql`on conflict ${conflict}`;

/** True: nobody of the batch was there, so that this is the first time that it is read. */
async function insertCustomers(tx: TenantTransaction, brought: Brought): Promise<boolean> {
  if (brought.made.length === 0) return false;
  const inserted = await writeCustomers(tx, brought, sql`do nothing`);
  if (inserted.length === brought.made.length) return true;
  // Those that are there already stand blank, since the log is read again.
  await writeCustomers(
    tx,
    brought,
    sql`do update set name = excluded.name, phone = excluded.phone,
          email = excluded.email, birthday = excluded.birthday, language = excluded.language,
          kind = excluded.kind,
          changed_position = greatest(customers.changed_position, excluded.changed_position)`,
  );
  return false;
}

function writeCustomers(
  tx: TenantTransaction,
  { made, branchId, at, position }: Brought,
  whereThere: RawBuilder<unknown>,
): Promise<{ id: string }[]> {
  const column = (field: keyof Told) => made.map(({ told }) => told[field] ?? null);
  return listRows(
    tx,
    sql<{
      id: string;
    }>`insert into customers (tenant_id, id, source_branch_id, source_at, first_seen_at,
          last_seen_at, changed_position, name, phone, email, birthday, language, kind)
        select ${tx.tenantId}, made.id, ${branchId}::uuid, ${at}::timestamptz, ${at}::timestamptz,
          ${at}::timestamptz, ${position}::bigint, made.name, made.phone, made.email, made.birthday,
          made.language, coalesce(made.kind, 'person')
        from unnest(${writePlainArray(made.map(({ id }) => id))}::uuid[], ${column("name")}::text[],
          ${column("phone")}::text[], ${column("email")}::text[], ${column("birthday")}::text[],
          ${column("language")}::text[], ${column("kind")}::text[])
          as made (id, name, phone, email, birthday, language, kind)
        on conflict (tenant_id, id) ${whereThere} returning id`,
  );
}

async function insertGuests(
  tx: TenantTransaction,
  { rows, branchId, at }: Brought,
  areNew: boolean,
): Promise<void> {
  await run(
    tx,
    sql`insert into guests (tenant_id, id, customer_id, branch_id, first_seen_at)
        select ${tx.tenantId}, brought.id, brought.customer_id, ${branchId}::uuid,
          ${at}::timestamptz
        from unnest(${writePlainArray(rows.map(({ rowId }) => rowId))}::uuid[],
          ${writePlainArray(rows.map(({ customerId }) => customerId))}::uuid[])
          as brought (id, customer_id)
        ${unlessThere(areNew, sql`(tenant_id, id) do nothing returning id`)}`,
  );
}

async function insertIdentifiers(tx: TenantTransaction, { rows, source }: Brought): Promise<void> {
  const claims = rows.flatMap(({ customerId, fields }) =>
    fields
      .filter(({ field }) => NAMED_BY[source].some((kind) => kind === field))
      .map(({ field, value }) => ({ customerId, field, value })),
  );
  if (claims.length === 0) return;
  await run(
    tx,
    sql`insert into customer_identifiers (tenant_id, kind, value, customer_id)
        select ${tx.tenantId}, claimed.kind, claimed.value, claimed.customer_id
        from unnest(${claims.map(({ field }) => field)}::text[],
          ${claims.map(({ value }) => value)}::text[],
          ${claims.map(({ customerId }) => customerId)}::uuid[])
          as claimed (kind, value, customer_id)
        on conflict (tenant_id, kind, value) do nothing returning value`,
  );
}

/** What cards and tills call whoever was made: claimed, since nothing proves it. */
async function insertCodes(tx: TenantTransaction, { made }: Brought): Promise<void> {
  const claims = made.flatMap(({ id, told }) =>
    CODES.flatMap((kind) => {
      const value = told[kind];
      return value === undefined ? [] : [{ id, kind, value: identifierOf(kind, value) }];
    }),
  );
  if (claims.length === 0) return;
  await run(
    tx,
    sql`insert into customer_claims (tenant_id, kind, value, customer_id)
        select ${tx.tenantId}, claimed.kind, claimed.value, claimed.customer_id
        from unnest(${claims.map(({ kind }) => kind)}::text[],
          ${claims.map(({ value }) => value)}::text[],
          ${claims.map(({ id }) => id)}::uuid[]) as claimed (kind, value, customer_id)
        on conflict (tenant_id, kind, value, customer_id) do nothing returning value`,
  );
}

async function insertBroughtFields(
  tx: TenantTransaction,
  { rows, source, importId, staffId, branchId, at }: Brought,
  areNew: boolean,
): Promise<void> {
  const told = rows.flatMap(({ rowId, fields }) => fields.map((each) => ({ rowId, ...each })));
  if (told.length === 0) return;
  await run(
    tx,
    sql`insert into customer_fields (tenant_id, event_id, field, guest_id, value, given_by,
          given_at, branch_id, terms_version, import_id, staff_id)
        select ${tx.tenantId}, told.row_id, told.field, told.row_id, told.value, ${source},
          ${at}::timestamptz, ${branchId}::uuid, null, ${importId}::uuid, ${staffId}::uuid
        from unnest(${writePlainArray(told.map(({ rowId }) => rowId))}::uuid[],
          ${told.map(({ field }) => field)}::text[],
          ${told.map(({ value }) => value)}::text[]) as told (row_id, field, value)
        ${unlessThere(areNew, sql`(tenant_id, event_id, field) do nothing returning field`)}`,
  );
}

type Refreshed = Searchable & { id: string };

/** What a record is worked out from in bulk; whoever has anything else is worked out by themselves. */
const PLAIN_FIELDS = [
  "name",
  "phone",
  "email",
  "birthday",
  "language",
  "zaloId",
  "kind",
  "address",
];
/** Of whoever was made just now these are plain as well: nothing they claimed before is in the way. */
const CODES = ["card", "posId"] as const;

type Asked = {
  customerIds: readonly string[];
  made: ReadonlySet<string>;
  own: readonly FoundBy[];
};

/**
 * Who of these is more than their plain fields and what they are alone known by: has other fields or
 * numbers, claims something, or is claimed to be somebody.
 */
export async function listManifold(
  tx: TenantTransaction,
  { customerIds, made, own }: Asked,
): Promise<string[]> {
  const { tenantId } = tx;
  const ownPlain = own
    .filter(({ kind }) => kind !== "phone" && kind !== "email")
    .map(({ key }) => key);
  const plain = [...PLAIN_FIELDS, ...ownPlain];
  const isMade = customerIds.map((id) => made.has(id));
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select asked.id
      from unnest(${customerIds}::uuid[], ${isMade}::boolean[]) as asked (id, made)
      where exists (
          select from customer_claims as claimed
          where claimed.tenant_id = ${tenantId} and claimed.customer_id = asked.id
            and (not asked.made or claimed.kind <> all(${CODES}::text[]) or exists (
              select from customer_claims as other
              where other.tenant_id = ${tenantId} and other.kind = claimed.kind
                and other.value = claimed.value and other.customer_id <> asked.id)))
        or exists (
          select from customer_identifiers as held
          join customer_claims as claimed on claimed.tenant_id = ${tenantId}
            and claimed.kind = held.kind and claimed.value = held.value
          where held.tenant_id = ${tenantId} and held.customer_id = asked.id)
        or 1 < (
          select count(*) from customer_identifiers as held
          where held.tenant_id = ${tenantId} and held.customer_id = asked.id
            and held.kind = 'phone')
        or exists (
          select from guests as own
          join customer_fields as told on told.tenant_id = ${tenantId} and told.guest_id = own.id
          where own.tenant_id = ${tenantId} and own.customer_id = asked.id
            and (told.field <> all(${plain}::text[])
              and not (asked.made and told.field = any(${CODES}::text[]))
              or (told.field in ('phone', 'email', 'zaloId') and told.value <> '' and not exists (
                select from customer_identifiers as held
                where held.tenant_id = ${tenantId} and held.customer_id = asked.id
                  and held.kind = told.field
                  and held.value = case when told.field = 'email' then lower(told.value)
                    else told.value end))))
      order by asked.id`,
  );
  return rows.map(({ id }) => id);
}

/** `refresh` for many at once, where no guest was verified anew and nobody is manifold. */
export async function refreshCustomers(
  tx: TenantTransaction,
  {
    customerIds,
    own,
    position,
  }: { customerIds: readonly string[]; own: readonly FoundBy[]; position: number },
): Promise<void> {
  if (customerIds.length === 0) return;
  const latest = await listLatest(tx, customerIds);
  const phones = latest.filter(({ field }) => field === "phone");
  const held = await listHolders(
    tx,
    phones.map(({ value }) => ({ kind: "phone", value })),
  );
  const owned = new Set(held.map(({ value, customerId }) => `${customerId} ${value}`));
  const said = new Map<string, Told>(customerIds.map((id) => [id, {}]));
  // A number that passed to somebody else is theirs no more.
  for (const { customerId, field, value } of latest)
    if (value !== "" && (field !== "phone" || owned.has(`${customerId} ${value}`)))
      Object.assign(said.get(customerId) ?? {}, { [field]: value });
  await updateCustomers(tx, { said, position });
  await replaceManyWords(
    tx,
    [...said].map(([id, told]) => toSearchable(id, told, own)),
  );
}

function toSearchable(id: string, told: Told, own: readonly FoundBy[]): Refreshed {
  const { name = null, email = null, phone = null } = told;
  return { id, ...searchableOf({ name, email, phone, told }, { own, proved: [] }) };
}

export type Latest = { customerId: string; field: string; value: string; givenBy: string };

/** The last word on each field of some customers; an emptied one is there, and empty. */
export function listLatest(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<Latest[]> {
  return listRows(
    tx,
    sql<Latest>`
      select distinct on (own.customer_id, told.field) own.customer_id as "customerId",
        told.field, told.value, told.given_by as "givenBy"
      from unnest(${customerIds}::uuid[]) as asked (id)
      join guests as own on own.tenant_id = ${tx.tenantId} and own.customer_id = asked.id
      join customer_fields as told on told.tenant_id = ${tx.tenantId} and told.guest_id = own.id
      order by own.customer_id, told.field, told.given_at desc, told.event_id desc`,
  );
}

async function updateCustomers(
  tx: TenantTransaction,
  { said, position }: { said: ReadonlyMap<string, Told>; position: number },
): Promise<void> {
  const column = (field: keyof Told) => [...said.values()].map((told) => told[field] ?? null);
  await run(
    tx,
    sql`update customers set name = said.name, phone = said.phone, email = said.email,
          birthday = said.birthday, language = said.language,
          kind = coalesce(said.kind, 'person'),
          changed_position = greatest(changed_position, ${position}::bigint)
        from unnest(${[...said.keys()]}::uuid[], ${column("name")}::text[],
          ${column("phone")}::text[], ${column("email")}::text[], ${column("birthday")}::text[],
          ${column("language")}::text[], ${column("kind")}::text[])
          as said (id, name, phone, email, birthday, language, kind)
        where customers.tenant_id = ${tx.tenantId} and customers.id = said.id`,
  );
}

async function replaceManyWords(
  tx: TenantTransaction,
  customers: readonly Refreshed[],
): Promise<void> {
  const { ids, words } = listManyWords(customers);
  await run(
    tx,
    sql`delete from customer_words
        where tenant_id = ${tx.tenantId}
          and customer_id = any(${customers.map(({ id }) => id)}::uuid[])
          and not exists (
            select 1 from unnest(${ids}::uuid[], ${words}::text[]) as said (customer_id, word)
            where said.customer_id = customer_words.customer_id
              and said.word = customer_words.word)`,
  );
  await insertManyWords(tx, customers, false);
}

/** In the order of the words, by which their index is walked once. */
function listManyWords(customers: readonly Refreshed[]): { ids: string[]; words: string[] } {
  const said = customers
    .flatMap((customer) => listSearchWords(customer).map((word) => ({ id: customer.id, word })))
    .sort((one, other) => compareBytes(one.word, other.word));
  return { ids: said.map(({ id }) => id), words: said.map(({ word }) => word) };
}

async function insertManyWords(
  tx: TenantTransaction,
  customers: readonly Refreshed[],
  areNew: boolean,
): Promise<void> {
  const { ids, words } = listManyWords(customers);
  await run(
    tx,
    sql`insert into customer_words (tenant_id, word, customer_id)
        select ${tx.tenantId}, said.word, said.customer_id
        from unnest(${writePlainArray(ids)}::uuid[],
          ${words}::text[]) as said (customer_id, word)
        ${unlessThere(areNew, sql`(tenant_id, word, customer_id) do nothing returning word`)}`,
  );
}
