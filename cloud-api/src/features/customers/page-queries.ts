import type { DeviceForm, DeviceSystem } from "@foyer/contract";
import type { RawBuilder } from "kysely";
import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Sort } from "./list-rules.ts";
import { type ListPlace, roundDown, type SearchTerm } from "./rules.ts";
import { meetsAll, planJoins, selectFound, selectTerms } from "./search-queries.ts";

export type CustomerRow = {
  id: string;
  name: string | null;
  phone: string | null;
  visits: number;
  firstSeenAt: Date;
  lastVisitAt: Date | null;
  sourceBranchId: string;
  sourceBranchName: string | null;
};

export type ListedCustomer = CustomerRow & {
  email: string | null;
  birthday: string | null;
  language: string | null;
};

/** The place of a row in the list, as the next page asks for it. */
export type PlacedCustomer = ListedCustomer & { lastSeenAt: Date; nameKey: string };

export type CustomerQuestion = {
  /** Null: everybody. */
  search: readonly SearchTerm[] | null;
  /** Selects of customer ids: those who are in all of them. */
  among: readonly RawBuilder<unknown>[];
  sort: Sort;
  after: ListPlace | null;
  limit: number;
};

/** What each order goes by: the columns of an index, read from one end or the other; and as a row names it. */
const ORDERS = {
  "last-seen": {
    ...{ by: sql`customers.last_seen_at`, named: sql`"lastSeenAt"`, type: sql`timestamptz` },
  },
  "first-seen": {
    ...{ by: sql`customers.first_seen_at`, named: sql`"firstSeenAt"`, type: sql`timestamptz` },
  },
  visits: { by: sql`customers.visits`, named: sql`visits`, type: sql`integer` },
  name: { by: sql`customers.name_key`, named: sql`"nameKey"`, type: sql`text` },
};

function readOrder(sort: Sort) {
  const isFalling = sort.startsWith("-");
  const name = (isFalling ? sort.slice(1) : sort) as keyof typeof ORDERS;
  const direction = isFalling ? sql`desc` : sql`asc`;
  return { ...ORDERS[name], direction, beyond: isFalling ? sql`<` : sql`>` };
}

type Place = Omit<CustomerQuestion, "search" | "among">;

/** A page in one of the orders, of those customers who fit. */
function selectPage(
  { tenantId }: TenantTransaction,
  { sort, after, limit }: Place,
  fits: RawBuilder<unknown>,
) {
  const { by, type, direction, beyond } = readOrder(sort);
  const page = after
    ? sql`and (${by}, customers.id) ${beyond} (${after.at}::${type}, ${after.id}::uuid)`
    : sql``;
  return sql<PlacedCustomer>`
    select customers.id, customers.name, customers.phone, customers.email, customers.birthday,
      customers.language, customers.visits,
      customers.first_seen_at as "firstSeenAt", customers.last_visit_at as "lastVisitAt",
      customers.last_seen_at as "lastSeenAt", customers.name_key as "nameKey",
      customers.source_branch_id as "sourceBranchId", branches.name as "sourceBranchName"
    from customers
    left join branches
      on branches.tenant_id = customers.tenant_id and branches.id = customers.source_branch_id
    where customers.tenant_id = ${tenantId} and customers.merged_into is null ${page} ${fits}
    order by ${by} ${direction}, customers.id ${direction}
    limit ${limit}`;
}

/** A page in one of the orders. */
export async function listCustomers(
  tx: TenantTransaction,
  { search, among, ...place }: CustomerQuestion,
): Promise<PlacedCustomer[]> {
  // The first who fit are soon found in the order of an index, unless workers each read ahead for more.
  await run(tx, sql`set local max_parallel_workers_per_gather = 0`);
  return await listRows(tx, selectPage(tx, place, having(tx, { search, among })));
}

/** Whether words alone narrow the list: what suits their index need not suit other conditions. */
const isOfWords = (tx: TenantTransaction, { search, among }: CustomerFilter) =>
  search !== null && among.length === 0 && tx.seesMembers;

/** So many are looked at one by one in the order of the list, before everybody is. */
const WALKED_MAX = 10_000;

/**
 * A page of a search that finds more than are counted: the first of them are soon met where the list is
 * gone through in its order. The planner does not see that where the company is a small part of its
 * database, and sorts all. Null: too few were met, or more than words narrows it.
 */
async function walkPage(
  tx: TenantTransaction,
  { search, among, ...place }: CustomerQuestion,
): Promise<PlacedCustomer[] | null> {
  if (!search || !isOfWords(tx, { search, among })) return null;
  const { named, direction } = readOrder(place.sort);
  const rows = await listRows(
    tx,
    sql<PlacedCustomer>`
      select placed.* from (${selectPage(tx, { ...place, limit: WALKED_MAX }, sql``)}) as placed
      where ${meetsAll(tx, search)}
      order by placed.${named} ${direction}, placed.id ${direction} limit ${place.limit}`,
  );
  return rows.length < place.limit ? null : rows;
}

/** Nobody waits for more than so many to be counted. */
const TOTAL_COUNTED_MAX = 10_000;

/** So many are looked up one by one: the planner would go through everybody for them. */
const FEW_MAX = 5000;

/** How far a list is counted: who has two common words is not found by one look at an index. */
export const countedMax = (filter: CustomerFilter): number =>
  hasSeveral(filter) ? FEW_MAX : TOTAL_COUNTED_MAX;

const hasSeveral = ({ search }: CustomerFilter) => search !== null && search.length > 1;

export type CustomerPage = {
  rows: PlacedCustomer[];
  /** How many there are on all pages; not exact: at least so many. */
  total: number;
  isTotalExact: boolean;
};

/** A page, and how many there are: in one statement where they are few. */
export async function listPage(
  tx: TenantTransaction,
  question: CustomerQuestion,
  max = countedMax(question),
): Promise<CustomerPage> {
  const [first, ...others] = listSelects(tx, question);
  if (hasSeveral(question) && isOfWords(tx, question)) await planJoins(tx);
  if (!first) {
    const counted = await getRow(tx, countEverybody(tx, max));
    return { rows: await listCustomers(tx, question), ...tellTotal(counted, max) };
  }
  const found = await listRows(tx, selectCounted(tx, { first, others, place: question, max }));
  const [counted] = found;
  if (!counted) throw new Error("A count that is always there is not.");
  if (counted.isFew) return { rows: found.flatMap(readRow), ...tellTotal(counted, max) };
  const walked = counted.isCut ? await walkPage(tx, question) : null;
  return { rows: walked ?? (await listCustomers(tx, question)), ...tellTotal(counted, max) };
}

type Counted = { found: number; isCut: boolean };

const tellTotal = ({ found, isCut }: Counted, max: number) => ({
  total: isCut ? roundDown(Math.min(found, max)) : found,
  isTotalExact: !isCut,
});

type Nobody = Record<keyof PlacedCustomer, null>;
type CountedRow = Counted & { isFew: boolean } & (PlacedCustomer | Nobody);

/** A row of the page: one without a customer says that there are none on it. */
function readRow({
  found: _found,
  isCut: _cut,
  isFew: _few,
  ...row
}: CountedRow): PlacedCustomer[] {
  return row.id === null ? [] : [row];
}

/** Selects of ids: who is in the first and in all others. */
type Selected = {
  first: RawBuilder<unknown>;
  others: readonly RawBuilder<unknown>[];
  place: Place;
  max: number;
};

/**
 * Counted off the indexes of the selects, without a look at each customer: only the few that are part
 * of another record are left out. A join to customers would have all of them read. Whoever is found by
 * several words that begin the same is counted once, though the rows are cut before that. Beside the
 * count of a few stands their page, row by row.
 */
function selectCounted(tx: TenantTransaction, { first, others, place, max }: Selected) {
  const also = others.map((select) => sql`and listed.id in (${select})`);
  const { named, direction } = readOrder(place.sort);
  const isOfFew = sql`and customers.id = any(
    case when (select "isFew" from counted) then array(select kept.id from kept) end)`;
  return sql<CountedRow>`
    with named as materialized (
      select listed.id from (${first}) as listed (id) where true ${sql.join(also, sql` `)}
      limit ${max + 1}
    ), kept as materialized (
      select distinct named.id from named
      where not exists (select from customers
        where customers.tenant_id = ${tx.tenantId} and customers.id = named.id
          and customers.merged_into is not null)
    ), counted as materialized (
      select whole.found, whole.named > ${max} as "isCut",
        whole.named <= ${max} and whole.found <= ${FEW_MAX} as "isFew"
      from (select (select count(*) from kept) as found,
        (select count(*) from named) as named) as whole
    ), page as (${selectPage(tx, place, isOfFew)})
    select counted.*, page.* from counted left join page on true
    order by page.${named} ${direction}, page.id ${direction}`;
}

function countEverybody(tx: TenantTransaction, max: number) {
  return sql<Counted>`
    select count(*) as found, count(*) > ${max} as "isCut" from (
      select from customers
      where customers.tenant_id = ${tx.tenantId} and customers.merged_into is null
      limit ${max + 1}) as counted`;
}

export type CustomerFilter = Pick<CustomerQuestion, "search" | "among">;

/**
 * Customers who were at a branch in reach. The database shows no other guests (`foyer_scoped`); the
 * branches are named besides, since policies are the net and not the filter.
 */
export const selectKnown = ({ tenantId, branchIds }: TenantTransaction): RawBuilder<unknown> => sql`
  select customer_id from guests where tenant_id = ${tenantId} and customer_id is not null
    ${branchIds ? sql`and branch_id = any(${branchIds}::uuid[])` : sql``}`;

/** Staff of branches alone see whom those met. */
const listReach = (tx: TenantTransaction) => (tx.seesMembers ? [] : [selectKnown(tx)]);

/** The conditions of a filter. */
export function having(tx: TenantTransaction, { search, among }: CustomerFilter) {
  const conditions = [...selectTerms(tx, search ?? []), ...among, ...listReach(tx)].map(
    (select) => sql`and customers.id in (${select})`,
  );
  return sql.join(conditions, sql` `);
}

/** Selects of ids, in the order of an index where there is one: customers fit who are in all of them. */
function listSelects(tx: TenantTransaction, { search, among }: CustomerFilter) {
  const found = search && search.length > 0 ? [selectFound(tx, search)] : [];
  return [...found, ...among, ...listReach(tx)];
}

export type CustomerRecord = CustomerRow & {
  kind: "person" | "company";
  mergedInto: string | null;
  restrictedAt: Date | null;
  proved: string[];
  email: string | null;
  birthday: string | null;
  language: string | null;
  sourceAt: Date;
  /** The clock of the branch they joined at. */
  timeZone: string | null;
};

export function findCustomer(tx: TenantTransaction, id: string): Promise<CustomerRecord | null> {
  return findRow(tx, selectCustomer(tx, id));
}

export function selectCustomer({ tenantId }: TenantTransaction, id: string) {
  return sql<CustomerRecord>`
    select customers.id, customers.kind, customers.merged_into as "mergedInto", customers.name,
      customers.restricted_at as "restrictedAt",
      customers.phone, customers.email, customers.birthday, customers.language,
      array(select held.value from customer_identifiers as held
        where held.tenant_id = customers.tenant_id and held.customer_id = customers.id
        order by held.kind desc, held.value) as proved, customers.visits, customers.first_seen_at as "firstSeenAt",
      customers.last_visit_at as "lastVisitAt", customers.source_at as "sourceAt",
      customers.source_branch_id as "sourceBranchId", branches.name as "sourceBranchName",
      branches.time_zone as "timeZone"
    from customers
    left join branches
      on branches.tenant_id = customers.tenant_id and branches.id = customers.source_branch_id
    where customers.tenant_id = ${tenantId} and customers.id = ${id}`;
}

export type FieldRow = {
  field: string;
  value: string;
  givenBy: "guest" | "import" | "zalo" | "staff" | "customer";
  givenAt: Date;
  /** Null where it was somebody else who said it. */
  staffId: string | null;
  /** Null: at no branch. */
  branchId: string | null;
  branchName: string | null;
  termsVersion: number | null;
};

/** What a row of a field says, and where it comes from. */
export const fieldColumns = sql`told.field, told.value, told.given_by as "givenBy",
  coalesce(told.told_at, told.given_at) as "givenAt", told.staff_id as "staffId", told.branch_id as "branchId",
  branches.name as "branchName",
  coalesce(told.terms_version, case when told.given_by = 'guest' then guests.terms_version end)
    as "termsVersion"`;

export const fieldTables = sql`guests
  join customer_fields as told on told.tenant_id = guests.tenant_id and told.guest_id = guests.id
  left join branches on branches.tenant_id = told.tenant_id and branches.id = told.branch_id`;

/** The last word on each field, with who gave it, when, where, and under which terms. */
export async function listFields(tx: TenantTransaction, customerId: string): Promise<FieldRow[]> {
  return await listRows(tx, selectFields(tx, customerId));
}

export function selectFields({ tenantId }: TenantTransaction, customerId: string) {
  return sql<FieldRow>`
    select latest.* from (
      select distinct on (told.field) ${fieldColumns}
      from ${fieldTables}
      where guests.tenant_id = ${tenantId} and guests.customer_id = ${customerId}
      order by told.field, told.given_at desc, told.event_id desc
    ) as latest where latest.value <> '' order by latest.field`;
}

/** Everything that was ever said of one field, the newest first. */
export async function listFieldHistory(
  tx: TenantTransaction,
  { customerId, field, limit }: { customerId: string; field: string; limit: number },
): Promise<FieldRow[]> {
  return await listRows(
    tx,
    sql<FieldRow>`
      select ${fieldColumns} from ${fieldTables}
      where guests.tenant_id = ${tx.tenantId} and guests.customer_id = ${customerId}
        and told.field = ${field} and told.merge_id is null
      order by told.given_at desc, told.event_id desc limit ${limit}`,
  );
}

export type DeviceRow = {
  id: string;
  mac: string | null;
  randomised: boolean;
  system: DeviceSystem | null;
  form: DeviceForm | null;
  firstSeenAt: Date;
  lastSeenAt: Date;
};

export function selectDevices({ tenantId }: TenantTransaction, customerId: string) {
  return sql<DeviceRow>`
    select devices.id, devices.mac, devices.randomised, devices.system, devices.form,
      min(linked.first_at) as "firstSeenAt", max(linked.last_at) as "lastSeenAt"
    from guests
    join guest_devices as linked
      on linked.tenant_id = guests.tenant_id and linked.guest_id = guests.id
    join devices on devices.tenant_id = linked.tenant_id and devices.id = linked.device_id
    where guests.tenant_id = ${tenantId} and guests.customer_id = ${customerId}
    group by devices.id, devices.mac, devices.randomised, devices.system, devices.form
    order by max(linked.last_at) desc, devices.id`;
}

export type ConsentRow = {
  purpose: string;
  channel: string | null;
  given: boolean;
  at: Date;
  textVersion: number;
  language: string;
  method: string;
  branchId: string;
  branchName: string | null;
  nasId: string | null;
};

/** Every act of agreeing and of taking it back, the newest first. */
export async function listConsents(
  tx: TenantTransaction,
  customerId: string,
): Promise<ConsentRow[]> {
  return await listRows(tx, selectConsents(tx, customerId));
}

export function selectConsents({ tenantId }: TenantTransaction, customerId: string) {
  return sql<ConsentRow>`
    select acts.purpose, acts.channel, acts.given, acts.at, acts.text_version as "textVersion",
      acts.language, acts.method, acts.branch_id as "branchId", branches.name as "branchName",
      acts.nas_id as "nasId"
    from guests
    join customer_consents as acts
      on acts.tenant_id = guests.tenant_id and acts.guest_id = guests.id
    left join branches on branches.tenant_id = acts.tenant_id and branches.id = acts.branch_id
    where guests.tenant_id = ${tenantId} and guests.customer_id = ${customerId}
    order by acts.at desc, acts.event_id desc`;
}
