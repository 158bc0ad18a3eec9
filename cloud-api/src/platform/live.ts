import { Client } from "pg";
import type { Logger } from "pino";
import { type Database, findRow, sql, type TenantTransaction } from "./db.ts";

/** At the latest so long after a log moved, its watchers know. */
const POLL_MILLISECONDS = 1000;
/** Moves that come closer together are told of once. */
const HINT_MILLISECONDS = 40;
const RECONNECT_MILLISECONDS = 5000;
/** How long somebody who waits for the features is kept waiting for them. */
const SETTLE_MILLISECONDS = 500;

export type Watch = {
  /** Waits until the tenant's log moved, or a feature followed it, since the last call. */
  next: (wait: { milliseconds: number; signal?: AbortSignal }) => Promise<"moved" | "same">;
  /** The newest position this watch has heard of. */
  position: () => number;
  /** Whoever watches has read everything as of here: that this far was reached is no move. */
  saw: (positions: Positions) => void;
  close: () => void;
};

export type WatchOptions = {
  /**
   * What is watched for is what features make of events: a move is told of once all have followed it,
   * or do not for a while.
   */
  waitsForFeatures?: boolean;
};

/** How far a tenant's log goes, and how far every feature has followed it. */
export type Positions = { position: number; donePosition: number };

export type Live = {
  watch: (tenantId: string, options?: WatchOptions) => Watch;
  /** Calls back when some log may have moved: a hint that may come twice or not at all. */
  onHint: (listener: () => void) => () => void;
  /** Lets everybody go who waits, and whoever waits from now on: this process is about to end. */
  drain: () => void;
  isDraining: () => boolean;
  close: () => Promise<void>;
};

type Watcher = {
  seen: Positions | null;
  moved: boolean;
  wake: () => void;
  waitsForFeatures: boolean;
  /** When a move was heard of that the features have not followed; null: there is none. */
  unsettledSince: number | null;
};

type Watchers = Map<string, Set<Watcher>>;
type Options = {
  database: Database;
  log: Logger;
  pollMilliseconds?: number;
  settleMilliseconds?: number;
};

/** Asks how far tenants are, and tells their watchers: one question at a time, whoever wants one. */
function openQuestion(options: Options, watchers: Watchers) {
  const { database, log, settleMilliseconds = SETTLE_MILLISECONDS } = options;
  const due = new Set<string>();
  let asking: Promise<void> | null = null;
  let settling: NodeJS.Timeout | null = null;
  let isClosed = false;

  const ask = async () => {
    while (due.size > 0) {
      const tenantIds = [...due];
      due.clear();
      for (const row of await listPositions(database, tenantIds))
        for (const watcher of watchers.get(row.tenantId) ?? []) {
          tell(watcher, row, settleMilliseconds);
          if (watcher.unsettledSince !== null && !isClosed)
            settling ??= setTimeout(lookAtUnsettled, settleMilliseconds);
        }
    }
  };
  const look = (tenantIds: Iterable<string>) => {
    for (const tenantId of tenantIds) due.add(tenantId);
    asking ??= ask()
      .catch((error: unknown) => log.warn({ err: error }, "log positions not read"))
      .finally(() => {
        asking = null;
      });
  };
  const lookAtUnsettled = () => {
    settling = null;
    const isUnsettled = ({ unsettledSince }: Watcher) => unsettledSince !== null;
    look([...watchers].flatMap(([id, those]) => ([...those].some(isUnsettled) ? [id] : [])));
  };
  const close = async () => {
    isClosed = true;
    if (settling) clearTimeout(settling);
    await asking;
  };
  return { look, close };
}

/**
 * Tells who is waiting that a tenant's log moved. Asking the database is what it relies on; NOTIFY
 * only makes it ask sooner, since it reaches neither through a pooler nor across nodes.
 */
export function openLive(options: Options): Live {
  const { database, log, pollMilliseconds = POLL_MILLISECONDS } = options;
  const watchers: Watchers = new Map();
  const hints = new Set<() => void>();
  const question = openQuestion(options, watchers);
  const hinted = new Set<string>();
  const wakeAll = () => {
    for (const watcher of [...watchers.values()].flatMap((those) => [...those])) watcher.wake();
  };
  let isDraining = false;
  let hint: NodeJS.Timeout | null = null;

  const timer = setInterval(() => question.look(watchers.keys()), pollMilliseconds);
  const listener = listen(database.url, log, (tenantId) => {
    for (const each of hints) each();
    if (!watchers.has(tenantId)) return;
    hinted.add(tenantId);
    hint ??= setTimeout(() => {
      hint = null;
      question.look(hinted);
      hinted.clear();
    }, HINT_MILLISECONDS);
  });

  return {
    watch: (tenantId, { waitsForFeatures = false } = {}) => {
      const watcher: Watcher = {
        ...{ seen: null, moved: false, wake: () => {} },
        ...{ waitsForFeatures, unsettledSince: null },
      };
      const those = watchers.get(tenantId) ?? new Set();
      watchers.set(tenantId, those.add(watcher));
      return {
        next: (wait) => waitForMove(watcher, isDraining ? { ...wait, milliseconds: 0 } : wait),
        position: () => watcher.seen?.position ?? 0,
        saw: (positions) => {
          // What was heard of since then is a move still.
          if (watcher.seen && !isReached(watcher.seen, positions)) return;
          watcher.seen = positions;
          watcher.moved = false;
          watcher.unsettledSince = null;
        },
        close: () => {
          those.delete(watcher);
          if (those.size === 0 && watchers.get(tenantId) === those) watchers.delete(tenantId);
        },
      };
    },
    onHint: (each) => {
      hints.add(each);
      return () => hints.delete(each);
    },
    drain: () => {
      isDraining = true;
      wakeAll();
    },
    isDraining: () => isDraining,
    close: async () => {
      clearInterval(timer);
      if (hint) clearTimeout(hint);
      await listener.close();
      await question.close();
      wakeAll();
    },
  };
}

type TenantPositions = Positions & { tenantId: string };

function listPositions(
  database: Database,
  tenantIds: readonly string[],
): Promise<TenantPositions[]> {
  return database.askDirectory(
    sql<TenantPositions>`
      select tenant_id as "tenantId", position, done_position as "donePosition"
      from directory.list_tenant_positions(${tenantIds}::uuid[])`,
  );
}

/** How far the log and the features are; read before what is then looked at. */
export async function findPositions(tx: TenantTransaction): Promise<Positions> {
  const found = await findRow(
    tx,
    sql<Positions>`
      select position, done_position as "donePosition"
      from directory.list_tenant_positions(array[${tx.tenantId}::uuid])`,
  );
  return found ?? { position: 0, donePosition: 0 };
}

const isReached = (reached: Positions, by: Positions): boolean =>
  reached.position <= by.position && reached.donePosition <= by.donePosition;

/** The first answer counts as a move, unless the watcher has seen as much. */
function tell(
  watcher: Watcher,
  { position, donePosition }: Positions,
  settleMilliseconds: number,
): void {
  const { seen } = watcher;
  const now = performance.now();
  const isNews = seen?.position !== position || seen.donePosition !== donePosition;
  if (!isNews && watcher.unsettledSince === null) return;
  watcher.seen = { position, donePosition };
  if (watcher.waitsForFeatures && donePosition < position) {
    watcher.unsettledSince ??= now;
    if (now - watcher.unsettledSince < settleMilliseconds) return;
  }
  watcher.unsettledSince = null;
  watcher.moved = true;
  watcher.wake();
}

function waitForMove(
  watcher: Watcher,
  { milliseconds, signal }: { milliseconds: number; signal?: AbortSignal },
): Promise<"moved" | "same"> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      watcher.wake = () => {};
      resolve(watcher.moved ? "moved" : "same");
      watcher.moved = false;
    };
    const timer = setTimeout(finish, milliseconds);
    watcher.wake = finish;
    signal?.addEventListener("abort", finish);
    if (watcher.moved || signal?.aborted) finish();
  });
}

function listen(
  url: string,
  log: Logger,
  onNotify: (tenantId: string) => void,
): { close: () => Promise<void> } {
  let closed = false;
  let client: Client | null = null;
  let retry: NodeJS.Timeout | null = null;
  const connect = async () => {
    const next = new Client({ connectionString: url });
    client = next;
    next.on("notification", ({ payload = "" }) => onNotify(payload));
    next.on("error", () => {
      // Its end follows and says when to connect again.
    });
    next.on("end", () => {
      if (!closed) retry = setTimeout(connect, RECONNECT_MILLISECONDS);
    });
    try {
      await next.connect();
      await next.query("listen foyer_log");
    } catch (error) {
      if (closed) return;
      log.warn({ err: error }, "not listening for hints");
      await next.end();
    }
  };
  const connecting = connect();
  return {
    close: async () => {
      closed = true;
      if (retry) clearTimeout(retry);
      await connecting;
      await client?.end();
    },
  };
}
