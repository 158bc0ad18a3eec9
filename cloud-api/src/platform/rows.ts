import type { Client } from "pg";

/** A table as both ends have to have it. */
export type TableShape = {
  schema: string;
  name: string;
  /** Who owns it, and reads and writes all of it. */
  owner: string;
  /** Those that are written, in the table's own order; what is generated is not. */
  columns: string[];
};

/** How many rows a table has, and what they come to: the same rows in any order come to the same. */
export type TableSum = { rows: number; sum: string };

/** Rows as the database writes them as text, and reads them. */
export type RowBatch = { table: string; rows: string[] };

/** A counter beside the tables: what it stands at. */
export type SequenceState = {
  schema: string;
  name: string;
  owner: string;
  at: string;
  isUsed: boolean;
};

/** Pictures are rows of a megabyte, events of some hundred octets. */
const BATCH_CHARACTERS = 4_000_000;
/** A row may hold a file: how large they are is seen from the first. */
const ROWS_AT_FIRST = 4;
const ROWS_MAX = 5000;
/** Which release made the schema is told by the migrations, and they are run, not copied. */
const OWN_REGISTERS = ["directory.migrations", "graphile_worker.migrations"];

export const nameOf = ({ schema, name }: { schema: string; name: string }): string =>
  `${schema}.${name}`;

/** What rows are written as must not hang on the server or the session. */
const SAME_TEXT = [
  "set local timezone = 'UTC'",
  "set local datestyle = 'ISO, YMD'",
  "set local intervalstyle = 'postgres'",
  "set local bytea_output = 'hex'",
  "set local extra_float_digits = 1",
];

/** One picture of the whole database, or nothing: whatever is read belongs together. */
export async function inOnePicture<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query("begin isolation level repeatable read read only");
  try {
    for (const statement of SAME_TEXT) await client.query(statement);
    return await work();
  } finally {
    await client.query("rollback");
  }
}

/** All of it, or nothing of it. */
export async function inOneChange<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query("begin");
  try {
    // Plain PostgreSQL takes it for a setting of somebody else's.
    await client.query("set local citus.multi_shard_modify_mode = 'sequential'");
    for (const statement of SAME_TEXT) await client.query(statement);
    const made = await work();
    await client.query("commit");
    return made;
  } catch (error) {
    await client.query("rollback").catch(() => {
      // The connection is gone, and what it had begun with it.
    });
    throw error;
  }
}

export async function listTables(client: Client): Promise<TableShape[]> {
  const { rows } = await client.query<TableShape>(`
    select space.nspname::text as schema, class.relname::text as name,
      pg_get_userbyid(class.relowner)::text as owner,
      array_agg(attribute.attname::text order by attribute.attnum) as columns
    from pg_class as class
    join pg_namespace as space on space.oid = class.relnamespace
    join pg_attribute as attribute on attribute.attrelid = class.oid and attribute.attnum > 0
      and not attribute.attisdropped and attribute.attgenerated = ''
    where space.nspname in ('public', 'directory', 'graphile_worker')
      and class.relkind in ('r', 'p') and not class.relispartition
      and class.relname not in ('spatial_ref_sys', 'citus_tables')
    group by 1, 2, 3 order by 1, 2`);
  return rows.filter((table) => !OWN_REGISTERS.includes(nameOf(table)));
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const quoteTable = ({ schema, name }: TableShape): string => `${quote(schema)}.${quote(name)}`;

/** The owner of each schema reads through every policy; the administrator need not. */
export async function become(client: Client, role: string): Promise<void> {
  await client.query(`set local role ${quote(role)}`);
}

export async function* readRows(client: Client, table: TableShape): AsyncGenerator<RowBatch> {
  await become(client, table.owner);
  await client.query(
    `declare rows_to_copy no scroll cursor for select t::text as row from ${quoteTable(table)} as t`,
  );
  for (let size = ROWS_AT_FIRST; ; ) {
    const { rows } = await client.query<{ row: string }>(`fetch ${size} from rows_to_copy`);
    if (rows.length === 0) break;
    const batch = rows.map(({ row }) => row);
    yield { table: nameOf(table), rows: batch };
    const characters = batch.reduce((sum, row) => sum + row.length, 0) / batch.length;
    size = Math.min(ROWS_MAX, size * 4, Math.max(1, Math.floor(BATCH_CHARACTERS / characters)));
  }
  await client.query("close rows_to_copy");
}

export async function writeRows(client: Client, table: TableShape, rows: readonly string[]) {
  await become(client, table.owner);
  const columns = table.columns.map(quote);
  await client.query(
    `insert into ${quoteTable(table)} (${columns.join(", ")}) overriding system value
      select ${columns.map((column) => `(whole.it).${column}`).join(", ")}
      from (select text::${quoteTable(table)} as it from unnest($1::text[]) as text offset 0) as whole`,
    [rows],
  );
}

export async function sumTable(client: Client, table: TableShape): Promise<TableSum> {
  await become(client, table.owner);
  // Of the columns alone that are written, by what an MD5 of each row begins with.
  const { rows } = await client.query<TableSum>(
    `select count(*)::int as rows, coalesce(sum(('x' || left(md5(
        row(${table.columns.map((column) => `t.${quote(column)}`).join(", ")})::text), 12))::bit(48)::bigint), 0)::text as sum
      from ${quoteTable(table)} as t`,
  );
  const [sum] = rows;
  if (!sum) throw new Error(`The rows of ${nameOf(table)} could not be counted.`);
  return sum;
}

type ForeignKey = { table: string; name: string; owner: string; definition: string };

/** Takes the foreign keys away, so that tables may be filled in any order; the answer puts them back. */
export async function dropForeignKeys(client: Client): Promise<() => Promise<void>> {
  const { rows } = await client.query<ForeignKey>(`
    select conrelid::regclass::text as "table", quote_ident(conname) as name,
      pg_get_userbyid(class.relowner)::text as owner, pg_get_constraintdef(pg_constraint.oid) as definition
    from pg_constraint join pg_class as class on class.oid = conrelid
    join pg_namespace as space on space.oid = class.relnamespace
    where contype = 'f' and conparentid = 0
      and space.nspname in ('public', 'directory', 'graphile_worker')`);
  for (const { table, name, owner } of rows) {
    await become(client, owner);
    await client.query(`alter table ${table} drop constraint ${name}`);
  }
  return async () => {
    for (const { table, name, owner, definition } of rows) {
      await become(client, owner);
      await client.query(`alter table ${table} add constraint ${name} ${definition}`);
    }
  };
}

export async function listSequences(client: Client): Promise<SequenceState[]> {
  const { rows } = await client.query<Omit<SequenceState, "at" | "isUsed">>(`
    select space.nspname::text as schema, class.relname::text as name,
      pg_get_userbyid(class.relowner)::text as owner
    from pg_class as class join pg_namespace as space on space.oid = class.relnamespace
    where class.relkind = 'S' and space.nspname in ('public', 'directory', 'graphile_worker')
    order by 1, 2`);
  const found: SequenceState[] = [];
  for (const sequence of rows) {
    await become(client, sequence.owner);
    const name = `${quote(sequence.schema)}.${quote(sequence.name)}`;
    const state = await client.query<{ at: string; isUsed: boolean }>(
      `select last_value::text as at, is_called as "isUsed" from ${name}`,
    );
    const [at] = state.rows;
    if (at) found.push({ ...sequence, ...at });
  }
  return found;
}

export async function setSequence(client: Client, sequence: SequenceState): Promise<void> {
  const { schema, name, owner, at, isUsed } = sequence;
  await become(client, owner);
  await client.query("select setval($1::regclass, $2::bigint, $3)", [
    `${quote(schema)}.${quote(name)}`,
    at,
    isUsed,
  ]);
}

export async function listMigrations(client: Client): Promise<string[]> {
  await become(client, "foyer_owner");
  const { rows } = await client.query<{ name: string }>(
    "select name from directory.migrations order by name",
  );
  return rows.map(({ name }) => name);
}
