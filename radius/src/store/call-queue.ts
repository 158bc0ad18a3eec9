import type { Call, Reply } from "./calls.ts";

export type CallQueue = {
  /** Null: too much waits, and nothing was asked. */
  ask: (call: Call) => Promise<unknown> | null;
  /** The thread is there, or it is gone and what was under way fails with `lost`. */
  attach: (post: (calls: Call[]) => void) => void;
  detach: (lost: Error) => void;
  settle: (replies: readonly Reply[]) => void;
  /** No thread will come any more: what waits fails too. */
  giveUp: (lost: Error) => void;
  /** Resolves when nothing waits and nothing is under way. */
  whenIdle: () => Promise<void>;
};

type Pending = {
  call: Call;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
};

/** A batch is one transaction, which holds the store's write lock: short, for the portal's sake. */
const CALLS_PER_BATCH = 256;

/**
 * Gathers what is asked in one turn of the event loop, or while a batch is under way, into the next
 * batch: the slower the disk, the larger the batches.
 */
export function createCallQueue(waitingMax: number): CallQueue {
  let waiting: Pending[] = [];
  let underWay: Pending[] | null = null;
  let post: ((calls: Call[]) => void) | null = null;
  let isScheduled = false;
  let idle: (() => void)[] = [];

  const send = () => {
    isScheduled = false;
    if (underWay) return;
    if (waiting.length === 0) {
      for (const resolve of idle) resolve();
      idle = [];
      return;
    }
    if (!post) return;
    underWay = waiting.slice(0, CALLS_PER_BATCH);
    waiting = waiting.slice(CALLS_PER_BATCH);
    post(underWay.map(({ call }) => call));
  };
  const schedule = () => {
    if (isScheduled || underWay) return;
    isScheduled = true;
    setImmediate(send);
  };
  const finish = (end: (pending: Pending, at: number) => void) => {
    const asked = underWay ?? [];
    underWay = null;
    asked.forEach(end);
    send();
  };
  return {
    ask: (call) => {
      if (waiting.length >= waitingMax) return null;
      return new Promise((resolve, reject) => {
        waiting.push({ call, resolve, reject });
        schedule();
      });
    },
    attach: (next) => {
      post = next;
      schedule();
    },
    detach: (lost) => {
      post = null;
      finish(({ reject }) => reject(lost));
    },
    giveUp: (lost) => {
      const given = waiting;
      waiting = [];
      for (const { reject } of given) reject(lost);
    },
    settle: (replies) =>
      finish(({ resolve, reject }, at) => {
        const reply = replies[at];
        if (reply?.kind === "done") resolve(reply.result);
        else reject(Object.assign(new Error(reply?.message), { code: reply?.code }));
      }),
    whenIdle: () =>
      new Promise((resolve) => {
        idle.push(resolve);
        schedule();
      }),
  };
}
