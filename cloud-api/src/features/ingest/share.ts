import type { PushReply } from "@foyer/contract";
import type { Database } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { Caller } from "./rules.ts";
import {
  type PreparedPush,
  type Push,
  preparePush,
  storePrepared,
  storeTogether,
} from "./store.ts";

/** Of one transaction: it holds the tenant's log while it appends. */
const EVENTS_TOGETHER_MAX = 2000;

/** Of one tenant, and of all: what is beyond waits on the boxes, which have room for it. */
const EVENTS_WAITING_MAX = 40_000;
const EVENTS_WAITING_ALL_MAX = 200_000;
const BUSY_SECONDS = 2;

type Waiting = {
  prepared: PreparedPush;
  resolve: (reply: PushReply) => void;
  reject: (error: unknown) => void;
};

/**
 * Stores pushes, one transaction of a tenant at a time: those that come meanwhile wait for it, and
 * share the next. They would wait for the lock of the tenant's log anyhow, each with a connection.
 */
export function shareTransactions(
  database: Database,
): (caller: Caller, push: Push) => Promise<PushReply> {
  /** Of the tenants that have a transaction under way. */
  const queues = new Map<string, Waiting[]>();
  let waitingOfAll = 0;

  async function empty(tenantId: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const group = takeTogether(queue);
      await storeAll(database, tenantId, group);
      waitingOfAll -= countEvents(group);
    }
    queues.delete(tenantId);
  }

  return (caller, push) =>
    new Promise((resolve, reject) => {
      const queue = queues.get(caller.tenantId);
      const isFull = queue && countEvents(queue) > EVENTS_WAITING_MAX;
      if (isFull || waitingOfAll > EVENTS_WAITING_ALL_MAX) {
        const words = "More has come in than can be stored at once. Wait, then send on.";
        return reject(refuse("busy", words, { retryAfterSeconds: BUSY_SECONDS }));
      }
      const waiting = { prepared: preparePush(caller, push), resolve, reject };
      waitingOfAll += push.events.length;
      if (queue) queue.push(waiting);
      else {
        const begun = [waiting];
        queues.set(caller.tenantId, begun);
        void empty(caller.tenantId, begun);
      }
    });
}

function countEvents(group: readonly Waiting[]): number {
  return group.reduce((sum, { prepared }) => sum + prepared.push.events.length, 0);
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
const boxOf = ({ prepared }: Waiting): string => prepared.caller.boxId;

/** The first of the queue, at least one, as many as one transaction takes. */
function takeTogether(queue: Waiting[]): Waiting[] {
  let events = 0;
  const end = queue.findIndex(({ prepared }, index) => {
    events += prepared.push.events.length;
    return index > 0 && events > EVENTS_TOGETHER_MAX;
  });
  return queue.splice(0, end < 0 ? queue.length : end);
}

/** Settles each; where they fail together, each is stored alone and fails for itself. */
async function storeAll(database: Database, tenantId: string, group: Waiting[]): Promise<void> {
  // Every process takes the rows of boxes in one order, and those of a box as they came.
  const sorted = group.toSorted((a, b) => compareTexts(boxOf(a), boxOf(b)));
  const replies = sorted.length > 1 ? await tryTogether(database, tenantId, sorted) : null;
  for (const [index, { prepared, resolve, reject }] of sorted.entries()) {
    const reply = replies?.[index];
    if (reply) resolve(reply);
    else await storePrepared(database, prepared).then(resolve, reject);
  }
}

/** Null when they cannot be stored together. */
async function tryTogether(
  database: Database,
  tenantId: string,
  group: readonly Waiting[],
): Promise<PushReply[] | null> {
  try {
    const pushes = group.map(({ prepared }) => prepared);
    return await storeTogether(database, tenantId, pushes);
  } catch {
    // Whose fault it was is found by storing each alone, and said in the answer to that one.
    return null;
  }
}
