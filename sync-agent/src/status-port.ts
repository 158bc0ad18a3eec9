import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Logger } from "pino";
import { METRICS_CONTENT_TYPE, type Measured, writeMetrics } from "./metrics.ts";

/** Only who is on the box is told: what is asked for is not encrypted, nor is who asks known. */
const LOOPBACK = "127.0.0.1";
const CONNECTIONS_MAX = 16;
const REQUEST_MILLISECONDS = 2000;
/** Another page's script that has its own name resolved to this machine says that name as Host. */
const OWN_HOST = /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/;

export type StatusPort = {
  /** Null: it is off, or its port was not to be had. */
  portNumber: number | null;
  close: () => Promise<void>;
};

/** Opens /health and /metrics. A port that is taken is told of and gone without. */
export async function openStatusPort(options: {
  /** Null: nobody is told. 0 takes a free one. */
  portNumber: number | null;
  measure: () => Measured;
  logger: Logger;
}): Promise<StatusPort> {
  const { portNumber, measure, logger } = options;
  if (portNumber === null) return { portNumber: null, close: async () => {} };
  const patience = { requestTimeout: REQUEST_MILLISECONDS, headersTimeout: REQUEST_MILLISECONDS };
  const server = createServer(patience, (request, response) => {
    try {
      respond(measure, request, response);
    } catch (error) {
      logger.warn({ err: error }, "the status could not be told");
      send(response, { status: 500, type: "text/plain", body: "see the agent's log\n" });
    }
  });
  server.maxConnections = CONNECTIONS_MAX;
  const opened = await listen(server, portNumber);
  if (typeof opened === "string") {
    logger.error({ portNumber, reason: opened }, NOT_OPENED);
    return { portNumber: null, close: async () => {} };
  }
  server.on("error", (error) => logger.error({ err: error }, "the status port failed"));
  return {
    portNumber: opened,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const NOT_OPENED =
  "the status port was not opened: set FOYER_SYNC_STATUS_PORT to a free one, or to 0 for none";

function respond(
  measure: () => Measured,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  send(response, answer(measure, request));
}

type Answer = { status: number; type: string; body: string };

function answer(measure: () => Measured, { headers, url, method }: IncomingMessage): Answer {
  const refuse = (status: number, body: string) => ({
    ...{ status, type: "text/plain; charset=utf-8", body },
  });
  if (!OWN_HOST.test(headers.host ?? "")) return refuse(403, "ask 127.0.0.1 for it\n");
  const [path] = (url ?? "").split("?");
  if (path !== "/health" && path !== "/metrics")
    return refuse(404, "there are /health and /metrics\n");
  if (method !== "GET" && method !== "HEAD") return refuse(405, "only GET\n");
  const measured = measure();
  if (path === "/metrics")
    return { status: 200, type: METRICS_CONTENT_TYPE, body: writeMetrics(measured) };
  const isReady = measured.report.faults.every(({ until }) => until !== null);
  const document = { state: isReady ? "ready" : "degraded", ...measured.report };
  const body = `${JSON.stringify(document)}\n`;
  return { status: isReady ? 200 : 503, type: "application/json", body };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  const headers = { "content-type": type, "cache-control": "no-store", connection: "close" };
  response.writeHead(status, { ...headers, "x-content-type-options": "nosniff" });
  response.end(body);
}

/** The port that was taken, or why there is none. */
function listen(server: Server, portNumber: number): Promise<number | string> {
  return new Promise((resolve) => {
    const refuse = (error: Error) => resolve(error.message);
    server.once("error", refuse);
    server.listen(portNumber, LOOPBACK, () => {
      server.off("error", refuse);
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : portNumber);
    });
  });
}
