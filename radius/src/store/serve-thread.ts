import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { Call, FromThread, Reply, ThreadData, ToThread } from "./calls.ts";

/** What this thread was opened with. */
export const threadData: ThreadData = workerData;

/** Answers what is asked of this thread, until it is told to let go of the store. */
export function serveThread(desk: {
  answer: (calls: readonly Call[]) => Reply[];
  close: () => void;
}): (news: unknown) => void {
  const port: MessagePort | null = parentPort;
  if (!port) throw new Error("this file is the script of a thread");
  const tell = (message: FromThread<unknown>) => port.postMessage(message);
  port.on("message", (message: ToThread) => {
    if (message.kind === "calls") {
      tell({ kind: "replies", replies: desk.answer(message.calls) });
      return;
    }
    desk.close();
    port.close();
  });
  tell({ kind: "ready" });
  return (news) => tell({ kind: "news", news });
}
