import {
  parseCronItems,
  run,
  runMigrations,
  type TaskList,
  Logger as WorkerLogger,
} from "graphile-worker";
import { Pool } from "pg";
import type { Logger } from "pino";
import type { Context } from "../feature.ts";
import type { CertificateSettings } from "./certificate-settings.ts";
import type { Clock } from "./clock.ts";
import {
  type Database,
  type DirectoryTransaction,
  run as runStatement,
  sql,
  type TenantTransaction,
} from "./db.ts";
import type { Mailer } from "./mailer.ts";
import type { Outbound } from "./outbound.ts";
import { retryRaces, withClient } from "./roles.ts";
import type { Sealing } from "./sealing.ts";

/** Most wait for somebody else's server, and hold no connection to the database meanwhile. */
const WORKER_CONCURRENCY = 16;
const WORKER_CONNECTIONS = 6;
const POLL_INTERVAL_MILLISECONDS = 1000;

/** What a job gets: it opens transactions of the serving role by itself. */
export type JobContext = Pick<Context, "hooks" | "permissions"> & {
  database: Database;
  log: Logger;
  clock: Clock;
  sealing: Sealing;
  /** The way to whatever address a tenant has written down. */
  outbound: Outbound;
  /** Null: whoever runs this cloud gave it no mail server. */
  mailer: Mailer | null;
  /** Null: whoever runs this cloud named nobody who gives certificates. */
  certificates: CertificateSettings | null;
  /** Where staff reach this cloud; empty where this process does not know. */
  origin: () => string;
};

export type Job = {
  /** Runs by the clock, without a tenant: five fields of cron, in UTC. */
  cron?: string;
  /** Runs once for each `enqueue`, in the name of the tenant that put it in. */
  work: (context: JobContext, task: { tenantId: string | null; payload: unknown }) => Promise<void>;
};

/** Task name, beginning with the feature's → job. */
export type Jobs = Readonly<Record<string, Job>>;

export type NewJob = {
  task: string;
  payload: Record<string, unknown>;
  /** Not before this time. */
  runAt?: Date;
  /** A later job with the same key takes the place of a waiting one. */
  key?: string;
};

/** Puts a job in, in the transaction of the change that wants it. A replay puts none in. */
export async function enqueue(tx: TenantTransaction, job: NewJob): Promise<void> {
  if (tx.replaying) return;
  await runStatement(
    tx,
    sql`select graphile_worker.enqueue(${job.task}, ${JSON.stringify(job.payload)}::json,
          ${job.runAt ?? tx.now}, ${job.key ?? null})`,
  );
}

/** Has a job of the clock run now, once the transaction of who wants it is through. */
export function wake(tx: DirectoryTransaction, task: string): Promise<void> {
  return runStatement(tx, sql`select graphile_worker.wake(${task})`);
}

/** Brings the worker's own schema up to date, as the role that owns it. */
export async function migrateJobs(url: string, log: Logger): Promise<void> {
  // The worker would make its register together with its schema, and its role may make no schema.
  await retryRaces(() => withClient(url, (client) => client.query(REGISTER)));
  await runMigrations({ connectionString: url, logger: toWorkerLogger(log) });
  await retryRaces(() =>
    withClient(url, async (client) => {
      for (const statement of [ENQUEUE, WAKE, ...ENQUEUE_RIGHTS]) await client.query(statement);
    }),
  );
}

const REGISTER = `create table if not exists graphile_worker.migrations (
  id integer primary key, ts timestamptz not null default now(), breaking boolean not null default false)`;

/** The one door: it stamps the tenant of the transaction, which its caller cannot choose. */
const ENQUEUE = `
  create or replace function graphile_worker.enqueue(
    task text, payload json, run_at timestamptz, key text)
  returns void language plpgsql security definer
  set search_path = graphile_worker, public, pg_temp as $$
  begin
    perform graphile_worker.add_job(task,
      json_build_object('tenantId', current_tenant(), 'payload', payload),
      run_at => run_at, job_key => current_tenant() || ':' || task || ':' || key);
  end $$`;
/** A job of the clock before its time: it carries no tenant, as it does when the clock runs it. */
const WAKE = `
  create or replace function graphile_worker.wake(task text)
  returns void language plpgsql security definer
  set search_path = graphile_worker, public, pg_temp as $$
  begin
    perform graphile_worker.add_job(task, '{}'::json, job_key => 'wake:' || task);
  end $$`;
const ENQUEUE_RIGHTS = [
  "revoke execute on all functions in schema graphile_worker from public",
  "grant execute on function graphile_worker.enqueue(text, json, timestamptz, text) to foyer_app",
  "grant execute on function graphile_worker.wake(text) to foyer_app",
];

export type WorkerOptions = JobContext & { url: string; jobs: readonly Jobs[] };
export type JobCounts = {
  /** Waiting, and their time has come. */
  due: number;
  later: number;
  atWork: number;
  /** Failed as often as they are tried. */
  givenUp: number;
  oldestDueSeconds: number;
};

export type Worker = {
  count: () => Promise<JobCounts>;
  /** Takes no more jobs, and waits for those at work. */
  close: () => Promise<void>;
};

const COUNT = `
  with jobs as (
    select locked_at, run_at, attempts >= max_attempts as given_up, run_at <= now() as is_due
    from graphile_worker.jobs)
  select
    count(*) filter (where locked_at is null and not given_up and is_due)::int as due,
    count(*) filter (where locked_at is null and not given_up and not is_due)::int as later,
    count(*) filter (where locked_at is not null)::int as "atWork",
    count(*) filter (where locked_at is null and given_up)::int as "givenUp",
    coalesce(extract(epoch from now() - min(run_at) filter (
      where locked_at is null and not given_up and is_due)), 0)::float8 as "oldestDueSeconds"
  from jobs`;

/** Runs what is due. It connects directly as `foyer_jobs`, never through a transaction pooler. */
export async function startWorker({ url, jobs, ...context }: WorkerOptions): Promise<Worker> {
  const all = jobs.flatMap((each) => Object.entries(each));
  const taskList: TaskList = Object.fromEntries(
    all.map(([name, job]) => [name, (payload: unknown) => job.work(context, readTask(payload))]),
  );
  const crons = all.flatMap(([task, { cron }]) => (cron ? [{ task, match: cron }] : []));
  const pool = new Pool({ connectionString: url, max: WORKER_CONNECTIONS });
  let closing = false;
  const onLost = (error: Error) => {
    if (!closing) context.log.warn({ err: error }, "worker connection lost");
  };
  pool.on("error", onLost);
  pool.on("connect", (client) => client.on("error", onLost));
  const runner = await run({
    pgPool: pool,
    taskList,
    parsedCronItems: parseCronItems(crons),
    concurrency: WORKER_CONCURRENCY,
    pollInterval: POLL_INTERVAL_MILLISECONDS,
    noHandleSignals: true,
    logger: toWorkerLogger(context.log),
  });
  return {
    count: async () => {
      const { rows } = await pool.query<JobCounts>(COUNT);
      const [counts] = rows;
      if (!counts) throw new Error("The queue of jobs could not be counted.");
      return counts;
    },
    close: async () => {
      closing = true;
      await runner.stop();
      await pool.end();
    },
  };
}

/** Jobs of the clock carry `_cron` and no tenant. */
function readTask(payload: unknown): { tenantId: string | null; payload: unknown } {
  const value = (payload ?? {}) as { tenantId?: unknown; payload?: unknown };
  if (typeof value.tenantId === "string")
    return { tenantId: value.tenantId, payload: value.payload };
  return { tenantId: null, payload: {} };
}

function toWorkerLogger(log: Logger): WorkerLogger {
  return new WorkerLogger(() => (level, message) => {
    if (level === "error") log.error({ worker: message }, "job worker");
    else if (level === "warning") log.warn({ worker: message }, "job worker");
    else log.debug({ worker: message }, "job worker");
  });
}
