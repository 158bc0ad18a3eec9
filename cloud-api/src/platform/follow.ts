import { type CursorOptions, followTenant } from "./cursors.ts";
import { listRows, run, sql } from "./db.ts";
import type { Live } from "./live.ts";

/** How often logs are looked at when no hint comes. */
const POLL_MILLISECONDS = 500;
/** How soon an event is looked at again that failed or that another worker holds. */
const WAITING_MILLISECONDS = 100;
/** Tenants whose cursors run at once; each takes a connection for each feature that takes a step (`cursors.ts`). */
const TENANTS_AT_ONCE = 3;

export type Following = { close: () => Promise<void> };

/** Lets the features follow every tenant's log, as long as the process runs. */
export async function startFollowing(options: CursorOptions & { live: Live }): Promise<Following> {
  const { database, live, log } = options;
  const closing = new AbortController();
  let wake = () => {};
  let hinted = false;
  const stopHints = live.onHint(() => {
    hinted = true;
    wake();
  });
  const rest = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (hinted || closing.signal.aborted) wake();
    });

  await database.inDirectory((tx) => run(tx, sql`select directory.mark_all_undone()`));
  const loop = async () => {
    while (!closing.signal.aborted) {
      hinted = false;
      let next = POLL_MILLISECONDS;
      try {
        const tenantIds = await listTenantsWithWork(options);
        next = await followTenants({ ...options, closing: closing.signal }, tenantIds);
      } catch (error) {
        log.warn({ err: error }, "tenants with work not listed");
      }
      if (next > 0) await rest(next);
    }
  };
  const ended = loop();
  return {
    close: async () => {
      closing.abort();
      stopHints();
      wake();
      await ended;
    },
  };
}

async function listTenantsWithWork({ database }: CursorOptions): Promise<string[]> {
  const rows = await database.inDirectory((tx) =>
    listRows(tx, sql<{ id: string }>`select directory.list_tenants_with_work() as id`),
  );
  return rows.map((row) => row.id);
}

/**
 * Lets each tenant's features go one step: whoever writes without end holds up no other, nor does
 * one tenant's trouble. Gives how long to rest, in milliseconds, if no hint comes.
 */
async function followTenants(
  options: CursorOptions,
  tenantIds: readonly string[],
): Promise<number> {
  const queue = [...tenantIds];
  let rest = POLL_MILLISECONDS;
  const lane = async () => {
    for (let id = queue.shift(); id && !options.closing?.aborted; id = queue.shift()) {
      try {
        const { kind } = await followTenant(options, id, { once: true });
        if (kind === "more") rest = 0;
        if (kind === "waiting") rest = Math.min(rest, WAITING_MILLISECONDS);
      } catch (error) {
        rest = Math.min(rest, WAITING_MILLISECONDS);
        options.log.warn({ err: error, tenantId: id }, "log not followed");
      }
    }
  };
  await Promise.all(Array.from({ length: TENANTS_AT_ONCE }, lane));
  return rest;
}
