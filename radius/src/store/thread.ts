import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Logger } from "../log.ts";
import { createCallQueue } from "./call-queue.ts";
import {
  type FromThread,
  type InputOf,
  type OutputOf,
  THREAD_ENDED,
  type ThreadData,
  type ToThread,
  type Works,
} from "./calls.ts";

export type StoreThread<W extends Works> = {
  /**
   * Asks for one work by its name; rejects with the store's own error. Null: too much waits, and
   * nothing was asked.
   */
  ask: <N extends keyof W & string>(
    name: N,
    input: InputOf<W, N>,
  ) => Promise<OutputOf<W, N>> | null;
  /** Resolves once everything asked is done and the thread has let go of the store. */
  close: () => Promise<void>;
};

export type ThreadOptions<News> = {
  script: URL;
  stateFolder: string;
  clock: () => Date;
  /** See BoxClock; by none unless said. */
  offset?: () => number | null;
  log: Logger;
  /** What may wait beyond the batch under way. */
  waitingMax: number;
  onNews?: (news: News) => void;
};

const RESTART_MILLISECONDS = 1000;

/**
 * A thread that works on the store, so that the event loop never waits for a disk. One that ends by
 * a fault is begun anew: what was under way fails, what waits goes on waiting. Rejects when it
 * cannot be begun at all.
 */
export async function openThread<W extends Works, News = never>(
  options: ThreadOptions<News>,
): Promise<StoreThread<W>> {
  const { clock, log } = options;
  const queue = createCallQueue(options.waitingMax);
  let worker: Worker | null = null;
  let isClosing = false;
  const ended = (cause: unknown) =>
    Object.assign(new Error("the thread of the store ended", { cause }), { code: THREAD_ENDED });

  const begin = async (): Promise<void> => {
    const opening: ThreadData = { stateFolder: options.stateFolder, at: clock().getTime() };
    const begun = new Worker(options.script, { workerData: opening });
    // Its store is open, or it could not be opened.
    await once(begun, "message");
    worker = begun;
    begun.on("message", (message: FromThread<News>) => {
      if (message.kind === "replies") queue.settle(message.replies);
      else if (message.kind === "news") options.onNews?.(message.news);
    });
    begun.on("error", lose);
    queue.attach((calls) => post(begun, { kind: "calls", calls }));
  };
  const lose = (error: unknown) => {
    worker = null;
    log.error({ err: error }, "a thread of the store ended and is begun anew");
    queue.detach(ended(error));
    if (isClosing) queue.giveUp(ended(error));
    else setTimeout(beginAgain, RESTART_MILLISECONDS).unref();
  };
  const beginAgain = () => {
    if (!isClosing) begin().catch(lose);
  };
  await begin();
  return {
    ask: (name, input) => {
      const asked = queue.ask({
        ...{ name, input, at: clock().getTime() },
        offset: options.offset?.() ?? null,
      });
      return asked as Promise<OutputOf<W, typeof name>> | null;
    },
    close: async () => {
      isClosing = true;
      if (!worker) queue.giveUp(ended(null));
      await queue.whenIdle();
      const last = worker;
      worker = null;
      if (!last) return;
      const gone = once(last, "exit");
      post(last, { kind: "close" });
      await gone;
    },
  };
}

function post(worker: Worker, message: ToThread): void {
  worker.postMessage(message);
}
