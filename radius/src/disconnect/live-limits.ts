import { setImmediate as nextTurn } from "node:timers/promises";
import type { Usage } from "@foyer/admission";
import {
  type BranchStore,
  findDevice,
  findSession,
  findSettings,
  listOpenSessions,
  noteDisconnectAsked,
  noteDisconnectOutcome,
  presumeSessionOver,
  type Reader,
  type Session,
  type Transaction,
} from "@foyer/branch-store";
import { findUsageNow } from "../authorize/remaining.ts";
import type { Logger } from "../log.ts";
import type { Counters } from "../server/counters.ts";
import type { GroupCommit } from "../server/group-commit.ts";
import type { KnownNas, NasTable } from "../server/nas-table.ts";
import { type EndReason, findEndReason, hasRoom, isOrderDue } from "./live-rules.ts";
import { addressOf, type Disconnect } from "./order.ts";

export type LiveLimitsOptions = {
  store: BranchStore;
  commit: GroupCommit;
  disconnect: Disconnect;
  nasTable: () => NasTable;
  counters: Counters;
  log: Logger;
};

export type LiveLimits = {
  /** Looks at every session that goes on, and orders those to end that are used up. */
  look: () => Promise<void>;
  /** Gives no more orders; resolves when nothing is under way. */
  settle: () => Promise<void>;
};

/** RFC 5176 §3.5, Session Context Not Found: the NAS has no such session any more. */
const NOT_FOUND = "refused 503";
/** Sessions judged in one turn of the event loop, about a millisecond: log-ins must not wait. */
const SESSIONS_PER_TURN = 8;

const NOTHING_USED: Usage = {
  visit: { seconds: 0, bytes: 0 },
  day: { seconds: 0, bytes: 0 },
  week: { seconds: 0, bytes: 0 },
  ever: { seconds: 0, bytes: 0 },
};

type Order = { session: Session; known: KnownNas; mac: string | null; cause: EndReason };

/**
 * Holds sessions that go on to their policy as the settings have it now. What a look finds waits
 * in a queue, one order a session; the next look begins the queue anew.
 */
export function createLiveLimits(options: LiveLimitsOptions): LiveLimits {
  const underWay = new Map<string, { nasId: string; done: Promise<void> }>();
  let queue: Order[] = [];
  let looking: Promise<void> | null = null;
  let isStopping = false;

  const begin = (order: Order) => {
    const { id, nasId } = order.session;
    const done = carryOut(options, order)
      .catch((error: unknown) => {
        // The session goes on as it is, and the next look finds it again.
        options.log.warn({ sessionId: id, nasId, err: error }, "an order to end a session failed");
      })
      .finally(() => {
        underWay.delete(id);
        beginQueued();
      });
    underWay.set(id, { nasId, done });
  };
  const beginQueued = () => {
    const waiting = isStopping ? [] : queue;
    queue = [];
    for (const order of waiting) {
      if (underWay.has(order.session.id)) continue;
      const nasIds = [...underWay.values()].map(({ nasId }) => nasId);
      if (hasRoom(nasIds, order.session.nasId)) begin(order);
      else queue.push(order);
    }
  };
  const lookOnce = async () => {
    queue = await listOrders(options, () => isStopping);
    beginQueued();
  };
  return {
    look: () => {
      if (isStopping) return Promise.resolve();
      looking ??= lookOnce().finally(() => {
        looking = null;
      });
      return looking;
    },
    settle: async () => {
      isStopping = true;
      await looking?.catch(() => {});
      await Promise.all([...underWay.values()].map(({ done }) => done));
    },
  };
}

/** The orders due, those never given before the others: a NAS that is silent holds up nobody. */
async function listOrders(
  { store, nasTable }: LiveLimitsOptions,
  isStopping: () => boolean,
): Promise<Order[]> {
  const orders: Order[] = [];
  const sessions = store.read(listOpenSessions);
  for (let from = 0; from < sessions.length && !isStopping(); from += SESSIONS_PER_TURN) {
    await nextTurn();
    const table = nasTable();
    store.read((tx) => {
      for (const session of sessions.slice(from, from + SESSIONS_PER_TURN)) {
        const order = findOrder(tx, session, table);
        if (order) orders.push(order);
      }
    });
  }
  const askedAt = ({ session }: Order) => session.disconnect?.askedAt.getTime() ?? 0;
  return orders.sort((left, right) => askedAt(left) - askedAt(right));
}

/** Null where the session may go on, was asked about lately, or its NAS takes no such order. */
function findOrder(tx: Reader, session: Session, table: NasTable): Order | null {
  const { policyId, guestId, deviceId, nasId, disconnect } = session;
  const settings = findSettings(tx);
  const known = table.findById(nasId);
  if (!settings || policyId === null || !known || !isOrderDue(disconnect, tx.now)) return null;
  if (known.nas.disconnectPort === null || addressOf({ session, known }) === null) return null;
  const { timeZone } = settings.branch;
  const policy = settings.policies.find(({ id }) => id === policyId) ?? null;
  const isCounted = guestId !== null && (policy?.quotas?.length ?? 0) > 0;
  const usage = isCounted ? findUsageNow(tx, { guestId, deviceId }, timeZone) : NOTHING_USED;
  const cause = findEndReason({ session, policy, usage, now: tx.now, timeZone });
  return cause && { session, known, mac: findDevice(tx, deviceId)?.mac ?? null, cause };
}

async function carryOut(options: LiveLimitsOptions, queued: Order): Promise<void> {
  const { commit, disconnect, counters, log } = options;
  const table = options.nasTable();
  const order = await write(commit, (tx) => noteOrder(tx, queued, table));
  if (order === null) return;
  const { cause, session } = order;
  const { id: sessionId, nasId, policyId } = session;
  const outcome = await disconnect(order);
  // Nothing is kept of it: the next start asks again.
  if (outcome === "interrupted") return;
  counters.countDisconnect(outcome);
  const told = { sessionId, nasId, policyId, cause, outcome };
  if (outcome === "acknowledged") log.info(told, "a session was ended by its policy");
  else log.warn(told, "a session that its policy ends was not ended");
  await write(commit, (tx) => {
    noteDisconnectOutcome(tx, { sessionId, outcome });
    if (outcome === NOT_FOUND) closeAsLost(tx, order);
  });
}

/** Null when the session ended, or was asked about, while this order waited in the queue. */
function noteOrder(tx: Transaction, queued: Order, table: NasTable): (Order & { at: Date }) | null {
  const session = findSession(tx, queued.session.id);
  const order = session && session.endedAt === null ? findOrder(tx, session, table) : null;
  if (order === null) return null;
  noteDisconnectAsked(tx, { sessionId: order.session.id, cause: order.cause });
  return { ...order, at: tx.now };
}

/** Should its Stop still come, its bytes and its end are taken. */
function closeAsLost(tx: Transaction, { session, mac }: Order): void {
  if (mac === null) return;
  const { nasId, acctSessionId, lastActivityAt: at } = session;
  presumeSessionOver(tx, { nasId, acctSessionId, mac, at, cause: "Lost-Contact" });
}

/** One commit with the requests of this turn of the event loop. */
function write<T>(commit: GroupCommit, work: (tx: Transaction) => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const isTaken = commit.enqueue({ work, done: resolve, failed: reject });
    if (!isTaken) reject(new Error("too much waits to be written"));
  });
}
