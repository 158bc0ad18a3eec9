import { expect, test } from "vitest";
import {
  featuresKeepSqlInQueries,
  listScopes,
  sqlIsRightOnCitus,
  sqlStandsInTemplates,
  statementsNameTheTenant,
  tablesAreWrittenByTheirFeature,
} from "./statements.ts";

const feature = (path: string, text: string) => ({ path: `cloud-api/src/features/${path}`, text });
const made = feature(
  "visits/migrations/001-visits.sql",
  "create table visits (tenant_id uuid not null, primary key (tenant_id));",
);
const template = (sql: string) =>
  `export const f = () => sql<{ id: string }>\`${sql}\`.execute(db);`;
const query = (sql: string, path = "visits/queries.ts") => [made, feature(path, template(sql))];

test("a statement that does not name its tenant is found, also one in brackets", () => {
  const good = [
    "select id from visits where tenant_id = ${tenantId}",
    "insert into visits (tenant_id, id) values (${a}, ${b})",
    "select 1 from directory.boxes where id = ${id}",
    "with v as (select id from visits where tenant_id = ${t}) select id from v",
  ];
  for (const sql of good) expect(statementsNameTheTenant(query(sql)), sql).toEqual([]);
  const bad = [
    "select id from visits where id = ${tenant_id}",
    "select id from visits -- tenant_id",
    "update visits set a = 1",
    "select (select count(*) from visits) from visits where tenant_id = ${t}",
    "with v as (select id from visits) select id from v where tenant_id = ${t}",
    "select tenant_id from visits where id = ${id}",
    "select id from visits order by tenant_id",
    "insert into visits (id) values (${a}) returning tenant_id",
    "insert into visits (tenant_id, id) select ${a}, id from visits where id = ${id}",
    "select id from visits where tenant_id = ${t} union all select id from visits",
  ];
  for (const sql of bad) expect(statementsNameTheTenant(query(sql)), sql).toHaveLength(1);
});

test("a select in a piece of a statement names its tenant too", () => {
  const bad = "not exists (select from visits where id = ${id})";
  expect(statementsNameTheTenant(query(bad))).toHaveLength(1);
  const good = "not exists (select from visits where tenant_id = ${t} and id = ${id})";
  expect(statementsNameTheTenant(query(good))).toEqual([]);
});

test("SQL that no rule can read is found, except in the platform", () => {
  for (const text of ["const a = sql.raw(text);", "CompiledQuery.raw(text);"]) {
    expect(sqlStandsInTemplates([feature("visits/queries.ts", text)]), text).toHaveLength(1);
    expect(sqlStandsInTemplates([{ path: "cloud-api/src/platform/db.ts", text }])).toEqual([]);
  }
});

test("a chain of the builder that does not name its tenant is found", () => {
  const text = (where: string) => `const q = db.selectFrom("visits").select("id")${where};`;
  expect(statementsNameTheTenant([made, feature("visits/queries.ts", text(""))])).toHaveLength(1);
  const named = text('.where("tenant_id", "=", tenantId)');
  expect(statementsNameTheTenant([made, feature("visits/queries.ts", named)])).toEqual([]);
});

test("brackets that hold no select are part of what is around them", () => {
  expect(listScopes("select f(a) from b where c in (select d from e)")).toEqual([
    "select f(a) from b where c in ()",
    "select d from e",
  ]);
});

test("a table that another feature writes is found", () => {
  for (const sql of [
    "insert into visits (tenant_id) values (1)",
    "update visits set a = tenant_id",
  ]) {
    expect(tablesAreWrittenByTheirFeature(query(sql))).toEqual([]);
    expect(tablesAreWrittenByTheirFeature(query(sql, "customers/queries.ts"))).toHaveLength(1);
  }
  const read = "select id from visits where tenant_id = 1 for update";
  expect(tablesAreWrittenByTheirFeature(query(read, "customers/queries.ts"))).toEqual([]);
});

test("SQL outside a feature's queries is found", () => {
  expect(featuresKeepSqlInQueries(query("select 1"))).toEqual([]);
  expect(featuresKeepSqlInQueries(query("select 1", "visits/routes.ts"))).toHaveLength(1);
});

test.each([
  "select set_config('app.tenant', ${t}, true)",
  "merge into visits using x on true when matched then delete",
  "insert into visits (a) values (1) on conflict (a) do update set b = now()",
  "insert into visits (a) values (1) on conflict (a) do update set b = (select 1)",
  "set app.tenant = 'x'",
  "select pg_advisory_lock(1)",
  "select clock_timestamp()",
])("what Citus does not do is found: %s", (sql) => {
  expect(sqlIsRightOnCitus(query(sql))).toHaveLength(1);
});

test.each([
  "create trigger t after insert on visits execute function f()",
  "alter table visits add foreign key (tenant_id, a) references b (tenant_id, a) on delete set null",
])("what Citus does not do is found in a migration: %s", (sql) => {
  expect(sqlIsRightOnCitus([feature("visits/migrations/002.sql", sql)])).toHaveLength(1);
});

test("an upsert from excluded values passes", () => {
  const sql = `insert into visits (a) values (1) on conflict (tenant_id, a)
    do update set b = excluded.b, c = coalesce(excluded.c, visits.c), n = visits.n + 1 returning id`;
  expect(sqlIsRightOnCitus(query(sql))).toEqual([]);
});
