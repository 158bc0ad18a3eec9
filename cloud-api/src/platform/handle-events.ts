import { findPersonalPaths } from "@foyer/contract";
import { listRows, sql, type TenantTransaction } from "./db.ts";
import type {
  EventHandler,
  EventHandlers,
  LogEvent,
  NewEvent,
  Settle,
  Together,
} from "./events.ts";

/** A feature as the log sees it. */
export type Follower = {
  name: string;
  dependsOn: readonly string[];
  handlers?: EventHandlers;
  together?: Together;
  /** Once the handlers have seen some events of the log: what is cheaper to work out of all at once. */
  settle?: Settle;
  forget?: (tx: TenantTransaction) => Promise<void>;
};

/** The event a handler failed on, and how many of its batch came before it. */
export type HandlerFailure = { event: LogEvent; index: number; error: unknown };

/** The types of events that a feature is handed. */
export function listTypes({ handlers, together }: Follower): string[] {
  return [...Object.keys(handlers ?? {}), ...(together?.types ?? [])];
}

/** The names of all features below this one that follow the log, near and far. */
export function listImported(follower: Follower, followers: readonly Follower[]): string[] {
  const names = new Set<string>();
  const walk = (name: string) => {
    const found = followers.find((each) => each.name === name);
    for (const below of found?.dependsOn ?? []) {
      if (names.has(below)) continue;
      names.add(below);
      walk(below);
    }
  };
  walk(follower.name);
  return followers.filter((each) => each.handlers && names.has(each.name)).map(({ name }) => name);
}

type HandleOptions = {
  follower: Follower;
  events: readonly LogEvent[];
  failures: HandlerFailure[];
};

/** Has a feature handle events in their order; gives those that they cause. */
export async function handleAll(
  tx: TenantTransaction,
  { follower, events, failures }: HandleOptions,
): Promise<NewEvent[]> {
  const setAside = await listSetAsideIds(tx, follower);
  const caused: NewEvent[] = [];
  const handled: LogEvent[] = [];
  for (const { row, index } of splitRows(follower, events)) {
    const wanted = row.filter(({ id }) => !setAside.has(id));
    try {
      caused.push(...(await handleRow(tx, follower, wanted)));
      handled.push(...wanted);
    } catch (error) {
      const [event] = row;
      // Nobody knows which of a row it was: half of them are tried, down to the one.
      if (event) failures.push({ event, index: index + Math.floor(row.length / 2), error });
      throw error;
    }
  }
  try {
    return [...caused, ...(await settleAll(tx, follower, handled))];
  } catch (error) {
    const [first] = handled;
    if (first) failures.push({ event: first, index: Math.floor(events.length / 2), error });
    throw error;
  }
}

/** Events that are handled together as they stand in a row, and the others each by itself. */
function splitRows(
  { together }: Follower,
  events: readonly LogEvent[],
): { row: LogEvent[]; index: number }[] {
  const types = new Set<string>(together?.types);
  const rows: { row: LogEvent[]; index: number }[] = [];
  let open: LogEvent[] | null = null;
  for (const [index, event] of events.entries()) {
    const joins = types.has(event.type);
    if (joins && open) open.push(event);
    else {
      const row = [event];
      rows.push({ row, index });
      open = joins ? row : null;
    }
  }
  return rows;
}

/** Runs a feature's handler on one event, or on some that it handles together. */
export async function handleRow(
  tx: TenantTransaction,
  { handlers, together }: Follower,
  events: readonly LogEvent[],
): Promise<NewEvent[]> {
  const readable = events.filter(isReadable);
  const [first] = readable;
  if (!first) return [];
  if (together?.types.some((type) => type === first.type)) return together.handle(tx, readable);
  const handler = (handlers as Record<string, EventHandler<LogEvent>> | undefined)?.[first.type];
  return (await handler?.(tx, first)) ?? [];
}

/** What a feature makes of events that its handlers have seen. */
export async function settleAll(
  tx: TenantTransaction,
  { settle }: Follower,
  events: readonly LogEvent[],
): Promise<NewEvent[]> {
  const readable = events.filter(isReadable);
  return settle && readable.length > 0 ? settle(tx, readable) : [];
}

/** A newer version than this program knows is kept in the log and read by a later release. */
function isReadable({ type, version, origin }: LogEvent): boolean {
  return origin === null || findPersonalPaths(type, version) !== null;
}

async function listSetAsideIds(tx: TenantTransaction, follower: Follower): Promise<Set<string>> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select event_id as id from event_failures
      where tenant_id = ${tx.tenantId} and feature = ${follower.name} and set_aside`,
  );
  return new Set(rows.map((row) => row.id));
}
