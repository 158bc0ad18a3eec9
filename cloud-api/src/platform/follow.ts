import { type CursorOptions, followTenant } from "./cursors.ts";
import { listRows, run, sql } from "./db.ts";
import type { Live } from "./live.ts";

/** How often logs are looked at when no hint comes. */
const POLL_MILLISECONDS = 500;
/** How soon an event is looked at again that failed or that another worker holds. */
const WAITING_MILLISECONDS = 100;
/** Tenants whose cursors run at once; each takes one connection. */
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
      let waiting = false;
      try {
        const tenantIds = await listTenantsWithWork(options);
        waiting = await followTenants({ ...options, closing: closing.signal }, tenantIds);
      } catch (error) {
        log.warn({ err: error }, "tenants with work not listed");
      }
      await rest(waiting ? WAITING_MILLISECONDS : POLL_MILLISECONDS);
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

/** True when some tenant waits for a next try. One tenant's trouble holds up no other. */
async function followTenants(
  options: CursorOptions,
  tenantIds: readonly string[],
): Promise<boolean> {
  const queue = [...tenantIds];
  let waiting = false;
  const lane = async () => {
    for (let id = queue.shift(); id && !options.closing?.aborted; id = queue.shift()) {
      try {
        const followed = await followTenant(options, id);
        if (followed.kind === "waiting") waiting = true;
      } catch (error) {
        waiting = true;
        options.log.warn({ err: error, tenantId: id }, "log not followed");
      }
    }
  };
  await Promise.all(Array.from({ length: TENANTS_AT_ONCE }, lane));
  return waiting;
}
