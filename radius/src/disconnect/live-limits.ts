import type { Logger } from "../log.ts";
import type { Counters } from "../server/counters.ts";
import type { KnownNas, NasTable } from "../server/nas-table.ts";
import { type BoxStore, must } from "../store/box-store.ts";
import type { LimitChange } from "./change-rules.ts";
import type { Candidate } from "./judge-session.ts";
import { type EndReason, hasRoom } from "./live-rules.ts";
import { addressOf, type ChangeLimits, canChange, type Disconnect } from "./order.ts";

export type LiveLimitsOptions = {
  store: BoxStore;
  disconnect: Disconnect;
  changeLimits: ChangeLimits;
  nasTable: () => NasTable;
  counters: Counters;
  log: Logger;
};

export type LiveLimits = {
  /** Looks at every session that goes on: those used up are ended, changed limits are told. */
  look: () => Promise<void>;
  /** Gives no more orders; resolves when nothing is under way. */
  settle: () => Promise<void>;
};

/** Sessions judged between two look-ups of log-ins, about a millisecond: those must not wait. */
const SESSIONS_PER_PAGE = 8;

type Order = Candidate & { known: KnownNas };

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
        options.log.warn({ sessionId: id, nasId, err: error }, "an order about a session failed");
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
  const sessionIds = await must(store.reader.ask("listOpenSessionIds", null));
  for (let from = 0; from < sessionIds.length && !isStopping(); from += SESSIONS_PER_PAGE) {
    const ids = sessionIds.slice(from, from + SESSIONS_PER_PAGE);
    const candidates = await must(store.reader.ask("judgeSessions", { ids }));
    const table = nasTable();
    for (const candidate of candidates) {
      const order = addressOrder(candidate, table);
      if (order) orders.push(order);
    }
  }
  const askedAt = ({ order, session }: Order) => session[order]?.askedAt.getTime() ?? 0;
  return orders.sort((left, right) => askedAt(left) - askedAt(right));
}

/** Null where the session's NAS takes no such order. */
function addressOrder(candidate: Candidate, table: NasTable): Order | null {
  const { session } = candidate;
  const known = table.findById(session.nasId);
  if (!known || addressOf({ session, known }) === null) return null;
  if (candidate.order === "change" && !canChange(known.nas, candidate.change.limits)) return null;
  return { ...candidate, known };
}

async function carryOut(options: LiveLimitsOptions, queued: Order): Promise<void> {
  const { store, nasTable } = options;
  const { id: sessionId } = queued.session;
  const candidate = await must(store.writer.ask("noteOrder", { sessionId }));
  const order = candidate && addressOrder(candidate, nasTable());
  if (order === null) return;
  if (order.order === "disconnect") await end(options, order, order.cause);
  else await change(options, order, order.change);
}

async function end(
  { store, disconnect, counters, log }: LiveLimitsOptions,
  order: Order,
  cause: EndReason,
): Promise<void> {
  const { session } = order;
  const outcome = await disconnect(order);
  // Nothing is kept of it: the next start asks again.
  if (outcome === "interrupted") return;
  counters.countDisconnect(outcome);
  const told = { ...idsOf(session), cause, outcome };
  if (outcome === "acknowledged") log.info(told, "a session was ended by its policy");
  else log.warn(told, "a session that its policy ends was not ended");
  await must(store.writer.ask("noteOutcome", { session, outcome }));
}

async function change(
  { store, changeLimits, counters, log }: LiveLimitsOptions,
  order: Order,
  changed: LimitChange,
): Promise<void> {
  const { session } = order;
  const { outcome, untold } = await changeLimits({ ...order, limits: changed.limits });
  if (outcome === "interrupted") return;
  counters.countChange(outcome);
  const told = { ...idsOf(session), outcome, untold };
  if (outcome === "acknowledged") log.info(told, "a session was told other limits");
  else log.warn(told, "a session was not told its other limits");
  await must(store.writer.ask("noteChange", { session, outcome, change: changed }));
}

const idsOf = ({ id: sessionId, nasId, policyId }: Candidate["session"]) => ({
  ...{ sessionId, nasId, policyId },
});
