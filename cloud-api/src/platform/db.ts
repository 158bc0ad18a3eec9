import { Kysely, PostgresDialect, type RawBuilder, sql, type Transaction } from "kysely";
import { Pool, types } from "pg";
import type { Logger } from "pino";
import { type Doer, type NotedChange, writeAudit } from "./audit.ts";
import type { Clock } from "./clock.ts";
import { appendEvents, type NewEvent, type WrittenEvents, writeEvents } from "./events.ts";
import { holdBegins, markPlan } from "./held-begin.ts";
import { refuseUnboundRole, sqlStateOf } from "./roles.ts";

export { sql } from "kysely";

/** Rows are typed where they are read: ``sql<Row>`…` ``. The builder has no table of its own. */
export type Tables = Record<never, never>;

/** A transaction in which no tenant is entered: it reaches the functions of `directory` alone. */
export type DirectoryTransaction = { readonly db: Transaction<Tables>; readonly now: Date };

/**
 * A tenant as somebody enters it: whole, by its id, or only as far as some of its branches. The
 * database shows and takes no row of another branch then (`foyer_scoped`).
 */
export type TenantEntry =
  | string
  | {
      readonly tenantId: string;
      /** Null: all of them. */
      readonly branchIds: readonly string[] | null;
      /** Of some branches: everybody whom the company knows is seen, not only who was at these. */
      readonly seesMembers?: boolean;
      /** Who changes something: the audit log tells of it, in the same transaction. */
      readonly doer?: Doer;
    };

/** A transaction of one tenant. Every statement in it says `tenant_id = ${tx.tenantId}` as well. */
export type TenantTransaction = DirectoryTransaction & {
  readonly tenantId: string;
  /** The branches it reaches; null: all of them. */
  readonly branchIds: readonly string[] | null;
  /** Whether everybody whom the company knows is seen; otherwise who was at these branches. */
  readonly seesMembers: boolean;
  /** What the audit log is to tell; `noteChange` adds to it. */
  readonly noted: NotedChange[];
  /** True while a feature reads the log again: nothing leaves the database then. */
  readonly replaying: boolean;
};

export type Changed<T> = { result: T; events: NewEvent[] };

/** Events to append, and what comes of the change once it is known where they stand. */
export type Placing<T> = {
  events: readonly NewEvent[];
  /** The same, where they were written down before. */
  written?: WrittenEvents;
  /** The log holds none of them, or the transaction fails. Absent: those it holds are left out. */
  areNew?: boolean;
  conclude: (positions: ReadonlyMap<string, number>) => T;
};

export type Database = {
  /** Reads on one unchanging snapshot: a page, its total and what they were counted through agree. */
  readTenant: <T>(tenant: TenantEntry, work: (tx: TenantTransaction) => Promise<T>) => Promise<T>;
  /** Changes that cause no event. Never hold it over anything outside the database. */
  inTenant: <T>(tenant: TenantEntry, work: (tx: TenantTransaction) => Promise<T>) => Promise<T>;
  /** A change and the events it causes, in one transaction: they are appended as its last act. */
  changeTenant: <T>(
    tenant: TenantEntry,
    work: (tx: TenantTransaction) => Promise<Changed<T>>,
  ) => Promise<T>;
  /** The same, of which the answer says at which position of the log each event stands, by its id. */
  appendInTenant: <T>(
    tenant: TenantEntry,
    work: (tx: TenantTransaction) => Promise<Placing<T>>,
  ) => Promise<T>;
  /** What must be looked up or written before the tenant is known. */
  inDirectory: <T>(work: (tx: DirectoryTransaction) => Promise<T>) => Promise<T>;
  /** The rows of one statement on the functions of `directory`: a transaction of its own, no more to it. */
  askDirectory: <Row>(statement: RawBuilder<Row>) => Promise<Row[]>;
  /** Enters a tenant that this same transaction has just made. */
  enter: (tx: DirectoryTransaction, tenantId: string) => Promise<TenantTransaction>;
  /** Of the pools: connections there are, those that idle, and who waits for one. */
  countConnections: () => { open: number; idle: number; waiting: number };
  /** The address of the serving role, for a connection that listens. */
  readonly url: string;
  close: () => Promise<void>;
};

export type DatabaseOptions = {
  /** Connects as `foyer_app`; any role that policies do not bind is refused. */
  url: string;
  /** Connects as `foyer_scoped`. */
  scopedUrl: string;
  clock: Clock;
  log: Logger;
  connectionsMax?: number;
};

/** Opens the pools of the serving roles, after making sure that row-level security binds them. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  await refuseUnboundRole(options.url);
  await refuseUnboundRole(options.scopedUrl);
  const whole = openPool(options.url, options);
  const scoped = openPool(options.scopedUrl, options);

  const enter = async (
    tx: DirectoryTransaction,
    tenant: TenantEntry,
  ): Promise<TenantTransaction> => {
    const { tenantId, branchIds, seesMembers } = readEntry(tenant);
    await sql.raw(writeEntry(tenantId, branchIds)).execute(tx.db);
    const seesAll = branchIds === null || seesMembers;
    return { ...tx, tenantId, branchIds, seesMembers: seesAll, noted: [], replaying: false };
  };
  const inDirectory = <T>(work: (tx: DirectoryTransaction) => Promise<T>) =>
    whole.kysely.transaction().execute((db) => work({ db, now: options.clock() }));
  const poolOf = (tenant: TenantEntry) => (readEntry(tenant).branchIds ? scoped : whole);
  /** `finish` is the last act: the log's counter is locked by it and held to the commit alone. */
  const change = async <Made, T>(
    tenant: TenantEntry,
    work: (tx: TenantTransaction) => Promise<Made>,
    finish: (tx: TenantTransaction, made: Made) => Promise<T>,
  ): Promise<T> => {
    const { doer } = readEntry(tenant);
    const pool = poolOf(tenant).kysely;
    const make = async (db: Transaction<Tables>) => {
      const tx = await enter({ db, now: options.clock() }, tenant);
      const made = await work(tx);
      if (doer) await writeAudit(tx, doer);
      return finish(tx, made);
    };
    const perform = () => pool.transaction().execute(make);
    const result = await (doer ? onceMore(perform) : perform());
    if (doer) doer.isTold = true;
    return result;
  };
  return {
    inDirectory,
    askDirectory: async (statement) => (await statement.execute(whole.kysely)).rows,
    enter,
    readTenant: (tenant, work) =>
      poolOf(tenant)
        .kysely.transaction()
        .setIsolationLevel("repeatable read")
        .setAccessMode("read only")
        .execute(async (db) => work(await enter({ db, now: options.clock() }, tenant))),
    inTenant: (tenant, work) => change(tenant, work, async (_, made) => made),
    changeTenant: (tenant, work) =>
      change(tenant, work, async (tx, { result, events }) => {
        if (events.length > 0) await appendEvents(tx, writeEvents(events));
        return result;
      }),
    appendInTenant: (tenant, work) =>
      change(tenant, work, async (tx, { events, written, areNew, conclude }) => {
        if (events.length === 0) return conclude(new Map());
        // Before the lock of the log is asked for: others wait while it is held.
        return conclude(await appendEvents(tx, written ?? writeEvents(events), { areNew }));
      }),
    countConnections: () => ({
      open: whole.pool.totalCount + scoped.pool.totalCount,
      idle: whole.pool.idleCount + scoped.pool.idleCount,
      waiting: whole.pool.waitingCount + scoped.pool.waitingCount,
    }),
    url: options.url,
    close: async () => {
      await Promise.all([whole.close(), scoped.close()]);
    },
  };
}

/** How often somebody's change is made before they are told that it crossed another. */
const CHANGES_MAX = 3;
/** PostgreSQL manual, appendix A: deadlock detected. */
const DEADLOCK = "40P01";

/**
 * Makes somebody's change again where the database ended it so that another could go on: a cursor holds
 * rows in the order of its events, which is none. Nothing of the first try is left.
 */
async function onceMore<T>(change: () => Promise<T>): Promise<T> {
  for (let made = 1; ; made += 1) {
    try {
      return await change();
    } catch (error) {
      if (sqlStateOf(error) !== DEADLOCK || made === CHANGES_MAX) throw error;
    }
  }
}

function readEntry(tenant: TenantEntry) {
  const entry = typeof tenant === "string" ? { tenantId: tenant, branchIds: null } : tenant;
  return { doer: null, seesMembers: false, ...entry };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** One message without parameters, in which the transaction begins (`holdBegins`): ids alone are in it. */
function writeEntry(tenantId: string, branchIds: readonly string[] | null): string {
  for (const id of [tenantId, ...(branchIds ?? [])])
    if (!UUID.test(id))
      throw new Error("A tenant and its branches are entered by their ids alone.");
  const tenant = `select enter_tenant('${tenantId}'::uuid)`;
  return branchIds ? `${tenant};select enter_branches('{${branchIds.join()}}'::uuid[])` : tenant;
}

function openPool(url: string, { log, connectionsMax = 10 }: DatabaseOptions) {
  const pool = new Pool({
    connectionString: url,
    max: connectionsMax,
    types: { getTypeParser },
  });
  // A connection that breaks is replaced at the next query. Without a listener it would end the process:
  // the pool listens to those that are idle, and to none that is out with a transaction.
  let closing = false;
  pool.on("error", () => {});
  pool.on("connect", (client) =>
    client.on("error", (error) => {
      if (!closing) log.warn({ err: error }, "database connection lost");
    }),
  );
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: holdBegins(pool) }) });
  return {
    kysely,
    pool,
    close: () => {
      closing = true;
      return kysely.destroy();
    },
  };
}

/** Every row of a statement. */
export async function listRows<Row>(
  tx: DirectoryTransaction,
  statement: RawBuilder<Row>,
): Promise<Row[]> {
  const { rows } = await statement.execute(tx.db);
  return rows;
}

/** The first row of a statement, or null. */
export async function findRow<Row>(
  tx: DirectoryTransaction,
  statement: RawBuilder<Row>,
): Promise<Row | null> {
  const { rows } = await statement.execute(tx.db);
  return rows[0] ?? null;
}

/** The only row of a statement that always has one. */
export async function getRow<Row>(
  tx: DirectoryTransaction,
  statement: RawBuilder<Row>,
): Promise<Row> {
  const row = await findRow(tx, statement);
  if (row === null) throw new Error("A statement that always gives a row gave none.");
  return row;
}

/**
 * The same statement, of which each connection keeps the plan under this name (PostgreSQL, PREPARE): for
 * those that are asked often, are harder to plan than to run and whose best plan is the same for all
 * parameters. Its text has to be the same each time.
 */
export const keepPlan = <Row>(name: string, statement: RawBuilder<Row>): RawBuilder<Row> =>
  sql<Row>`${sql.raw(markPlan(name))}${statement}`;

/** Runs a statement whose rows nobody reads. */
export async function run(tx: DirectoryTransaction, statement: RawBuilder<unknown>): Promise<void> {
  await statement.execute(tx.db);
}

const { builtins } = types;

/** int8 comes as a number (positions, octets: far below 2^53), dates and numerics as their text. */
function getTypeParser(oid: number, format?: "text" | "binary"): (text: string) => unknown {
  if (format === "binary") return types.getTypeParser(oid, "binary") as (text: string) => unknown;
  if (oid === builtins.INT8) return parseInteger;
  if (oid === builtins.DATE || oid === builtins.NUMERIC) return (text) => text;
  return types.getTypeParser(oid, "text");
}

function parseInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${text} does not fit a number exactly.`);
  return value;
}
