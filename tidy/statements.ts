import { findClosing, masked } from "./mask.ts";
import { featureOf, isCode, isTest, lineAt, type Rule, type SourceFile } from "./source.ts";
import {
  isTenantTable,
  listCodeStatements,
  listCreatedTables,
  listMigrationStatements,
  listTemplates,
  type Sql,
  tableName,
} from "./sql.ts";

const TABLE_READ = /\b(?:from|join|update|into|using|table) (?:only )?([a-z_][\w.]*)/g;
const TABLE_WRITTEN =
  /\b(?:insert into|update(?: only)?|delete from(?: only)?|truncate(?: table)?) ([a-z_][\w.]*)/g;
const BUILDER = /\.(selectFrom|updateTable|deleteFrom|insertInto)\(\s*"/g;

function tenantTables(files: readonly SourceFile[]): Map<string, string | null> {
  const created = listCreatedTables(listMigrationStatements(files));
  return new Map(
    created.filter(({ table }) => isTenantTable(table)).map((each) => [each.table, each.feature]),
  );
}

/**
 * Each statement, and each select inside it, that reads or writes a tenant's table says which
 * tenant it means: row-level security is the net, not the filter.
 */
export const statementsNameTheTenant: Rule = (files) => {
  const tables = tenantTables(files);
  const statements = listCodeStatements(files).flatMap((sql) =>
    listScopes(sql.text).map((scope) => ({ ...sql, scope })),
  );
  // Of a piece that is put into a statement, the selects in its brackets.
  const fragments = codeOf(files)
    .flatMap(listTemplates)
    .filter((sql) => !STATEMENT.test(sql.text))
    .flatMap((sql) =>
      listScopes(sql.text)
        .filter((scope) => STATEMENT.test(scope))
        .map((scope) => ({ ...sql, scope })),
    );
  const fromTemplates = [...statements, ...fragments].flatMap(({ path, line, scope }) =>
    listArms(scope)
      .filter((arm) => tablesOf(arm, TABLE_READ).some((table) => tables.has(table)))
      .filter((arm) => !namesTheTenant(arm))
      .map((arm) => `${path}:${line} does not name tenant_id: ${arm.slice(0, 80)}`),
  );
  const fromBuilder = codeOf(files).flatMap((file) =>
    listBuilderCalls(file)
      .filter(({ table, chain }) => tables.has(table) && !/\btenant_id\b/.test(chain))
      .map(({ table, line }) => `${file.path}:${line} does not name tenant_id: ${table}`),
  );
  return [...fromTemplates, ...fromBuilder];
};

const STATEMENT = /^(with|select|insert|update|delete)\b/;

/** The selects of a union, and the select that an insert puts in, one by one. */
function listArms(scope: string): string[] {
  const [insert, rows] = /^(insert into \S+ ?\([^)]*\))( select .*)$/.exec(scope)?.slice(1) ?? [];
  if (insert && rows) return [insert, ...listArms(rows.trim())];
  return scope.split(/\b(?:union|intersect|except)(?: all)?\b/).map((arm) => arm.trim());
}

/** It compares tenant_id, or says it among the columns it fills. */
function namesTheTenant(arm: string): boolean {
  return /\btenant_id = /.test(arm) || /^insert into \S+ ?\([^)]*\btenant_id\b/.test(arm);
}

/** SQL that is put together elsewhere can be read by no rule: templates alone, but in the platform. */
export const sqlStandsInTemplates: Rule = (files) =>
  codeOf(files).flatMap((file) => {
    if (file.path.startsWith("cloud-api/src/platform/")) return [];
    const { code } = masked(file.text);
    return [...code.matchAll(/\bsql\s*\??\.\s*raw\b|\bCompiledQuery\b/g)].map(
      (match) => `${file.path}:${lineAt(file.text, match.index)} has ${match[0]}; use sql\`…\``,
    );
  });

/** The statement and every select in its brackets, each without those inside it. */
export function listScopes(text: string): string[] {
  const scopes: string[] = [];
  let outer = "";
  for (let i = 0; i < text.length; i++) {
    const close = text[i] === "(" ? findClosing(text, i) : -1;
    const inner = close < 0 ? "" : text.slice(i + 1, close).trim();
    if (STATEMENT.test(inner)) {
      scopes.push(...listScopes(inner));
      outer += "()";
      i = close;
    } else outer += text[i];
  }
  return [outer, ...scopes];
}

/** Only the feature whose migration made a table writes it. */
export const tablesAreWrittenByTheirFeature: Rule = (files) => {
  const tables = new Map(
    listCreatedTables(listMigrationStatements(files)).map((each) => [each.table, each.feature]),
  );
  const judge = (feature: string | null, table: string, at: string) => {
    const owner = tables.get(table);
    return owner === undefined || owner === feature
      ? []
      : [`${at} writes ${table}, which belongs to ${owner ?? "the platform"}`];
  };
  const statements = [...listCodeStatements(files), ...listMigrationStatements(files)];
  return [
    ...statements.flatMap((sql) =>
      tablesOf(sql.text, TABLE_WRITTEN).flatMap((table) =>
        judge(sql.feature, table, `${sql.path}:${sql.line}`),
      ),
    ),
    ...codeOf(files).flatMap((file) =>
      listBuilderCalls(file)
        .filter(({ call }) => call !== "selectFrom")
        .flatMap(({ table, line }) => judge(featureOf(file.path), table, `${file.path}:${line}`)),
    ),
  ];
};

/** A feature's SQL stands in its queries; the decisions around it do not know it. */
export const featuresKeepSqlInQueries: Rule = (files) =>
  codeOf(files).flatMap((file) => {
    if (!featureOf(file.path) || /(^|[/-])queries\.ts$/.test(file.path)) return [];
    return [
      ...listTemplates(file).map(({ line }) => line),
      ...listBuilderCalls(file).map(({ line }) => line),
    ].map((line) => `${file.path}:${line} has SQL; a feature's SQL stands in queries.ts`);
  });

/** What one PostgreSQL allows and Citus does not, or does differently without saying so. */
const BANNED: readonly [RegExp, string][] = [
  [/\bset_config ?\(/, "set_config does not reach other nodes; use enter_tenant()"],
  [/\bcreate (?:or replace )?(?:constraint )?trigger\b/, "triggers are refused on Citus"],
  [/\bcreate (?:or replace )?rule\b/, "rules are refused on Citus"],
  [/\bmerge into\b/, "MERGE fails under row-level security on Citus"],
  [/\bon delete set null\b/, "on delete set null is refused on Citus"],
  [/\bdetach partition .* concurrently\b/, "detach concurrently is refused on Citus"],
  [/\bpg_(?:try_)?advisory/, "advisory locks hold on one node only"],
  [/\b(?:clock_timestamp|statement_timestamp|timeofday) ?\(/, "times come as parameters"],
];

export const sqlIsRightOnCitus: Rule = (files) => {
  const templates = codeOf(files).flatMap(listTemplates);
  const statements = [...templates, ...listMigrationStatements(files)];
  return statements.flatMap((sql) => [
    ...BANNED.filter(([pattern]) => pattern.test(sql.text)).map(
      ([, why]) => `${sql.path}:${sql.line} ${why}`,
    ),
    ...upsertFaults(sql),
    ...sessionSetFaults(sql),
  ]);
};

/** Expressions that are written like functions and are none. */
const EXPRESSIONS = new Set([
  "coalesce",
  "greatest",
  "least",
  "nullif",
  "in",
  "and",
  "or",
  "set",
  "where",
]);

function upsertFaults(sql: Sql): string[] {
  const update = /\bdo update set (.*?)(?= returning\b|;|$)/.exec(sql.text)?.[1];
  if (update === undefined) return [];
  const at = `${sql.path}:${sql.line}`;
  const called = [...update.matchAll(/\b([a-z_][\w.]*) ?\(/g)]
    .map((match) => match[1] as string)
    .filter((name) => !EXPRESSIONS.has(name) && !/^\w+\.\w+$/.test(name));
  const faults = called.map((name) => `${at} calls ${name}() in DO UPDATE; use excluded.x`);
  if (/\( ?select\b/.test(update)) faults.push(`${at} selects in DO UPDATE; use excluded.x`);
  return faults;
}

/** `set local` in a function is how the tenant is entered; a session's SET outlives its tenant. */
function sessionSetFaults(sql: Sql): string[] {
  return /^set (?!local\b|constraints\b)/.test(sql.text) || /\bset session\b/.test(sql.text)
    ? [`${sql.path}:${sql.line} sets something for the session: ${sql.text.slice(0, 60)}`]
    : [];
}

function tablesOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => tableName(match[1] as string));
}

function codeOf(files: readonly SourceFile[]): SourceFile[] {
  return files.filter(
    (file) => file.path.startsWith("cloud-api/src/") && isCode(file.path) && !isTest(file.path),
  );
}

type BuilderCall = { call: string; table: string; chain: string; line: number };

/** kysely's builder: the table it begins with and the text up to the end of its statement. */
function listBuilderCalls(file: SourceFile): BuilderCall[] {
  const { code, uncommented } = masked(file.text);
  return [...code.matchAll(BUILDER)].map((match) => {
    const start = match.index + match[0].length;
    const table = uncommented.slice(start, code.indexOf('"', start)).split(" ")[0] as string;
    const end = code.indexOf(";", start);
    const chain = uncommented.slice(start, end < 0 ? undefined : end);
    return { call: match[1] as string, table, chain, line: lineAt(file.text, match.index) };
  });
}
