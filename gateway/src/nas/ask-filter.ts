import { createConnection, type Socket } from "node:net";
import type { Counts } from "../filter/counters.ts";
import type { Lease } from "../filter/leases.ts";
import type { Rates } from "../filter/network.ts";
import type { FilterAnswer, FilterRequest } from "../filter/requests.ts";

const ANSWER_MS_MAX = 15_000;

/** The packet filter, asked over its socket. Each throws where it does not answer, or not as asked. */
export type FilterLink = {
  authorise: (mac: string, rates: Rates) => Promise<void>;
  /** What has passed for the device; null: it was not let in. */
  end: (mac: string) => Promise<Counts | null>;
  list: () => Promise<{ leases: readonly Lease[]; admitted: readonly ({ mac: string } & Rates)[] }>;
  counters: () => Promise<readonly ({ mac: string } & Counts)[]>;
  changeGarden: (names: readonly string[]) => Promise<void>;
  changePublicName: (name: string | null) => Promise<void>;
  close: () => void;
};

type Waiting = { resolve: (answer: FilterAnswer) => void; reject: (fault: Error) => void };

/** Connects when it is first asked, and anew whenever the filter was started anew. */
export function openFilterLink(socketPath: string): FilterLink {
  const line = openLine(socketPath);
  const ask = async (request: FilterRequest): Promise<FilterAnswer & { ok: true }> => {
    const answer = await line.ask(request);
    if (!answer.ok) throw new Error(`the packet filter refused ${request.op}: ${answer.reason}`);
    return answer;
  };
  return {
    authorise: async (mac, { uploadKbps, downloadKbps }) => {
      await ask({ op: "authorise", mac, uploadKbps, downloadKbps });
    },
    end: async (mac) => {
      const answer = await ask({ op: "end", mac });
      return "counts" in answer ? answer.counts : null;
    },
    list: async () => {
      const answer = await ask({ op: "list" });
      if (!("leases" in answer)) throw new Error("the packet filter has listed nobody");
      return answer;
    },
    counters: async () => {
      const answer = await ask({ op: "counters" });
      return "counters" in answer ? answer.counters : [];
    },
    changeGarden: async (names) => {
      await ask({ op: "walled-garden", names });
    },
    changePublicName: async (name) => {
      await ask({ op: "public-name", name });
    },
    close: line.close,
  };
}

/** Requests and their answers in the same order, one JSON object a line. */
function openLine(socketPath: string) {
  let socket: Socket | null = null;
  let waiting: Waiting[] = [];
  let pending = "";

  const hangUp = (reason: string) => {
    const unanswered = waiting;
    socket?.destroy();
    [socket, waiting, pending] = [null, [], ""];
    for (const { reject } of unanswered) reject(new Error(`the packet filter ${reason}`));
  };
  const take = (chunk: string) => {
    pending += chunk;
    const lines = pending.split("\n");
    pending = lines.pop() ?? "";
    for (const line of lines) waiting.shift()?.resolve(JSON.parse(line) as FilterAnswer);
  };
  const connect = () => {
    const opened = createConnection(socketPath);
    const isOwn = () => socket === opened;
    opened.setEncoding("utf8");
    opened.on("data", (chunk: string) => isOwn() && take(chunk));
    opened.on("error", (error) => isOwn() && hangUp(`is not reached: ${error.message}`));
    opened.on("close", () => isOwn() && hangUp("has hung up"));
    socket = opened;
    return opened;
  };
  return {
    ask: async (request: FilterRequest): Promise<FilterAnswer> => {
      const { promise, resolve, reject } = Promise.withResolvers<FilterAnswer>();
      const open = socket ?? connect();
      waiting.push({ resolve, reject });
      open.write(`${JSON.stringify(request)}\n`);
      const late = setTimeout(() => hangUp("does not answer"), ANSWER_MS_MAX);
      return await promise.finally(() => clearTimeout(late));
    },
    close: () => hangUp("is not asked any more"),
  };
}
