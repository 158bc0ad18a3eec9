import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import {
  type FileRow,
  IDENTIFIER_KINDS,
  type IdentifierKind,
  type KnownPeople,
  listIdentifiers,
  nameIdentifier,
  type Told,
} from "./import-rules.ts";
import { hashContact } from "./request-rules.ts";
import { listSearchWords, type Searchable } from "./rules.ts";

/** Whom the rows of a file may mean, in three statements for all of them. */
export async function findPeople(
  tx: TenantTransaction,
  rows: readonly FileRow[],
  { source }: { source: Source },
): Promise<KnownPeople> {
  const identifiers = rows.flatMap(({ told }) => listIdentifiers(told));
  const held = await listHolders(tx, identifiers);
  const ids = [...new Set(held.map(({ customerId }) => customerId))];
  const customers = await listKnown(tx, ids);
  // A file is one word of many; an account says how things are now.
  const followed = source === "import" ? new Map() : await listFollowed(tx, { ids, source });
  const hashes = new Map(
    identifiers.map(({ kind, value }) => [
      hashContact(value, tx.tenantId),
      nameIdentifier(kind, value),
    ]),
  );
  const gone = await listForgottenHashes(tx, [...hashes.keys()]);
  return {
    holders: new Map(
      held.map(({ kind, value, customerId }) => [nameIdentifier(kind, value), customerId]),
    ),
    told: new Map(customers.map(({ id, hasPhone: _, ...row }) => [id, withoutNulls(row)])),
    numbered: new Set(customers.filter(({ hasPhone }) => hasPhone).map(({ id }) => id)),
    forgotten: new Set(gone.map((hash) => hashes.get(hash) ?? "")),
    followed,
  };
}

async function listFollowed(
  tx: TenantTransaction,
  { ids, source }: { ids: readonly string[]; source: Source },
): Promise<Map<string, Set<string>>> {
  const latest = await listLatest(tx, ids);
  const followed = new Map(ids.map((id) => [id, new Set<string>()]));
  for (const { customerId, field, givenBy } of latest)
    if (givenBy === source) followed.get(customerId)?.add(field);
  return followed;
}

type Identifier = { kind: IdentifierKind; value: string };

function listHolders(
  tx: TenantTransaction,
  identifiers: readonly Identifier[],
): Promise<(Identifier & { customerId: string })[]> {
  const valuesOf = (asked: IdentifierKind) =>
    identifiers.filter(({ kind }) => kind === asked).map(({ value }) => value);
  return listRows(
    tx,
    sql<Identifier & { customerId: string }>`
      select held.kind, held.value, held.customer_id as "customerId"
      from customer_identifiers as held
      where held.tenant_id = ${tx.tenantId} and held.kind = 'phone'
        and held.value = any(${valuesOf("phone")}::text[])
      union all
      select held.kind, held.value, held.customer_id
      from customer_identifiers as held
      where held.tenant_id = ${tx.tenantId} and held.kind = 'email'
        and held.value = any(${valuesOf("email")}::text[])
      union all
      select held.kind, held.value, held.customer_id
      from customer_identifiers as held
      where held.tenant_id = ${tx.tenantId} and held.kind = 'zaloId'
        and held.value = any(${valuesOf("zaloId")}::text[])`,
  );
}

type RecordField = Exclude<keyof Told, "zaloId">;
type KnownRow = { id: string; hasPhone: boolean } & Record<RecordField, string | null>;

function listKnown(tx: TenantTransaction, ids: readonly string[]): Promise<KnownRow[]> {
  return listRows(
    tx,
    sql<KnownRow>`
      select customers.id, customers.name, customers.phone, customers.email, customers.birthday,
        customers.language,
        exists (select 1 from customer_identifiers as held
          where held.tenant_id = ${tx.tenantId} and held.customer_id = customers.id
            and held.kind = 'phone') as "hasPhone"
      from customers
      where customers.tenant_id = ${tx.tenantId} and customers.id = any(${ids}::uuid[])`,
  );
}

async function listForgottenHashes(
  tx: TenantTransaction,
  hashes: readonly string[],
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ hash: string }>`
      select hash from erased_numbers
      where tenant_id = ${tx.tenantId} and hash = any(${hashes}::text[])`,
  );
  return rows.map(({ hash }) => hash);
}

function withoutNulls(row: Record<RecordField, string | null>): Told {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}

/** Where rows come from: a file that staff sent, or the followers of a Zalo account. */
export type Source = "import" | "zalo";

export type Brought = {
  source: Source;
  importId: string | null;
  staffId: string | null;
  branchId: string;
  at: Date;
  position: number;
  /** Whoever nobody knew, with all that the rows tell of them. */
  made: readonly { id: string; told: Told }[];
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
  await insertCustomers(tx, brought);
  await insertGuests(tx, brought);
  await insertIdentifiers(tx, brought);
  await insertBroughtFields(tx, brought);
  await insertManyWords(
    tx,
    brought.made.map(({ id, told }) => toSearchable(id, told)),
  );
}

async function insertCustomers(
  tx: TenantTransaction,
  { made, branchId, at, position }: Brought,
): Promise<void> {
  if (made.length === 0) return;
  const column = (field: keyof Told) => made.map(({ told }) => told[field] ?? null);
  // One that is there already stands blank, since the log is read again.
  await run(
    tx,
    sql`insert into customers (tenant_id, id, source_branch_id, source_at, first_seen_at,
          last_seen_at, changed_position, name, phone, email, birthday, language)
        select ${tx.tenantId}, made.id, ${branchId}::uuid, ${at}::timestamptz, ${at}::timestamptz,
          ${at}::timestamptz, ${position}::bigint, made.name, made.phone, made.email, made.birthday,
          made.language
        from unnest(${made.map(({ id }) => id)}::uuid[], ${column("name")}::text[],
          ${column("phone")}::text[], ${column("email")}::text[], ${column("birthday")}::text[],
          ${column("language")}::text[]) as made (id, name, phone, email, birthday, language)
        on conflict (tenant_id, id) do update set name = excluded.name, phone = excluded.phone,
          email = excluded.email, birthday = excluded.birthday, language = excluded.language,
          changed_position = greatest(customers.changed_position, excluded.changed_position)
        returning id`,
  );
}

async function insertGuests(tx: TenantTransaction, { rows, branchId, at }: Brought): Promise<void> {
  await run(
    tx,
    sql`insert into guests (tenant_id, id, customer_id, branch_id, first_seen_at)
        select ${tx.tenantId}, brought.id, brought.customer_id, ${branchId}::uuid,
          ${at}::timestamptz
        from unnest(${rows.map(({ rowId }) => rowId)}::uuid[],
          ${rows.map(({ customerId }) => customerId)}::uuid[]) as brought (id, customer_id)
        on conflict (tenant_id, id) do nothing returning id`,
  );
}

async function insertIdentifiers(tx: TenantTransaction, { rows }: Brought): Promise<void> {
  const claims = rows.flatMap(({ customerId, fields }) =>
    fields
      .filter(({ field }) => IDENTIFIER_KINDS.some((kind) => kind === field))
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

async function insertBroughtFields(
  tx: TenantTransaction,
  { rows, source, importId, staffId, branchId, at }: Brought,
): Promise<void> {
  const told = rows.flatMap(({ rowId, fields }) => fields.map((each) => ({ rowId, ...each })));
  if (told.length === 0) return;
  await run(
    tx,
    sql`insert into customer_fields (tenant_id, event_id, field, guest_id, value, given_by,
          given_at, branch_id, terms_version, import_id, staff_id)
        select ${tx.tenantId}, told.row_id, told.field, told.row_id, told.value, ${source},
          ${at}::timestamptz, ${branchId}::uuid, null, ${importId}::uuid, ${staffId}::uuid
        from unnest(${told.map(({ rowId }) => rowId)}::uuid[],
          ${told.map(({ field }) => field)}::text[],
          ${told.map(({ value }) => value)}::text[]) as told (row_id, field, value)
        on conflict (tenant_id, event_id, field) do nothing returning field`,
  );
}

type Refreshed = Searchable & { id: string };

/** What a record is worked out from in bulk; whoever has anything else is worked out by themselves. */
const PLAIN_FIELDS = ["name", "phone", "email", "birthday", "language", "zaloId"];

/**
 * Who of these is more than their plain fields and what they are alone known by: has other fields or
 * numbers, claims something, or is claimed to be somebody.
 */
export async function listManifold(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<string[]> {
  const { tenantId } = tx;
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select asked.id from unnest(${customerIds}::uuid[]) as asked (id)
      where exists (
          select from customer_claims as claimed
          where claimed.tenant_id = ${tenantId} and claimed.customer_id = asked.id)
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
            and (told.field <> all(${PLAIN_FIELDS}::text[])
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
  { customerIds, position }: { customerIds: readonly string[]; position: number },
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
    [...said].map(([id, told]) => toSearchable(id, told)),
  );
}

function toSearchable(id: string, { name, email, phone, zaloId }: Told): Refreshed {
  const codes = zaloId === undefined ? [] : [zaloId];
  return { id, name: name ?? null, email: email ?? null, phone: phone ?? null, codes };
}

type Latest = { customerId: string; field: string; value: string; givenBy: string };

function listLatest(tx: TenantTransaction, customerIds: readonly string[]): Promise<Latest[]> {
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
          changed_position = greatest(changed_position, ${position}::bigint)
        from unnest(${[...said.keys()]}::uuid[], ${column("name")}::text[],
          ${column("phone")}::text[], ${column("email")}::text[], ${column("birthday")}::text[],
          ${column("language")}::text[]) as said (id, name, phone, email, birthday, language)
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
  await insertManyWords(tx, customers);
}

function listManyWords(customers: readonly Refreshed[]): { ids: string[]; words: string[] } {
  const said = customers.flatMap((customer) =>
    listSearchWords(customer).map((word) => ({ id: customer.id, word })),
  );
  return { ids: said.map(({ id }) => id), words: said.map(({ word }) => word) };
}

async function insertManyWords(
  tx: TenantTransaction,
  customers: readonly Refreshed[],
): Promise<void> {
  const { ids, words } = listManyWords(customers);
  await run(
    tx,
    sql`insert into customer_words (tenant_id, word, customer_id)
        select ${tx.tenantId}, said.word, said.customer_id
        from unnest(${ids}::uuid[], ${words}::text[]) as said (customer_id, word)
        on conflict (tenant_id, word, customer_id) do nothing returning word`,
  );
}
