import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Logger } from "pino";
import {
  answerHealth,
  answerMetrics,
  answerReady,
  holdsToken,
  type Vitals,
  type VitalsAnswer,
} from "./vitals.ts";

const CONNECTIONS_MAX = 16;
const REQUEST_MILLISECONDS = 5000;

export type WorkerPort = {
  /** Null: it is off, or its port was not to be had. */
  port: number | null;
  close: () => Promise<void>;
};

export type WorkerPortOptions = {
  host: string;
  /** Null: nobody is told. 0 takes a free one. */
  port: number | null;
  vitals: Vitals;
  metricsToken: string;
  log: Logger;
};

const NOT_OPENED =
  "the worker's port was not opened: set FOYER_WORKER_PORT to a free one, or to 0 for none";

/** Tells how a process is that serves no pages. A port that is taken is told of and gone without. */
export async function openWorkerPort(options: WorkerPortOptions): Promise<WorkerPort> {
  const { host, port, log } = options;
  if (port === null) return { port: null, close: async () => {} };
  const patience = { requestTimeout: REQUEST_MILLISECONDS, headersTimeout: REQUEST_MILLISECONDS };
  const server = createServer(patience, (request, response) => {
    answer(options, request).then(
      (told) => send(response, told),
      (error: unknown) => {
        log.warn({ err: error }, "the worker's figures could not be told");
        send(response, { status: 500, type: "text/plain", body: "see the worker's log\n" });
      },
    );
  });
  server.maxConnections = CONNECTIONS_MAX;
  const { promise, resolve } = Promise.withResolvers<Error | null>();
  server.once("error", resolve);
  server.listen(port, host, () => resolve(null));
  const refused = await promise;
  if (refused) {
    log.error({ port, reason: refused.message }, NOT_OPENED);
    return { port: null, close: async () => {} };
  }
  server.off("error", resolve);
  server.on("error", (error) => log.error({ err: error }, "the worker's port failed"));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

const inWords = (status: number, body: string): VitalsAnswer => ({
  ...{ status, type: "text/plain; charset=utf-8", body },
});

async function answer(
  { vitals, metricsToken }: WorkerPortOptions,
  { url, method, headers }: IncomingMessage,
): Promise<VitalsAnswer> {
  if (method !== "GET" && method !== "HEAD") return inWords(405, "only GET\n");
  const [path] = (url ?? "").split("?");
  if (path === "/health") return answerHealth();
  if (path === "/ready") return await answerReady(vitals);
  if (path !== "/metrics") return inWords(404, "there are /health, /ready and /metrics\n");
  if (!holdsToken(headers.authorization, metricsToken))
    return inWords(401, "metrics are told to whoever holds the token\n");
  return await answerMetrics(vitals);
}

function send(response: ServerResponse, { status, type, body }: VitalsAnswer): void {
  const headers = { "content-type": type, "cache-control": "no-store", connection: "close" };
  response.writeHead(status, { ...headers, "x-content-type-options": "nosniff" });
  response.end(body);
}
