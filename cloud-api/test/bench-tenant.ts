import type { Client } from "pg";
import { describePerson } from "./bench-names.ts";

export type BenchTenant = { tenantId: string; customers: number; branches: number };

/** Ids of made-up rows: by their kind and number. */
export const idOf = (kind: number, index: number) =>
  `0199000${kind}-0000-7000-8000-${index.toString(16).padStart(12, "0")}`;

export const BRANCH = 1;
export const CUSTOMER = 2;
export const GUEST = 3;
export const VISIT = 4;
export const MARK = 5;
export const EVENT = 6;
export const DEVICE = 7;

/** 0: the outermost group, 1 to 4: those in it, 10 to 19: tags. */
const GROUPS = 5;
const FIRST_TAG = 10;
const TAGS = 10;

export const sqlId = (kind: number, number: string) =>
  `('0199000${kind}-0000-7000-8000-' || lpad(to_hex((${number})::bigint), 12, '0'))::uuid`;
/** A number from 0 on below `below` that looks like chance and is the same each time. */
export const chance = (number: string, salt: number, below: number) =>
  `mod(abs(hashint8extended((${number})::bigint, ${salt})), ${below})::integer`;

/**
 * A company's customers as the handlers leave them, ten visits each on average over two years, straight
 * into the tables. The same numbers make the same company.
 */
export async function fillTenant(client: Client, tenant: BenchTenant): Promise<void> {
  const { tenantId, customers, branches } = tenant;
  const id = `'${tenantId}'::uuid`;
  const number = "said.i";
  const visit = `${number} * 32 + visits.j`;
  const each = (count: number, from = 0) => `generate_series(${from}, ${count - 1}) as said (i)`;
  const person = describePerson(number, (salt, below) => chance(number, salt, below));
  const branchOf = (seed: string) => sqlId(BRANCH, chance(seed, 11, branches));
  const statements = [
    `insert into branches (tenant_id, id, name, time_zone, country, languages, visit_gap_minutes,
       settings, created_at)
     select ${id}, ${sqlId(BRANCH, number)}, 'Branch ' || ${number},
       (array['Asia/Ho_Chi_Minh', 'Asia/Bangkok', 'Asia/Tokyo'])[1 + mod(${number}, 3)], 'VN',
       array['vi'], 30, '{}', now() from ${each(branches)}`,
    `insert into marks (tenant_id, id, kind, name, parent_id, created_at)
     select ${id}, ${sqlId(MARK, number)}, 'group', 'Group ' || ${number},
       case when ${number} > 0 then ${sqlId(MARK, "0")} end, now() from ${each(GROUPS)}`,
    `insert into marks (tenant_id, id, kind, name, created_at)
     select ${id}, ${sqlId(MARK, number)}, 'tag', 'Tag ' || ${number}, now()
     from ${each(FIRST_TAG + TAGS, FIRST_TAG)}`,
    // From 1 to 19 visits each, most of them lately, numbered in the order they began in.
    `insert into visits (tenant_id, id, branch_id, box_id, device_id, guest_id, customer_id, source,
       started_at, ended_at, last_told_at, number, number_at_branch)
     select ${id}, ${sqlId(VISIT, visit)}, visits.branch_id,
       ${sqlId(DEVICE, "0")}, ${sqlId(DEVICE, number)}, ${sqlId(GUEST, number)},
       ${sqlId(CUSTOMER, number)}, 'wifi', begun.at,
       begun.at + make_interval(mins => 5 + ${chance(visit, 7, 150)}), begun.at,
       visits.j, visits.number_at_branch
     from ${each(customers)}
     cross join lateral (select 1 + ${chance(number, 1, 19)} as count) as told
     cross join lateral (
       select came.*, row_number() over (partition by came.branch_id order by came.j)
         as number_at_branch
       from (
         select series.j, ${branchOf(`${number} * 32 + series.j / 3`)} as branch_id
         from generate_series(1, told.count) as series (j)
       ) as came
     ) as visits
     cross join lateral (select now() - make_interval(secs => 60 + 63072000 * power(
       (told.count - visits.j + ${chance(visit, 3, 10_000)} / 10000.0) / told.count, 2))
       as at) as begun`,
    `insert into customers (tenant_id, id, name, phone, email, birthday, language, source_branch_id,
       source_at, first_seen_at, last_seen_at, visits, last_visit_at, changed_position)
     select ${id}, ${sqlId(CUSTOMER, number)}, ${person.name},
       ${person.phone}, ${person.email},
       to_char(date '1960-01-01' + ${chance(number, 2, 16_000)}, 'YYYY-MM-DD'), 'vi',
       ${branchOf(`${number} * 32`)}, counted.first_at, counted.first_at, counted.last_at,
       counted.visits, counted.last_at, 1
     from ${each(customers)}
     join (
       select customer_id, count(*)::integer as visits, min(started_at) as first_at,
         max(started_at) as last_at
       from visits where tenant_id = ${id} group by customer_id
     ) as counted on counted.customer_id = ${sqlId(CUSTOMER, number)}`,
    `insert into guests (tenant_id, id, customer_id, branch_id, first_seen_at, verified_at,
       last_verified_at)
     select ${id}, ${sqlId(GUEST, number)}, ${sqlId(CUSTOMER, number)},
       ${branchOf(`${number} * 32`)}, now() - interval '2 years', now() - interval '2 years',
       now() - interval '2 years'
     from ${each(customers)}`,
    `insert into devices (tenant_id, id, mac, randomised, first_seen_at, last_seen_at)
     select ${id}, ${sqlId(DEVICE, number)}, '02:00:00:' || substr(lpad(to_hex(${number}), 6, '0'), 1, 2)
       || ':' || substr(lpad(to_hex(${number}), 6, '0'), 3, 2)
       || ':' || substr(lpad(to_hex(${number}), 6, '0'), 5, 2), true, now(), now() from ${each(customers)}`,
    `insert into guest_devices (tenant_id, guest_id, device_id, first_at, last_at)
     select ${id}, ${sqlId(GUEST, number)}, ${sqlId(DEVICE, number)}, now(), now() from ${each(customers)}`,
    `insert into branch_customers (tenant_id, branch_id, customer_id, visits, last_visit_at,
       changed_position)
     select ${id}, branch_id, customer_id, count(*), max(started_at), 1
     from visits where tenant_id = ${id} group by branch_id, customer_id`,
    `insert into brand_customers (tenant_id, brand_id, customer_id, is_known, seen_at,
       changed_position)
     select tenant_id, tenant_id, customer_id, true, first_seen_at, 1 from guests
     where tenant_id = ${id}`,
    // Behind the position that all customers stand at: nobody is to be looked at again.
    `insert into brand_customers_read (tenant_id, position) values (${id}, 2)`,
    `insert into customer_marks (tenant_id, customer_id, mark_id, kind)
     select ${id}, ${sqlId(CUSTOMER, number)}, ${sqlId(MARK, chance(number, 4, GROUPS))}, 'group'
     from ${each(customers)} where ${chance(number, 5, 2)} = 0
     union all
     select ${id}, ${sqlId(CUSTOMER, number)},
       ${sqlId(MARK, `${FIRST_TAG} + mod(${chance(number, 6, TAGS)} + tag.j, ${TAGS})`)}, 'tag'
     from ${each(customers)} cross join generate_series(0, 1) as tag (j)`,
    `insert into customer_consents (tenant_id, event_id, consent_id, guest_id, purpose, given, at,
       text_version, text_sha256, language, method, branch_id, device_id)
     select ${id}, ${sqlId(EVENT, `${number} * 2`)}, ${sqlId(EVENT, `${number} * 2`)},
       ${sqlId(GUEST, number)}, 'marketing', ${chance(number, 8, 3)} > 0, now() - interval '1 year',
       1, '', 'vi', 'portal', ${branchOf(`${number} * 32`)}, ${sqlId(DEVICE, number)}
     from ${each(customers)} where ${chance(number, 9, 10)} < 7`,
    `insert into guest_moments (tenant_id, event_id, guest_id, event, detail, branch_id, occurred_at)
     select ${id}, ${sqlId(EVENT, `${number} * 2 + 1`)}, ${sqlId(GUEST, number)}, 'guest.connected',
       'phone-code', ${branchOf(`${number} * 32`)},
       now() - make_interval(secs => ${chance(number, 10, 10_000_000)})
     from ${each(customers)}`,
  ];
  await client.query("set synchronous_commit to off");
  for (const statement of statements) {
    await client.query(statement);
    // A statement checks its references by one plan to its end: it has to know what it looks into.
    await client.query("analyze");
  }
  await client.query("vacuum (analyze)");
}
