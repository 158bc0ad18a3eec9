import { expect, test } from "vitest";
import {
  branchesAreScoped,
  indexesAreBuiltBeside,
  keysHoldTheTenant,
  rowSecurityIsForced,
  tablesAreDistributedFirst,
  tablesAreMadeColumnByColumn,
} from "./migrations.ts";
import { splitStatements } from "./sql.ts";

const migration = (text: string) => [
  { path: "cloud-api/src/features/visits/migrations/001-visits.sql", text },
];

const LATER = (text: string) => ({
  path: "cloud-api/src/features/visits/migrations/002-later.sql",
  text,
});

const GOOD = `-- create table never (id uuid);
create table visits (
  tenant_id uuid not null default current_tenant(),
  id uuid not null,
  customer_id uuid,
  length numeric(10, 2) check (length > 0),
  primary key (tenant_id, id),
  unique (tenant_id, customer_id, id)
);
select distribute('visits');
alter table visits add foreign key (tenant_id, customer_id) references customers (tenant_id, id);
create unique index visits_number on visits (tenant_id, customer_id) where length > 1;
alter table visits enable row level security;
alter table visits force row level security;
create policy visits_of_tenant on visits using (tenant_id = current_tenant());
create function directory.find() returns void language sql as $$ select 1; select 2; $$;`;

const rules = [
  keysHoldTheTenant,
  tablesAreDistributedFirst,
  rowSecurityIsForced,
  tablesAreMadeColumnByColumn,
];
const run = (text: string) => rules.flatMap((rule) => rule(migration(text)));

test("statements are split at semicolons, but not in bodies and strings", () => {
  expect(splitStatements(GOOD)).toHaveLength(8);
  expect(splitStatements("select ';' ; select 2")).toHaveLength(2);
});

test("a migration as it should be passes", () => {
  expect(run(GOOD)).toEqual([]);
});

test.each([
  ["primary key (tenant_id, id)", "primary key (id, tenant_id)", "no primary key that begins"],
  ["tenant_id uuid not null default current_tenant()", "tenant_id uuid", "no tenant_id uuid not"],
  ["unique (tenant_id, customer_id, id)", "unique (customer_id)", "key without tenant_id"],
  ["customer_id uuid,", "customer_id uuid unique,", "unique column without tenant_id"],
  ["(tenant_id, customer_id) where", "(customer_id) where", "unique index without tenant_id"],
  ["foreign key (tenant_id, customer_id)", "foreign key (customer_id)", "key without tenant_id"],
  ["select distribute('visits');", "", "never given to distribute()"],
  ["customer_id uuid,", "customer_id uuid references c (id),", "foreign key before distribute()"],
  ["alter table visits enable row level security;", "", "without row-level security"],
  ["alter table visits force row level security;", "", "does not force"],
  ["using (tenant_id = current_tenant())", "using (true)", "has no policy"],
])("a migration with %s made %s is found", (good, bad, fault) => {
  expect(GOOD).toContain(good);
  expect(run(GOOD.replace(good, bad)).join("\n")).toContain(fault);
});

test.each([
  ["alter table visits disable row level security;", "disables row-level"],
  ["alter table visits no force row level security;", "lets the owner past"],
  ["create policy everybody on visits using (true);", "policy for more than one"],
  ["create policy all_of on visits using (tenant_id = current_tenant() or true);", "more than one"],
  ["create policy p on visits for insert with check (true);", "policy for more than one"],
  ["alter policy visits_of_tenant on visits using (true);", "changes a policy"],
  ["drop policy visits_of_tenant on visits;", "changes a policy"],
  ["create table copies as select * from visits;", "makes copies by a query"],
  ["create table copies (tenant_id, id) as table visits;", "makes copies by a query"],
  ["create materialized view sums as select 1;", "makes sums by a query"],
  ["create view open_visits as select * from visits;", "the view open_visits"],
  ["alter table visits add column branch_id uuid references branches (id);", "without tenant_id"],
  ["alter table visits add a int, add b uuid references b (id);", "without tenant_id"],
])("what a later migration may not take back is found: %s", (later, fault) => {
  const found = rules.flatMap((rule) => rule([...migration(GOOD), LATER(later)]));
  expect(found.join("\n")).toContain(fault);
});

test.each([
  "create view own with (security_invoker = true) as select * from visits;",
  "create table directory.copies as select 1;",
  "alter table visits add column length_seconds integer;",
])("what a later migration may do passes: %s", (later) => {
  expect(rules.flatMap((rule) => rule([...migration(GOOD), LATER(later)]))).toEqual([]);
});

test("a foreign key that is added before its table is distributed is found", () => {
  const call = "select distribute('visits');\n";
  expect(run(`${GOOD.replace(call, "")}\n${call}`).join("\n")).toContain("before distribute()");
});

test("the schema directory needs no tenant", () => {
  expect(run("create table directory.boxes (key_hash text primary key, tenant_id uuid)")).toEqual(
    [],
  );
});

test("a table may be bound by the function that does it for all, if that does all of it", () => {
  const define = `create function isolate_tenants(name regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', name);
  execute format('alter table %s force row level security', name);
  execute format('create policy tenant on %s using (tenant_id = current_tenant())', name);
end $$;`;
  const platform = (text: string) => ({ path: "cloud-api/src/platform/migrations/1.sql", text });
  const table = "create table visits (tenant_id uuid not null, primary key (tenant_id));";
  const call = migration(`${table} select isolate_tenants('visits');`);
  expect(rowSecurityIsForced([platform(define), ...call])).toEqual([]);
  expect(rowSecurityIsForced([platform(define), ...migration(table)])).toHaveLength(3);
  const weaker = define.replace("(tenant_id =", "(true or tenant_id =");
  expect(rowSecurityIsForced([platform(weaker), ...call])).toHaveLength(1);
});

test("a table that names a branch is bound to the branches in reach, in its migration or later", () => {
  const table = "create table stays (tenant_id uuid not null, branch_id uuid not null);";
  expect(branchesAreScoped(migration(table))).toEqual([
    expect.stringContaining("stays has a branch_id"),
  ]);
  const bind = "select scope_to_branches('stays', 'branch_id');";
  expect(branchesAreScoped([...migration(table), LATER(bind)])).toEqual([]);
  const column = "alter table stays add column branch_id uuid;";
  expect(branchesAreScoped(migration(column))).toHaveLength(1);
  const policy =
    "create policy p on stays as restrictive to foyer_scoped using (branch_id = any (current_branches()));";
  expect(branchesAreScoped([...migration(table), LATER(policy)])).toEqual([]);
  expect(rowSecurityIsForced([LATER(policy)])).toEqual([]);
});

test("an index of a table that is written is built beside it, and taken away first", () => {
  const judge = (text: string, name = "202611280571_later.sql") =>
    indexesAreBuiltBeside([{ path: `cloud-api/src/features/visits/migrations/${name}`, text }]);
  const build = "create index concurrently visits_by_end on visits (tenant_id, ended_at);";
  const outside = "-- Outside of a transaction: visits are written meanwhile.\n";
  const dropped = "drop index concurrently if exists visits_by_end;\n";
  expect(judge(outside + dropped + build)).toEqual([]);
  expect(judge(dropped + build)[0]).toContain("concurrently in a transaction");
  expect(judge(outside + build)[0]).toContain("not dropped first");
  const plain = "create index visits_by_end on visits (tenant_id, ended_at);";
  expect(judge(plain)[0]).toContain("keeps visits from being written");
  expect(judge(plain, "202611280529_before.sql")).toEqual([]);
  expect(judge(`create table visits (tenant_id uuid not null);${plain}`)).toEqual([]);
});
