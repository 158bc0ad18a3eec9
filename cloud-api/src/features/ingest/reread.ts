import type { Database } from "../../platform/db.ts";
import { deleteUnread, listUnreadBodies, type UnreadBody } from "./queries.ts";
import { sortPush } from "./rules.ts";
import { storePush } from "./store.ts";
import type { Unsealing } from "./unseal.ts";

/** As many at a time as a box would send. */
const CHUNK = 500;
/** One request looks at no more; the next goes on from there. */
const CHUNKS_MAX = 20;

/** `after` is where the next request goes on; null: all were looked at. */
export type Reread = { read: number; unread: number; after: string | null };

/**
 * Looks again at what could not be read when it came: this release may know its type by now, or the
 * key it was sealed to is back. What can be stored goes into the log, each event once, and out of the
 * unread; the rest stays as it came. A crash between the two leaves it to be found held the next time.
 */
export async function rereadUnread(
  { database, unseal }: { database: Database; unseal: Unsealing },
  { tenantId, after }: { tenantId: string; after: string | null },
): Promise<Reread> {
  const told: Reread = { read: 0, unread: 0, after };
  for (let chunk = 0; chunk < CHUNKS_MAX; chunk++) {
    const rows = await database.readTenant(tenantId, (tx) =>
      listUnreadBodies(tx, { after: told.after, limit: CHUNK }),
    );
    const stored: string[] = [];
    for (const life of byLife(rows))
      stored.push(...(await storeAgain({ database, unseal }, tenantId, life)));
    await database.inTenant(tenantId, (tx) => deleteUnread(tx, stored));
    told.read += stored.length;
    told.unread += rows.length - stored.length;
    told.after = rows.length < CHUNK ? null : (rows.at(-1)?.id ?? null);
    if (told.after === null) break;
  }
  return told;
}

/** Gives the ids of the rows whose events can be read now. */
async function storeAgain(
  { database, unseal }: { database: Database; unseal: Unsealing },
  tenantId: string,
  rows: readonly UnreadBody[],
): Promise<string[]> {
  const [first] = rows;
  if (!first) return [];
  const { branchId, boxId, epoch } = first;
  const opened = await unseal(
    tenantId,
    rows.map(({ body }) => JSON.parse(body) as unknown),
  );
  const caller = { tenantId, branchId, boxId };
  const readable = rows.filter(
    (_, index) => sortPush(caller, { epoch, events: [opened[index]] }).accepted.length > 0,
  );
  const events = rows.flatMap((row, index) => (readable.includes(row) ? [opened[index]] : []));
  // What is refused for another reason than before stands among the unread anew, with that reason.
  if (events.length > 0) await storePush(database, caller, { epoch, events });
  return readable.map(({ id }) => id);
}

/** The rows of each life of each box. */
function byLife(rows: readonly UnreadBody[]): UnreadBody[][] {
  return [...Map.groupBy(rows, ({ boxId, epoch }) => `${boxId} ${epoch}`).values()];
}
