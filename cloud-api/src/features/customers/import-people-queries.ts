import { findRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { identifierOf } from "./field-rules.ts";
import { type Latest, listLatest } from "./import-queries.ts";
import {
  type Claimant,
  type ClaimKind,
  type FileRow,
  type IdentifierKind,
  type KnownPeople,
  listClaims,
  listIdentifiers,
  listTraces,
  nameIdentifier,
  type Source,
  type Told,
} from "./import-rules.ts";
import { hashContact } from "./request-rules.ts";

type Asking = {
  source: Source;
  /** The event that brings the rows; null: they are only looked through. */
  eventId: string | null;
};

/** Whom the rows of a file may mean, in a handful of statements for all of them. */
export async function findPeople(
  tx: TenantTransaction,
  rows: readonly FileRow[],
  { source, eventId }: Asking,
): Promise<KnownPeople> {
  const identifiers = rows.flatMap(({ told }) => listIdentifiers(told));
  const held = await listHolders(tx, identifiers);
  const holders = new Map(
    held.map(({ kind, value, customerId }) => [nameIdentifier(kind, value), customerId]),
  );
  // What Zalo says is its own word, and no word of the company's staff.
  const claimants =
    source === "import" ? await findClaimants(tx, { rows, holders, eventId }) : new Map();
  const claiming = [...claimants.values()].flat().map(({ customerId }) => customerId);
  const ids = [...new Set([...holders.values(), ...claiming])];
  const customers = await listKnown(tx, ids);
  const asksMore = source !== "import" || rows.some(({ told }) => asksBeyondRecord(told));
  const latest = asksMore ? await listLatest(tx, ids) : [];
  const forgotten = await listForgotten(tx, { rows, holders });
  const told = new Map<string, Told>(
    customers.map(({ id, hasPhone: _, ...row }) => [id, withoutNulls(row)]),
  );
  // A number that is another's stands in no record: what was said last tells that it was said.
  const isBeside = (field: string) =>
    !RECORD_FIELDS.has(field) || (field === "phone" && source === "zalo");
  for (const { customerId, field, value } of latest)
    if (value !== "" && isBeside(field))
      Object.assign(told.get(customerId) ?? {}, { [field]: value });
  return {
    ...{ holders, claimants, told },
    numbered: new Set(customers.filter(({ hasPhone }) => hasPhone).map(({ id }) => id)),
    forgotten,
    // A file is one word of many; an account says how things are now.
    followed: source === "import" ? new Map() : groupFollowed(latest, { ids, source }),
  };
}

const RECORD_FIELDS: ReadonlySet<string> = new Set([
  ...["name", "phone", "email", "birthday", "language"],
]);

const asksBeyondRecord = (told: Told) =>
  Object.keys(told).some((field) => !RECORD_FIELDS.has(field) && field !== "zaloId");

function groupFollowed(
  latest: readonly Latest[],
  { ids, source }: { ids: readonly string[]; source: Source },
): Map<string, Set<string>> {
  const followed = new Map(ids.map((id) => [id, new Set<string>()]));
  for (const { customerId, field, givenBy } of latest)
    if (givenBy === source) followed.get(customerId)?.add(field);
  return followed;
}

type Claiming = {
  rows: readonly FileRow[];
  holders: ReadonlyMap<string, string>;
  eventId: string | null;
};

/** Who claims what rows name and nobody has; not who typed it into Zalo, or a stranger's word would part a list. */
async function findClaimants(
  tx: TenantTransaction,
  { rows, holders, eventId }: Claiming,
): Promise<Map<string, Claimant[]>> {
  const named = rows
    .flatMap(({ told }) => listClaims(told))
    .filter(({ kind, value }) => !holders.has(nameIdentifier(kind, value)));
  const found = new Map<string, Claimant[]>();
  if (named.length === 0) return found;
  for (const { kind, value, customerId, word } of await listClaimWords(tx, named)) {
    if (word?.givenBy === "zalo" && word.value === value) continue;
    const name = nameIdentifier(kind, value);
    const others = found.get(name) ?? [];
    const byCompany = word !== null && isOfCompany(word, { kind, value, eventId });
    found.set(name, [...others, { customerId, byCompany }]);
  }
  return found;
}

type ClaimWord = { value: string; givenBy: string; eventId: string };

/**
 * Whether the company said it itself, and of this very field. What staff wrote after the rows were
 * handed over stands already, where a replay would meet it later: it counts in neither.
 */
function isOfCompany(
  word: ClaimWord,
  { kind, value, eventId }: { kind: ClaimKind; value: string; eventId: string | null },
): boolean {
  if (identifierOf(kind, kind === "email" ? word.value.toLowerCase() : word.value) !== value)
    return false;
  if (word.givenBy === "import") return true;
  return word.givenBy === "staff" && (eventId === null || word.eventId < eventId);
}

type Claimed = { kind: ClaimKind; value: string; customerId: string; word: ClaimWord | null };

/** Claims with the last word of whoever claims on that field; null: it comes from another field. */
function listClaimWords(
  tx: TenantTransaction,
  named: readonly { kind: ClaimKind; value: string }[],
): Promise<Claimed[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<Claimed>`
      select claimed.kind, claimed.value, claimed.customer_id as "customerId", (
          select json_build_object('value', told.value, 'givenBy', told.given_by,
            'eventId', told.event_id)
          from guests
          join customer_fields as told
            on told.tenant_id = guests.tenant_id and told.guest_id = guests.id
          where guests.tenant_id = ${tenantId} and guests.customer_id = claimed.customer_id
            and told.field = claimed.kind
          order by told.given_at desc, told.event_id desc limit 1) as word
      from (select distinct kind, value from unnest(${named.map(({ kind }) => kind)}::text[],
        ${named.map(({ value }) => value)}::text[]) as named (kind, value)) as asked
      join customer_claims as claimed on claimed.tenant_id = ${tenantId}
        and claimed.kind = asked.kind and claimed.value = asked.value
      join customers on customers.tenant_id = ${tenantId} and customers.id = claimed.customer_id
      where customers.merged_into is null and customers.erased_position is null
      order by claimed.customer_id`,
  );
}

type Identifier = { kind: IdentifierKind; value: string };

/** Each is looked up by its key: of many at once a whole table would be read to find them. */
export function listHolders(
  tx: TenantTransaction,
  identifiers: readonly Identifier[],
): Promise<(Identifier & { customerId: string })[]> {
  return listRows(
    tx,
    sql<Identifier & { customerId: string }>`
      select found.kind, found.value, found."customerId" from (
        select asked.kind, asked.value, (
            select held.customer_id from customer_identifiers as held
            where held.tenant_id = ${tx.tenantId} and held.kind = asked.kind
              and held.value = asked.value) as "customerId"
        from unnest(${identifiers.map(({ kind }) => kind)}::text[],
          ${identifiers.map(({ value }) => value)}::text[]) as asked (kind, value)
        offset 0) as found
      where found."customerId" is not null`,
  );
}

type RecordField = "name" | "phone" | "email" | "birthday" | "language";
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
      from unnest(${ids}::uuid[]) as asked (id)
      cross join lateral (
        select * from customers
        where customers.tenant_id = ${tx.tenantId} and customers.id = asked.id
        offset 0) as customers`,
  );
}

/** Which of what rows name was somebody's who was forgotten, and is nobody's since. */
async function listForgotten(
  tx: TenantTransaction,
  { rows, holders }: { rows: readonly FileRow[]; holders: ReadonlyMap<string, string> },
): Promise<Set<string>> {
  const traces = rows
    .flatMap(({ told }) => listTraces(told))
    .filter(({ kind, value }) => !holders.has(nameIdentifier(kind, value)));
  if (traces.length === 0 || !(await hasForgotten(tx))) return new Set();
  const hashes = new Map(
    traces.map(({ kind, value }) => [hashContact(value, tx.tenantId), nameIdentifier(kind, value)]),
  );
  const gone = await listForgottenHashes(tx, [...hashes.keys()]);
  return new Set(gone.map((hash) => hashes.get(hash) ?? ""));
}

/** Most companies have forgotten nobody: theirs is no number worth a hash. */
async function hasForgotten(tx: TenantTransaction): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select hash from erased_numbers where tenant_id = ${tx.tenantId} limit 1`,
  );
  return row !== null;
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
  return Object.assign(
    {},
    ...Object.entries(row).map(([field, value]) => (value === null ? {} : { [field]: value })),
  );
}
