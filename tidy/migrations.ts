import type { Rule } from "./source.ts";
import {
  isTenantTable,
  listCreatedTables,
  listMigrationStatements,
  type Sql,
  splitColumns,
  tableName,
} from "./sql.ts";

/** Primary, unique and foreign keys of a tenant's table begin with tenant_id or hold it. */
export const keysHoldTheTenant: Rule = (files) => {
  const statements = listMigrationStatements(files);
  const tables = listCreatedTables(statements).filter(({ table }) => isTenantTable(table));
  const added = statements.flatMap((sql) => {
    const match =
      /^alter table (?:if exists )?(?:only )?([\w.]+) add (constraint .*|unique .*|primary .*|foreign .*)$/.exec(
        sql.text,
      );
    const table = tableName(match?.[1] ?? "");
    return match && isTenantTable(table)
      ? splitColumns(match[2] as string).flatMap((part) => keyFaults(part, sql, table))
      : [];
  });
  const columns = statements.flatMap((sql) => {
    const match = /^alter table (?:if exists )?(?:only )?([\w.]+) (.*)$/.exec(sql.text);
    const table = tableName(match?.[1] ?? "");
    if (!match || !isTenantTable(table)) return [];
    return splitColumns(match[2] as string)
      .filter((part) => /^add (?:column )?(?!constraint|foreign)\w+ .*\breferences\b/.test(part))
      .map((part) => `${at(sql)} ${table} has a key without tenant_id: ${part}`);
  });
  const indexes = statements.flatMap((sql) => {
    const match = /^create unique index .*? on (?:only )?([\w.]+)[^(]*\((.*)\)/.exec(sql.text);
    const table = tableName(match?.[1] ?? "");
    return match && isTenantTable(table) && !/\btenant_id\b/.test(match[2] as string)
      ? [`${at(sql)} ${table} has a unique index without tenant_id`]
      : [];
  });
  return [...tables.flatMap(tableFaults), ...added, ...columns, ...indexes];
};

function tableFaults(created: Sql & { table: string; columns: string }): string[] {
  const parts = splitColumns(created.columns);
  const faults = parts.flatMap((part) => keyFaults(part, created, created.table));
  if (
    !parts.some((part) => /^tenant_id uuid\b.*\bnot null\b|^tenant_id uuid primary key/.test(part))
  )
    faults.push(`${at(created)} ${created.table} has no tenant_id uuid not null`);
  const hasKey = parts.some(
    (part) =>
      /\bprimary key ?\( ?tenant_id\b/.test(part) || /^tenant_id uuid\b.*\bprimary key/.test(part),
  );
  if (!hasKey)
    faults.push(`${at(created)} ${created.table} has no primary key that begins with tenant_id`);
  return faults;
}

function keyFaults(part: string, sql: Sql, table: string): string[] {
  const list = /(?:\bunique|\bforeign key)(?: nulls not distinct)? ?\(([^)]*)\)/.exec(part)?.[1];
  if (list !== undefined && !/\btenant_id\b/.test(list))
    return [`${at(sql)} ${table} has a key without tenant_id: ${part}`];
  return /^(?!tenant_id\b|constraint\b)\w+ [\w ]+ unique\b/.test(part)
    ? [`${at(sql)} ${table} has a unique column without tenant_id: ${part}`]
    : [];
}

/** A table is made, then distributed, then given foreign keys, all in one migration. */
export const tablesAreDistributedFirst: Rule = (files) => {
  const statements = listMigrationStatements(files);
  return listCreatedTables(statements)
    .filter(({ table }) => isTenantTable(table))
    .flatMap((created) => {
      const rest = statements.filter((sql) => sql.path === created.path);
      const after = rest.slice(rest.findIndex((sql) => sql.line === created.line) + 1);
      const name = new RegExp(`\\bdistribute\\( ?'(?:public\\.)?${created.table}'`);
      const place = after.findIndex((sql) => name.test(sql.text));
      const faults: string[] = [];
      if (place < 0) faults.push(`${at(created)} ${created.table} is never given to distribute()`);
      if (/\breferences\b/.test(created.columns))
        faults.push(`${at(created)} ${created.table} has a foreign key before distribute()`);
      const early = after
        .slice(0, Math.max(place, 0))
        .find((sql) => addsForeignKey(sql, created.table));
      return early
        ? [...faults, `${at(early)} ${created.table} gets a foreign key before distribute()`]
        : faults;
    });
};

function addsForeignKey(sql: Sql, table: string): boolean {
  const match = /^alter table (?:if exists )?(?:only )?([\w.]+) /.exec(sql.text);
  return tableName(match?.[1] ?? "") === table && /\breferences\b/.test(sql.text);
}

/** A function that binds the table it is given, so that no migration says it by hand. */
const ISOLATE = "isolate_tenants";

/** Row-level security is on, forced on the owner too, and one policy compares tenants plainly. */
export const rowSecurityIsForced: Rule = (files) => {
  const statements = listMigrationStatements(files);
  const define = statements.find(({ text }) =>
    new RegExp(`^create (?:or replace )?function ${ISOLATE}\\b`).test(text),
  );
  const faults = listCreatedTables(statements)
    .filter(({ table }) => isTenantTable(table))
    .flatMap((created) => {
      const own = statements.filter((sql) => sql.path === created.path).map((sql) => sql.text);
      const call = new RegExp(`\\b${ISOLATE}\\( ?'(?:public\\.)?${created.table}'`);
      const names = new RegExp(`\\b(?:table|on) (?:only )?(?:public\\.)?${created.table}\\b`);
      const said = own.some((text) => call.test(text))
        ? (define?.text ?? "")
        : own.filter((text) => names.test(text)).join("; ");
      return policyFaults(said).map((fault) => `${at(created)} ${created.table} ${fault}`);
    });
  return [...faults, ...statements.filter((sql) => sql !== define).flatMap(loosenings)];
};

const OWN_TENANT =
  /^create policy \S+ on \S+ using \(tenant_id = (?:\w+\.)?current_tenant\(\)\)(?: with check \(tenant_id = (?:\w+\.)?current_tenant\(\)\))?(?! with\b)/;

/** A restrictive policy lets nothing through that another does not. */
const ONLY_TAKES_AWAY = /^create policy \S+ on \S+ as restrictive /;

/** What a later statement takes back of it: policies add up, so that a second one opens the table. */
function loosenings(sql: Sql): string[] {
  const faults: string[] = [];
  if (/\bdisable row level security\b/.test(sql.text))
    faults.push(`${at(sql)} disables row-level security`);
  if (/\bno force row level security\b/.test(sql.text))
    faults.push(`${at(sql)} lets the owner past row-level security`);
  for (const { 0: policy } of sql.text.matchAll(/create policy [^;]*/g))
    if (!OWN_TENANT.test(policy) && !ONLY_TAKES_AWAY.test(policy))
      faults.push(`${at(sql)} has a policy for more than one tenant`);
  if (/\b(?:alter|drop) policy\b/.test(sql.text)) faults.push(`${at(sql)} changes a policy`);
  return faults;
}

/** Nothing beside the rules for tables: what is made by a query has no keys, and a view no policies. */
export const tablesAreMadeColumnByColumn: Rule = (files) =>
  listMigrationStatements(files).flatMap((sql) => {
    const made =
      /^create (?:unlogged )?(?:table|materialized view) (?:if not exists )?([\w.]+)(?: ?\([\w, ]*\))? (?:with ?\([^)]*\) )?as\b/.exec(
        sql.text,
      );
    if (made && isTenantTable(tableName(made[1] as string)))
      return [`${at(sql)} makes ${made[1]} by a query`];
    const view = /^create (?:or replace )?(?:recursive )?view ([\w.]+)(.*?)\bas\b/.exec(sql.text);
    const isInvoker = /\bsecurity_invoker ?= ?(?:true|on)\b/.test(view?.[2] ?? "");
    return view && isTenantTable(tableName(view[1] as string)) && !isInvoker
      ? [`${at(sql)} the view ${view[1]} reads past row-level security: say security_invoker`]
      : [];
  });

function policyFaults(said: string): string[] {
  const faults: string[] = [];
  if (!/enable row level security/.test(said)) faults.push("is without row-level security");
  if (!/force row level security/.test(said)) faults.push("does not force row-level security");
  const policy = /create policy [^;]*/.exec(said)?.[0] ?? "";
  if (!/using \(tenant_id = (?:\w+\.)?current_tenant\(\)\)/.test(policy))
    faults.push("has no policy tenant_id = current_tenant()");
  return faults;
}

function at(sql: Sql): string {
  return `${sql.path}:${sql.line}`;
}

/** The function that binds a table to the branches that somebody's rights reach. */
const SCOPE = "scope_to_branches";

/** Tables of which everybody of a company sees all, whichever branch the row names, and why. */
const SEEN_BY_ALL_BRANCHES: Readonly<Record<string, string>> = {
  customer_fields: "what a customer told is the company's, whoever heard it",
  customer_consents: "whether somebody agreed is the sum of all they said, wherever",
  guest_requests: "a request binds the company, wherever it was made",
};

/** What is a branch's is shown and left to those alone whose rights reach it. */
export const branchesAreScoped: Rule = (files) => {
  const statements = listMigrationStatements(files);
  const bound = new Set(
    statements.flatMap(({ text }) => {
      const named =
        new RegExp(`\\b${SCOPE}\\( ?'(?:public\\.)?(\\w+)'`).exec(text)?.[1] ??
        /^create policy \S+ on (\w+) as restrictive to foyer_scoped /.exec(text)?.[1];
      return named ? [named] : [];
    }),
  );
  const added = statements.flatMap((sql) => {
    const match = /^alter table ([\w.]+) add (?:column )?branch_id\b/.exec(sql.text);
    return match ? [{ ...sql, table: tableName(match[1] as string) }] : [];
  });
  const made = listCreatedTables(statements).filter(({ columns }) =>
    splitColumns(columns).some((part) => /^branch_id\b/.test(part)),
  );
  return [...made, ...added]
    .filter(({ table }) => isTenantTable(table) && !bound.has(table))
    .filter(({ table }) => !(table in SEEN_BY_ALL_BRANCHES))
    .map((each) => `${at(each)} ${each.table} has a branch_id and is not given to ${SCOPE}()`);
};

/** The first words of a migration that platform/migrate.ts runs outside of a transaction. */
const OUTSIDE = "-- Outside of a transaction";
/** Since the runner can: those before it have landed as they are. */
const OUTSIDE_SINCE = "202611280530";

/**
 * An index of a table that is written already is built while it is written, and what is cut short is
 * taken away before it is built again.
 */
export const indexesAreBuiltBeside: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith("cloud-api/") && path.endsWith(".sql"))
    .flatMap((file) => {
      const statements = listMigrationStatements([file]);
      const made = new Set(listCreatedTables(statements).map(({ table }) => table));
      const isOutside = file.text.startsWith(OUTSIDE);
      return statements.flatMap((sql, place) => {
        const index =
          /^create (?:unique )?index (concurrently )?([\w]+) on (?:only )?([\w.]+)/.exec(sql.text);
        if (!index) return [];
        const [, beside, name = "", table = ""] = index;
        if (beside) {
          if (!isOutside) return [`${at(sql)} ${name} is built concurrently in a transaction`];
          return statements[place - 1]?.text === `drop index concurrently if exists ${name}`
            ? []
            : [`${at(sql)} ${name} is not dropped first: cut short, it would stay broken`];
        }
        const isEarlier = (file.path.split("/").at(-1) ?? "") < OUTSIDE_SINCE;
        return isEarlier || made.has(tableName(table))
          ? []
          : [`${at(sql)} ${name} keeps ${table} from being written while it is built`];
      });
    });
