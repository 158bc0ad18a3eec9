import type { FastifyBaseLogger } from "fastify";
import { DatabaseAway } from "./database-away.ts";
import { type Database, findRow, listRows, run, sql, type TenantTransaction } from "./db.ts";
import { findLogPosition, type LogEvent, listEvents } from "./events.ts";
import {
  type Follower,
  type HandlerFailure,
  handleAll,
  listImported,
  listTypes,
} from "./handle-events.ts";
import { finishStep, markDone, planStep } from "./idle-cursors.ts";
import { sqlStateOf } from "./roles.ts";

export type CursorOptions = {
  database: Database;
  /** Sorted by dependency, the imported ones first. */
  followers: readonly Follower[];
  log: FastifyBaseLogger;
  /** Ends the following between two transactions, however much is left to read. */
  closing?: AbortSignal;
};

/** How many events one transaction of a cursor takes. */
export const CURSOR_EVENTS_MAX = 500;
/** Features of a tenant that take a step at once: one waits for the database while another reckons. */
const FEATURES_AT_ONCE = 2;
export const ATTEMPTS_MAX = 5;
const REASON_LENGTH_MAX = 2000;
/** How long an event that failed once, twice … is left alone; then it is set aside. */
const RETRY_SECONDS = [0.1, 0.5, 2, 8] as const;

/**
 * Errors that say nothing about the event, beside a database that is away: resources, a deadlock, an
 * operator's word (PostgreSQL manual, appendix A, classes 40, 53, 57, 58).
 */
const PASSING_CLASSES = new Set(["40", "53", "57", "58"]);

export type Followed =
  /** Everything the log held was seen by every feature. */
  | { kind: "done"; position: number }
  /** There is more to read: others have their turn first. */
  | { kind: "more" }
  /** Some feature waits: for the next try of an event, or for a worker that holds its cursor. */
  | { kind: "waiting" };

/**
 * Lets every feature follow a tenant's log to its end, or as far as it can now; or, `once`, each of
 * them one step. Events may come in without end: how far all have come is noted after every step.
 */
export async function followTenant(
  options: CursorOptions,
  tenantId: string,
  { once = false }: { once?: boolean } = {},
): Promise<Followed> {
  const { database, followers } = options;
  const active = followers.filter((follower) => follower.handlers);
  for (;;) {
    const plan = await database.inTenant(tenantId, (tx) => planStep(tx, active));
    const steps = await takeSteps(options, { tenantId, busy: plan.busy });
    if (steps.length < plan.busy.length) return { kind: "waiting" };
    const { position, end } = await database.inTenant(tenantId, async (tx) => {
      const done = active.length > 0 ? await finishStep(tx, active, plan) : plan.end;
      await markDone(tx, done);
      return { position: done, end: await findLogPosition(tx) };
    });
    if (position >= end) return { kind: "done", position };
    // Where nobody had anything to do, and not all are at the end, another worker holds a cursor.
    const isHeld = plan.busy.length === 0 && position < plan.end;
    if (isHeld || (steps.includes("waiting") && !steps.includes("moved")))
      return { kind: "waiting" };
    if (once) return { kind: "more" };
  }
}

/**
 * Lets some features of a tenant go a step each, sorted by dependency: none before those that it imports have
 * gone theirs. Those that had not begun when the following was told to end are left out.
 */
async function takeSteps(
  options: CursorOptions,
  { tenantId, busy }: { tenantId: string; busy: readonly Follower[] },
): Promise<CursorStep[]> {
  const { followers, closing } = options;
  const steps: CursorStep[] = [];
  const waiting = new Set(busy);
  const running = new Map<Follower, Promise<void>>();
  const isFree = (follower: Follower) => {
    const imported = new Set(listImported(follower, followers));
    return ![...waiting, ...running.keys()].some(({ name }) => imported.has(name));
  };
  const step = async (follower: Follower) => {
    steps.push(await runCursor(options, { tenantId, follower }));
    running.delete(follower);
  };
  try {
    for (;;) {
      const next = closing?.aborted ? undefined : [...waiting].find(isFree);
      if (next && running.size < FEATURES_AT_ONCE) {
        waiting.delete(next);
        running.set(next, step(next));
      } else if (running.size > 0) await Promise.race(running.values());
      else return steps;
    }
  } catch (error) {
    // One that failed leaves none behind that goes on unseen, or fails unheard.
    for (const [follower, end] of running)
      await end.catch((err) => {
        const ids = { tenantId, feature: follower.name };
        if (err !== error) options.log.warn({ ...ids, err }, "log not followed");
      });
    throw error;
  }
}

type CursorStep = "moved" | "resting" | "waiting";
type CursorPlace = { tenantId: string; follower: Follower };

/** One transaction of one feature: as many events as it may take. */
export async function runCursor(
  options: CursorOptions,
  place: CursorPlace,
  limit = CURSOR_EVENTS_MAX,
): Promise<CursorStep> {
  const failures: HandlerFailure[] = [];
  try {
    return await takeEvents(options, { ...place, limit, failures });
  } catch (error) {
    const [failure] = failures;
    if (!failure || isPassing(error)) throw error;
    // Those before it were undone with it: they are taken again without it.
    if (failure.index > 0) return runCursor(options, place, failure.index);
    return countFailure(options, place, failure);
  }
}

/** Whether a failure says nothing about the event that was being handled. */
const isPassing = (error: unknown): boolean =>
  error instanceof DatabaseAway || PASSING_CLASSES.has(sqlStateOf(error).slice(0, 2));

type TakeOptions = CursorPlace & { limit: number; failures: HandlerFailure[] };

function takeEvents(
  { database, followers }: CursorOptions,
  { tenantId, follower, limit, failures }: TakeOptions,
): Promise<CursorStep> {
  return database.changeTenant<CursorStep>(tenantId, async (tx) => {
    const none = (result: CursorStep) => ({ result, events: [] });
    const cursor = await lockCursor(tx, follower);
    if (cursor === null) return none("waiting");
    const upTo = await findLimit(tx, { follower, followers, cursor });
    if (upTo <= cursor.position) return none("resting");
    const types = listTypes(follower);
    const found = await listEvents(tx, { after: cursor.position, upTo, types, limit });
    const retry = found[0] ? await findRetry(tx, follower, found[0]) : "none";
    if (retry === "resting") return none("waiting");
    // One that failed before is tried by itself.
    const events = retry === "due" ? found.slice(0, 1) : found;
    const whole = events.length === found.length && found.length < limit;
    const replaying = cursor.position < cursor.replayUntil;
    const caused = await handleAll({ ...tx, replaying }, { follower, events, failures });
    await moveCursor(tx, follower, whole ? upTo : (events.at(-1)?.position ?? upTo));
    // What a replay causes is in the log already, from the first time.
    return { result: "moved", events: replaying ? [] : caused };
  });
}

type Cursor = { position: number; replayUntil: number };

/** Null while another worker holds it. */
async function lockCursor(tx: TenantTransaction, follower: Follower): Promise<Cursor | null> {
  const read = () =>
    findRow(
      tx,
      sql<Cursor>`
        select position, replay_until as "replayUntil" from cursors
        where tenant_id = ${tx.tenantId} and feature = ${follower.name}
        for update skip locked`,
    );
  const cursor = await read();
  if (cursor) return cursor;
  await run(
    tx,
    sql`insert into cursors (tenant_id, feature) values (${tx.tenantId}, ${follower.name})
        on conflict (tenant_id, feature) do nothing`,
  );
  return read();
}

type LimitOptions = { follower: Follower; followers: readonly Follower[]; cursor: Cursor };

/** The log's end, the slowest imported feature, or the end of a replay, whichever comes first. */
async function findLimit(
  tx: TenantTransaction,
  { follower, followers, cursor }: LimitOptions,
): Promise<number> {
  const imported = listImported(follower, followers);
  const rows = await listRows(
    tx,
    sql<{ position: number }>`
      select position from cursors
      where tenant_id = ${tx.tenantId} and feature = any(${imported}::text[])`,
  );
  const positions = rows.map((row) => row.position);
  // An imported feature without a row has not begun.
  if (rows.length < imported.length) positions.push(0);
  if (cursor.position < cursor.replayUntil) positions.push(cursor.replayUntil);
  return Math.min(await findLogPosition(tx), ...positions);
}

async function moveCursor(
  tx: TenantTransaction,
  follower: Follower,
  position: number,
): Promise<void> {
  await run(
    tx,
    sql`update cursors set position = ${position}
        where tenant_id = ${tx.tenantId} and feature = ${follower.name}`,
  );
  // What failed before and was handled now is no longer a failure.
  await run(
    tx,
    sql`delete from event_failures
        where tenant_id = ${tx.tenantId} and feature = ${follower.name} and not set_aside
          and position <= ${position}`,
  );
}

/** Whether the event failed before and is left alone for now, or is due to be tried again. */
async function findRetry(
  tx: TenantTransaction,
  follower: Follower,
  event: LogEvent,
): Promise<"none" | "resting" | "due"> {
  const row = await findRow(
    tx,
    sql<{ retryAt: Date }>`
      select retry_at as "retryAt" from event_failures
      where tenant_id = ${tx.tenantId} and feature = ${follower.name} and event_id = ${event.id}
        and not set_aside`,
  );
  if (row === null) return "none";
  return row.retryAt > tx.now ? "resting" : "due";
}

/** What a failure is remembered by. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, REASON_LENGTH_MAX);
}

async function countFailure(
  { database, log }: CursorOptions,
  { tenantId, follower }: CursorPlace,
  { event, error }: HandlerFailure,
): Promise<CursorStep> {
  const reason = reasonOf(error);
  const attempts = await database.inTenant(tenantId, async (tx) => {
    const found = await findRow(
      tx,
      sql<{ attempts: number }>`
        select attempts from event_failures
        where tenant_id = ${tenantId} and feature = ${follower.name} and event_id = ${event.id}`,
    );
    const count = (found?.attempts ?? 0) + 1;
    const restSeconds = RETRY_SECONDS[count - 1] ?? 0;
    const retryAt = new Date(tx.now.getTime() + restSeconds * 1000);
    await run(
      tx,
      sql`insert into event_failures (tenant_id, feature, event_id, position, attempts, reason,
            failed_at, retry_at, set_aside)
          values (${tenantId}, ${follower.name}, ${event.id}, ${event.position}, ${count}, ${reason},
            ${tx.now}, ${retryAt}, ${count >= ATTEMPTS_MAX})
          on conflict (tenant_id, feature, event_id) do update set attempts = excluded.attempts,
            reason = excluded.reason, failed_at = excluded.failed_at, retry_at = excluded.retry_at,
            set_aside = excluded.set_aside`,
    );
    return count;
  });
  const ids = { tenantId, feature: follower.name, eventId: event.id, type: event.type, attempts };
  if (attempts >= ATTEMPTS_MAX) log.error({ ...ids, err: error }, "event set aside");
  else log.warn({ ...ids, err: error }, "event handler failed");
  return attempts >= ATTEMPTS_MAX ? "moved" : "waiting";
}
