import pg from "pg";

export type Company = { tenantId: string; branchId: string };

/** The number of the customer who is counted so, from 1: the one seen last. */
export const phoneOfCustomer = (number: number): string => `+849${String(number).padStart(8, "0")}`;

const DAY_SECONDS = 24 * 60 * 60;

/**
 * A company of so many customers, as years of sign-ins would have left it: each with a name, a number, a
 * device or two, visits here and elsewhere, and what they agreed to. Written by SQL: events would take an hour.
 */
export async function addCustomers(
  databaseUrl: string,
  { tenantId, branchId }: Company,
  count: number,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const run = (text: string) => client.query(text.replaceAll("$count", String(count)));
  try {
    await client.query("begin");
    await client.query("select enter_tenant($1)", [tenantId]);
    // Ids of their time, as Foyer makes them: those of one day lie together in every index.
    await run(`create temp table made on commit drop as
      select n, uuidv7(-age) as customer, uuidv7(-age) as guest, age,
        '+849' || lpad(n::text, 8, '0') as phone,
        (array['Lan','Hùng','Minh','Ngọc Anh','Thu Trang'])[1 + n % 5] || ' ' || n as name,
        now() - age as seen
      from (select n, make_interval(secs => (n::float8 / $count) * 300 * ${DAY_SECONDS}) as age
        from generate_series(1, $count) as n) as counted`);
    await run(`insert into customers (tenant_id, id, name, phone, language, birthday, source_branch_id,
        source_at, first_seen_at, last_seen_at, visits, last_visit_at, changed_position)
      select '${tenantId}', customer, name, phone, 'vi', '1990-03-14', '${branchId}', seen, seen, seen,
        1 + n % 9, seen, 1 from made`);
    await run(`insert into customer_identifiers (tenant_id, kind, value, customer_id)
      select '${tenantId}', 'phone', phone, customer from made`);
    await run(`insert into guests (tenant_id, id, customer_id, branch_id, first_seen_at, verified_at,
        last_verified_at)
      select '${tenantId}', guest, customer, '${branchId}', seen, seen, seen from made`);
    await run(`insert into customer_fields (tenant_id, event_id, field, guest_id, value, given_by,
        given_at, branch_id)
      select '${tenantId}', gen_random_uuid(), told.field, guest, told.value, 'guest', seen,
        '${branchId}' from made,
        lateral (values ('name', name), ('phone', phone), ('language', 'vi')) as told (field, value)`);
    await run(`insert into branch_customers (tenant_id, branch_id, customer_id, visits, last_visit_at,
        changed_position)
      select '${tenantId}', '${branchId}', customer, 1 + n % 5, seen, 1 from made`);
    await run(`insert into brand_customers (tenant_id, brand_id, customer_id, is_known, seen_at,
        changed_position)
      select '${tenantId}', branches.brand_id, customer, true, seen, 1
      from made cross join branches where branches.id = '${branchId}'`);
    await run(`insert into customer_consents (tenant_id, event_id, consent_id, guest_id, purpose, given,
        at, text_version, text_sha256, language, method, branch_id, device_id)
      select '${tenantId}', gen_random_uuid(), gen_random_uuid(), guest, agreed.purpose, true, seen, 1,
        repeat('0', 64), 'vi', 'portal', '${branchId}', gen_random_uuid()
      from made, unnest(array['terms', 'profiling']) as agreed (purpose)`);
    await run(`create temp table carried on commit drop as
      select made.guest, made.seen, uuidv7(-made.age) as device, made.n, which
      from made, generate_series(0, 1) as which where which = 0 or made.n % 2 = 0`);
    await run(`insert into devices (tenant_id, id, mac, randomised, first_seen_at, last_seen_at)
      select '${tenantId}', device, upper(concat_ws('-', case which when 0 then '02' else '00' end,
        '5E', lpad(to_hex(n >> 16 & 255), 2, '0'), lpad(to_hex(n >> 8 & 255), 2, '0'),
        lpad(to_hex(n & 255), 2, '0'), '0' || which)), which = 0, seen, seen from carried`);
    await run(`insert into guest_devices (tenant_id, guest_id, device_id, first_at, last_at)
      select '${tenantId}', guest, device, seen, now() from carried`);
    await client.query("commit");
    await client.query("analyze");
  } finally {
    await client.end();
  }
}
