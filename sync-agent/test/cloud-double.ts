import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import {
  BOX_API,
  type BoxLog,
  type CommandAnswer,
  type CommandAnswers,
  type EventEnvelope,
  type GuestAnswers,
  type GuestQuestion,
  type GuestQuestions,
  type PullReply,
  type PushReply,
  type PushRequest,
  readEvent,
  type SettingsReport,
  toSeqRanges,
} from "@foyer/contract";

/** What happens to one push: `process` is the contract's own way, the rest are faults. */
export type PushFault =
  | "process"
  /** Stored for good, and the line goes dead before the answer. */
  | "lose-answer"
  /** The line goes dead before anything is stored. */
  | "lose-request"
  | { status: number; headers?: Record<string, string>; body?: string };

export type CloudDouble = {
  origin: string;
  port: number;
  /** Every event stored, in the order of storing. */
  stored: EventEnvelope[];
  /** How often each event id came, stored or not. */
  deliveries: Map<string, number>;
  batches: { count: number; bytes: number }[];
  /** URL and headers of every call. */
  calls: { url: string; authorization: string | undefined }[];
  pulls: URLSearchParams[];
  reports: SettingsReport[];
  questions: GuestQuestion[][];
  answers: CommandAnswer[];
  logs: BoxLog[];
  /** Wakes the pulls that wait. */
  announce: () => void;
  close: () => Promise<void>;
};

export type CloudDoubleOptions = {
  boxKey: string;
  port?: number;
  onPush?: (count: number, events: readonly EventEnvelope[]) => PushFault;
  /** Null: the pull waits until announce() or its end. */
  onPull?: (query: URLSearchParams) => PullReply | { status: number; body: string } | null;
  stored?: EventEnvelope[];
  onPicture?: (hash: string, request: IncomingMessage, response: ServerResponse) => void;
  /** False or absent: an older cloud, which wants no answers to commands. */
  takesAnswers?: boolean;
  /** Absent: an older cloud, which knows no such call. */
  onQuestions?: (questions: GuestQuestion[]) => GuestAnswers;
};

/** A small real HTTP server that stands for the cloud, written from the contract alone. */
export async function startCloudDouble(options: CloudDoubleOptions): Promise<CloudDouble> {
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  const double: CloudDouble = {
    origin: "",
    port: 0,
    stored: options.stored ?? [],
    deliveries: new Map(),
    batches: [],
    calls: [],
    pulls: [],
    reports: [],
    questions: [],
    answers: [],
    logs: [],
    announce: () => {
      for (const wake of waiting) wake();
    },
    close: () =>
      new Promise((resolve) => {
        for (const wake of waiting) wake();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", double.origin);
    const { authorization } = request.headers;
    double.calls.push({ url: request.url ?? "", authorization });
    const body = await readAll(request);
    if (authorization !== `Bearer ${options.boxKey}`) return send(response, 401, {});
    if (url.pathname === BOX_API.events) return push(request, response, body);
    if (url.pathname === BOX_API.pull) return await pull(url.searchParams, response);
    if (url.pathname === BOX_API.settingsReport) {
      double.reports.push(JSON.parse(body.toString("utf8")));
      return send(response, 204, null);
    }
    if (url.pathname === BOX_API.guestQuestions && options.onQuestions) {
      const { questions } = JSON.parse(body.toString("utf8")) as GuestQuestions;
      double.questions.push(questions);
      return send(response, 200, options.onQuestions(questions));
    }
    if (url.pathname === BOX_API.commandAnswers && options.takesAnswers) {
      double.answers.push(...(JSON.parse(body.toString("utf8")) as CommandAnswers).answers);
      return send(response, 204, null);
    }
    if (url.pathname.startsWith(BOX_API.pictures) && options.onPicture)
      return options.onPicture(url.pathname.slice(BOX_API.pictures.length), request, response);
    if (url.pathname === BOX_API.logs) {
      double.logs.push(JSON.parse(body.toString("utf8")));
      return send(response, 204, null);
    }
    send(response, 404, {});
  }

  function push(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    if (request.headers["content-encoding"] !== "gzip") throw new Error("a push is not gzipped");
    const json = gunzipSync(body);
    const batch = JSON.parse(json.toString("utf8")) as PushRequest;
    double.batches.push({ count: batch.events.length, bytes: json.length });
    const fault = options.onPush?.(batch.events.length, batch.events) ?? "process";
    if (typeof fault === "object") sendFault(response, fault);
    else if (fault === "lose-request") response.destroy();
    else {
      const reply = store(batch);
      if (fault === "lose-answer") response.destroy();
      else send(response, 200, reply);
    }
  }

  function store(batch: PushRequest): PushReply {
    const reply: PushReply = { epoch: batch.epoch, acknowledged: [], setAside: [] };
    for (const event of batch.events) {
      double.deliveries.set(event.id, (double.deliveries.get(event.id) ?? 0) + 1);
      const read = readEvent(event);
      if (read.kind === "invalid") reply.setAside.push({ seq: event.seq, reason: read.reason });
      else if (!double.stored.some(({ id }) => id === event.id)) double.stored.push(event);
    }
    reply.acknowledged = toSeqRanges(batch.events.map(({ seq }) => seq));
    return reply;
  }

  async function pull(query: URLSearchParams, response: ServerResponse): Promise<void> {
    double.pulls.push(query);
    const until = Date.now() + Number(query.get("wait")) * 1000;
    while (Date.now() < until && !response.destroyed && server.listening) {
      const reply = options.onPull?.(query) ?? null;
      if (reply && "status" in reply) return sendFault(response, reply);
      if (reply) return send(response, 200, reply);
      await new Promise<void>((resolve) => {
        waiting.add(resolve);
        setTimeout(resolve, 20);
      }).finally(() => waiting.clear());
    }
    send(response, 204, null);
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  double.port = (server.address() as AddressInfo).port;
  double.origin = `http://127.0.0.1:${double.port}`;
  return double;
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body === null ? undefined : JSON.stringify(body));
}

function sendFault(
  response: ServerResponse,
  fault: { status: number; headers?: Record<string, string>; body?: string },
): void {
  response.writeHead(fault.status, fault.headers);
  response.end(fault.body);
}
