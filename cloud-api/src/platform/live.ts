import { Client } from "pg";
import type { Logger } from "pino";
import { type Database, listRows, sql } from "./db.ts";

/** At the latest so long after a log moved, its watchers know. */
const POLL_MILLISECONDS = 1000;
/** Moves that come closer together are told of once. */
const HINT_MILLISECONDS = 40;
const RECONNECT_MILLISECONDS = 5000;

export type Watch = {
  /** Waits until the tenant's log moved, or a feature followed it, since the last call. */
  next: (wait: { milliseconds: number; signal?: AbortSignal }) => Promise<"moved" | "same">;
  /** The newest position this watch has heard of. */
  position: () => number;
  close: () => void;
};

export type Live = {
  watch: (tenantId: string) => Watch;
  /** Calls back when some log may have moved: a hint that may come twice or not at all. */
  onHint: (listener: () => void) => () => void;
  close: () => Promise<void>;
};

type Watcher = { seen: string; position: number; moved: boolean; wake: () => void };

/**
 * Tells who is waiting that a tenant's log moved. Asking the database is what it relies on; NOTIFY
 * only makes it ask sooner, since it reaches neither through a pooler nor across nodes.
 */
export function openLive({ database, log }: { database: Database; log: Logger }): Live {
  const watchers = new Map<string, Set<Watcher>>();
  const hints = new Set<() => void>();
  let asking: Promise<void> | null = null;
  let hinted: NodeJS.Timeout | null = null;

  const ask = async () => {
    const tenantIds = [...watchers.keys()];
    if (tenantIds.length === 0) return;
    for (const row of await listPositions(database, tenantIds))
      for (const watcher of watchers.get(row.tenantId) ?? []) tell(watcher, row);
  };
  const askOnce = () => {
    asking ??= ask()
      .catch((error: unknown) => log.warn({ err: error }, "log positions not read"))
      .finally(() => {
        asking = null;
      });
  };
  const timer = setInterval(askOnce, POLL_MILLISECONDS);
  const listener = listen(database.url, log, () => {
    for (const hint of hints) hint();
    hinted ??= setTimeout(() => {
      hinted = null;
      askOnce();
    }, HINT_MILLISECONDS);
  });

  return {
    watch: (tenantId) => {
      const watcher: Watcher = { seen: "", position: 0, moved: false, wake: () => {} };
      const those = watchers.get(tenantId) ?? new Set();
      watchers.set(tenantId, those.add(watcher));
      return {
        next: (wait) => waitForMove(watcher, wait),
        position: () => watcher.position,
        close: () => {
          those.delete(watcher);
          if (those.size === 0 && watchers.get(tenantId) === those) watchers.delete(tenantId);
        },
      };
    },
    onHint: (hint) => {
      hints.add(hint);
      return () => hints.delete(hint);
    },
    close: async () => {
      clearInterval(timer);
      if (hinted) clearTimeout(hinted);
      await listener.close();
      await asking;
      for (const watcher of [...watchers.values()].flatMap((those) => [...those])) watcher.wake();
    },
  };
}

type Positions = { tenantId: string; position: number; donePosition: number };

function listPositions(database: Database, tenantIds: readonly string[]): Promise<Positions[]> {
  return database.inDirectory((tx) =>
    listRows(
      tx,
      sql<Positions>`
        select tenant_id as "tenantId", position, done_position as "donePosition"
        from directory.list_tenant_positions(${tenantIds}::uuid[])`,
    ),
  );
}

/** The first answer counts as a move: what happened before the watch began asking is not known. */
function tell(watcher: Watcher, { position, donePosition }: Positions): void {
  const seen = `${position}/${donePosition}`;
  if (watcher.seen === seen) return;
  watcher.seen = seen;
  watcher.position = position;
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

function listen(url: string, log: Logger, onNotify: () => void): { close: () => Promise<void> } {
  let closed = false;
  let client: Client | null = null;
  let retry: NodeJS.Timeout | null = null;
  const connect = async () => {
    const next = new Client({ connectionString: url });
    client = next;
    next.on("notification", onNotify);
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
