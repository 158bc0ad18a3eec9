import type { Client } from "pg";
import { firstSettings } from "../src/features/branches/first-settings.ts";
import { listSearchWords } from "../src/features/customers/rules.ts";
import { newId } from "../src/platform/clock.ts";
import { describePerson } from "./bench-names.ts";
import {
  type BenchTenant,
  BRANCH,
  CUSTOMER,
  chance,
  fillTenant,
  GUEST,
  idOf,
  MARK,
  sqlId,
} from "./bench-tenant.ts";

const SEGMENT = 8;
const TOLD = 9;
/** One with a third of all customers, and one with one in two thousand. */
export const BROAD_SEGMENT = idOf(SEGMENT, 0);
export const NARROW_SEGMENT = idOf(SEGMENT, 1);
export const GROUP = idOf(MARK, 0);
export const TAG = idOf(MARK, 10);
const BROAD_IN = 3;
const NARROW_IN = 2000;
const LOOKED_AT = 200;

/** Tables that hold a row or more for each customer. */
const LARGE = [
  ...["branches", "visits", "customers", "guests", "customer_marks", "customer_consents"],
  ...["guest_moments", "customer_words", "customer_identifiers", "customer_fields", "devices"],
  ...["guest_devices", "branch_customers", "brand_customers", "segment_members"],
];

/** What a company's customers list and a customer's page are read from, beside what segments ask for. */
export async function fillRecords(client: Client, tenant: BenchTenant): Promise<void> {
  const { tenantId, customers, branches } = tenant;
  const id = `'${tenantId}'::uuid`;
  const number = "said.i";
  const everybody = `from generate_series(0, ${customers - 1}) as said (i)`;
  const person = describePerson(number, (salt, below) => chance(number, salt, below));
  const customer = sqlId(CUSTOMER, number);
  const branch = sqlId(BRANCH, chance(`${number} * 32`, 11, branches));
  const told = `${id}, ${sqlId(TOLD, number)}, told.field, ${sqlId(GUEST, number)}, told.value`;
  const tree = `'{"kind":"all","of":[{"kind":"visit-count","count":{"min":1},"visits":{}}]}'`;
  const members = (segment: number, one: number) =>
    `select ${id}, ${sqlId(SEGMENT, `${segment}`)}, ${customer}, now() ${everybody}
     where ${chance(number, 31 + segment, one)} = 0`;
  const statements = [
    `insert into customer_words (tenant_id, word, customer_id)
     select ${id}, found.word, ${customer} ${everybody}
     cross join lateral (select distinct word
       from unnest(array[${person.words.join(", ")}]) as listed (word)) as found
     where found.word is not null`,
    `insert into customer_identifiers (tenant_id, kind, value, customer_id)
     select ${id}, 'phone', ${person.phone}, ${customer} ${everybody}`,
    `insert into customer_fields (tenant_id, event_id, field, guest_id, value, given_by, given_at,
       branch_id, terms_version)
     select ${told}, 'guest', now() - interval '1 year', ${branch}, 1 ${everybody}
     cross join lateral (values ('name', ${person.name}), ('phone', ${person.phone}),
       ('email', ${person.email}), ('own.drink', 'cà phê sữa')) as told (field, value)
     where told.value is not null`,
    `insert into own_fields (tenant_id, key, kind, label, choices, created_at)
     values (${id}, 'own.drink', 'text', '{"vi":"Đồ uống"}', '[]', now())`,
    `insert into segments (tenant_id, id, name, tree, created_at, changed_at, members)
     select ${id}, ${sqlId(SEGMENT, number)}, 'Segment ' || ${number}, ${tree}, now(), now(), 0
     from generate_series(0, 1) as said (i)`,
    `insert into segment_members (tenant_id, segment_id, customer_id, since)
     ${members(0, BROAD_IN)} union all ${members(1, NARROW_IN)}`,
    `update segments set members = (select count(*) from segment_members as held
       where held.tenant_id = segments.tenant_id and held.segment_id = segments.id)
     where tenant_id = ${id}`,
  ];
  for (const statement of statements) await client.query(statement);
  const brand = { name: "Cà phê Sông Hương", accentColour: "#0b7285", logo: null };
  const settings = firstSettings({
    ...{ branchName: "Hồ Gươm", country: "VN", languages: ["vi"] as const },
    ...{ brand, texts: null, newId },
  });
  await client.query("update branches set settings = $2 where tenant_id = $1", [
    ...[tenantId, JSON.stringify(settings)],
  ]);
}

/** Everything of a company, and a look at whether its words are those that the product finds. */
export async function makeCompany(client: Client, tenant: BenchTenant): Promise<void> {
  await client.query("set synchronous_commit to off");
  await client.query("set maintenance_work_mem to '512MB'");
  await client.query("set work_mem to '256MB'");
  const whole = await leaveIndexes(client);
  await fillTenant(client, tenant);
  await fillRecords(client, tenant);
  await whole();
  await client.query("vacuum (analyze)");
  await client.query("reset work_mem");
  await compareWords(client, tenant.tenantId);
}

/** Rows come in faster where no index has to be kept; gives how they are made again, and keys with them. */
async function leaveIndexes(client: Client): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ name: string; made: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as made
     from pg_index where indrelid = any($1::regclass[]) and not exists (
       select from pg_constraint where conindid = indexrelid)`,
    [LARGE],
  );
  const keys = await client.query<{ owner: string; name: string; made: string }>(
    `select conrelid::regclass::text as owner, quote_ident(conname) as name,
       pg_get_constraintdef(oid) as made
     from pg_constraint where contype = 'f' and conrelid = any($1::regclass[])`,
    [LARGE],
  );
  for (const { owner, name } of keys.rows)
    await client.query(`alter table ${owner} drop constraint ${name}`);
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return async () => {
    for (const { made } of rows) await client.query(made);
    for (const { owner, name, made } of keys.rows)
      await client.query(`alter table ${owner} add constraint ${name} ${made}`);
  };
}

async function compareWords(client: Client, tenantId: string): Promise<void> {
  type Found = { name: string; phone: string; email: string | null; words: string[] };
  const { rows } = await client.query<Found>(
    `select name, phone, email, array(select word from customer_words as found
       where found.tenant_id = $1 and found.customer_id = customers.id) as words
     from customers where tenant_id = $1 order by id limit ${LOOKED_AT}`,
    [tenantId],
  );
  for (const { words, ...person } of rows) {
    const [made, wanted] = [words, listSearchWords(person)].map((list) => list.toSorted().join());
    if (made !== wanted) throw new Error(`${person.name} is found by ${made}, not by ${wanted}.`);
  }
}
