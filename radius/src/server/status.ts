import { statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { readBoxIdentity, STORE_FILE } from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import type { Logger } from "../log.ts";
import type { StoreWatch } from "../store/watch.ts";
import type { Counters, Health } from "./counters.ts";
import { METRICS_CONTENT_TYPE, writeMetrics } from "./metrics.ts";
import { speaksRadius } from "./nas-table.ts";
import { listTroubles, type Trouble } from "./status-rules.ts";
import { say } from "./words.ts";

/** What `GET /health` answers. */
export type StatusDocument = Health & {
  boxId: string;
  /** The box's clock. */
  now: string;
  state: "ready" | "degraded";
  /** Why it is degraded: for programs as a code with figures, for people in words. */
  reasons: (Trouble & { words: string })[];
  settingsVersion: number;
  ports: RadiusPorts;
  /** On the disk of the state folder; null: it could not be asked. */
  freeBytes: number | null;
};

export type RadiusPorts = { authPort: number; acctPort: number; radsecPort: number | null };

export type StatusOptions = {
  /** Null: nobody is told. 0 takes a free one. */
  portNumber: number | null;
  stateFolder: string;
  /** The branch settings in force; null before the first. */
  settings: () => BranchSettings | null;
  findTrouble: StoreWatch["findTrouble"];
  counters: Counters;
  ports: RadiusPorts;
  clock: () => Date;
  log: Logger;
  /** Instead of asking the disk. */
  readFreeBytes?: (folder: string) => Promise<number>;
};

export type RunningStatus = {
  /** Null: it is off, or its port was not to be had. */
  portNumber: number | null;
  close: () => Promise<void>;
};

/** Only who is on the box is told: what is asked for is not encrypted, nor is who asks known. */
const LOOPBACK = "127.0.0.1";
const CONNECTIONS_MAX = 16;
const REQUEST_MILLISECONDS = 2000;
/** Another page's script that has its own name resolved to this machine says that name as Host. */
const OWN_HOST = /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/;

/**
 * Opens the status port. One that is taken is told of and gone without: guests are let in before
 * anybody is told how many.
 */
export async function startStatus(options: StatusOptions): Promise<RunningStatus> {
  const { portNumber, log } = options;
  if (portNumber === null) return { portNumber: null, close: async () => {} };
  const find = findStatus(options);
  const patience = {
    requestTimeout: REQUEST_MILLISECONDS,
    headersTimeout: REQUEST_MILLISECONDS,
    connectionsCheckingInterval: REQUEST_MILLISECONDS / 2,
  };
  const server = createServer(patience, (request, response) => {
    respond(find, request, response).catch((error: unknown) => {
      log.warn({ err: error }, "the status could not be told");
      if (response.headersSent) response.destroy();
      else send(response, { status: 500, type: "text/plain", body: "see the server's log\n" });
    });
  });
  server.maxConnections = CONNECTIONS_MAX;
  const opened = await open(server, portNumber);
  if (opened.kind === "refused") {
    log.error({ portNumber, reason: opened.reason }, NOT_OPENED);
    return { portNumber: null, close: async () => {} };
  }
  server.on("error", (error) => log.error({ err: error }, "the status port failed"));
  return {
    portNumber: opened.portNumber,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const NOT_OPENED =
  "the status port was not opened: set FOYER_RADIUS_STATUS_PORT to a free one, or to 0 for none";

type Found = { document: StatusDocument; nas: { id: string; name: string }[] };

function findStatus(options: StatusOptions): () => Promise<Found> {
  const { stateFolder, findTrouble, counters, ports, clock } = options;
  const { boxId } = readBoxIdentity(stateFolder);
  const storeWrittenAt = findStoreTime(stateFolder);
  const readFreeBytes = options.readFreeBytes ?? askDisk;
  return async () => {
    const freeBytes = await readFreeBytes(stateFolder).catch(() => null);
    const settings = options.settings();
    const nas = (settings?.nas ?? []).filter(speaksRadius).map(({ id, name }) => ({ id, name }));
    const health = counters.read();
    const settingsVersion = settings?.version ?? 0;
    const now = clock();
    const troubles = listTroubles({
      ...{ storeTrouble: findTrouble(), freeBytes, now, storeWrittenAt, settingsVersion },
      clockOffsetsSeconds: Object.values(health.nas).flatMap(({ seen }) =>
        seen.clock ? [seen.clock.offsetSeconds] : [],
      ),
    });
    const reasons = troubles.map((trouble) => ({ ...trouble, words: say("en", trouble) }));
    const state = reasons.length === 0 ? ("ready" as const) : ("degraded" as const);
    const about = { boxId, now: now.toISOString(), state, reasons };
    return { nas, document: { ...about, settingsVersion, ports, freeBytes, ...health } };
  };
}

async function respond(
  find: () => Promise<Found>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refuse = (status: number, body: string) =>
    send(response, { status, type: "text/plain; charset=utf-8", body });
  if (!OWN_HOST.test(request.headers.host ?? "")) return refuse(403, "ask 127.0.0.1 for it\n");
  const [path] = (request.url ?? "").split("?");
  if (path !== "/health" && path !== "/metrics")
    return refuse(404, "there are /health and /metrics\n");
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, "only GET\n");
  const { document, nas } = await find();
  const isReady = document.state === "ready";
  if (path === "/metrics") {
    const { freeBytes } = document;
    const body = writeMetrics({ health: document, nas, isReady, freeBytes });
    return send(response, { status: 200, type: METRICS_CONTENT_TYPE, body });
  }
  const body = `${JSON.stringify(document)}\n`;
  return send(response, { status: isReady ? 200 : 503, type: "application/json", body });
}

function send(
  response: ServerResponse,
  { status, type, body }: { status: number; type: string; body: string },
): void {
  const headers = { "content-type": type, "cache-control": "no-store", connection: "close" };
  response.writeHead(status, { ...headers, "x-content-type-options": "nosniff" });
  response.end(body);
}

function open(
  server: Server,
  portNumber: number,
): Promise<{ kind: "open"; portNumber: number } | { kind: "refused"; reason: string }> {
  return new Promise((resolve) => {
    const refuse = (error: Error) => resolve({ kind: "refused", reason: error.message });
    server.once("error", refuse);
    server.listen(portNumber, LOOPBACK, () => {
      server.off("error", refuse);
      const address = server.address();
      const taken = typeof address === "object" && address ? address.port : portNumber;
      resolve({ kind: "open", portNumber: taken });
    });
  });
}

async function askDisk(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** SQLite writes its log first and the file itself later; whichever is newer. */
function findStoreTime(stateFolder: string): Date | null {
  const times = [STORE_FILE, `${STORE_FILE}-wal`].map(
    (file) =>
      statSync(join(stateFolder, file), { throwIfNoEntry: false })?.mtimeMs ??
      Number.NEGATIVE_INFINITY,
  );
  const newest = Math.max(...times);
  return Number.isFinite(newest) ? new Date(newest) : null;
}
