import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import {
  BOX_API,
  type BoxLog,
  type BoxReport,
  CALLS_THROUGH_HEADER,
  type CommandAnswer,
  type CommandAnswers,
  type DoorNotes,
  type EventEnvelope,
  type GuestAnswers,
  type GuestQuestion,
  type GuestQuestions,
  KEY_IS_OLD_HEADER,
  NEXT_KEY_PATH,
  type NextKey,
  type OutboxState,
  type PullReply,
  type PushReply,
  type PushRequest,
  type PushTerms,
  readEvent,
  type SettingsReport,
  toAcknowledgedRanges,
  toSeqRanges,
  type UpgradeCall,
  type UpgradeReply,
} from "@foyer/contract";

import { openGate } from "./gate.ts";

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
  /** Every event that came, as it came. */
  pushed: EventEnvelope[];
  /** How often each event id came, stored or not. */
  deliveries: Map<string, number>;
  batches: {
    count: number;
    bytes: number;
    encoding: string;
    outbox?: OutboxState;
    pushId?: string;
    follows?: string;
  }[];
  /** URL and headers of every call. */
  calls: { url: string; headers: IncomingHttpHeaders }[];
  /** Keys that boxes told, base64url; the last is taken as well. */
  nextKeys: string[];
  /** Makes the double ask for a younger key with every answer to the keys that it knows by now. */
  findKeyOld: () => void;
  /** It knows this key alone from here on, as a copy of it from another day. */
  restoreKey: (publicKey: string) => void;
  /** It knows no key of the box: that was removed. */
  forgetKeys: () => void;
  pulls: URLSearchParams[];
  reports: SettingsReport[];
  boxReports: BoxReport[];
  questions: GuestQuestion[][];
  answers: CommandAnswer[];
  logs: BoxLog[];
  doorNotes: DoorNotes[];
  /** Wakes the pulls that wait. */
  announce: () => void;
  close: () => Promise<void>;
};

export type CloudDoubleOptions = {
  /** Whose signatures are taken. */
  boxKey: string;
  /** The highest number it has heard of that key: none up to it is taken. */
  callsThrough?: number;
  /** Gone before the answer to a key's first telling. */
  losesKeyAnswer?: boolean;
  /** What a stranger before it answers to the telling of a key, which it never hears. */
  keyAnswer?: { status: number; body: string };
  port?: number;
  onPush?: (count: number, events: readonly EventEnvelope[]) => PushFault;
  /** What an answer to a push waits for, once it is stored. */
  beforeAnswer?: () => Promise<unknown>;
  /** Null: the pull waits until announce() or its end. */
  onPull?: (query: URLSearchParams) => PullReply | { status: number; body: string } | null;
  stored?: EventEnvelope[];
  /** Absent: a cloud of the release before, which names no positions and ends no epoch. */
  terms?: PushTerms;
  /** The time it tells; null: it is a cloud from before there were reports of a box. */
  clock?: (() => Date) | null;
  /** What a stranger before it answers to a report, by its number from 1, which it never hears; null: nothing. */
  reportAnswer?: (count: number) => { status: number; body: string } | null;
  onPicture?: (hash: string, request: IncomingMessage, response: ServerResponse) => void;
  /** Absent: an older cloud, which knows no such call. */
  onUpgrade?: (call: UpgradeCall) => UpgradeReply;
  onRelease?: (sha256: string, request: IncomingMessage, response: ServerResponse) => void;
  /** False or absent: an older cloud, which wants no answers to commands. */
  takesAnswers?: boolean;
  /** Absent: an older cloud, which knows no such call. */
  onQuestions?: (questions: GuestQuestion[]) => GuestAnswers | { status: number; body?: string };
};

export const TERMS: PushTerms = { eventsMax: 2000, encodings: ["gzip", "zstd"], underWay: 2 };

/** A small real HTTP server that stands for the cloud, written from the contract alone. */
export async function startCloudDouble(options: CloudDoubleOptions): Promise<CloudDouble> {
  const waiting = new Set<() => void>();
  const gate = openGate(options.boxKey, options.callsThrough ?? 0);
  const positions = new Map(options.stored?.map(({ id }, index) => [id, index + 1]));
  const seqs = new Map(options.stored?.map(({ epoch, seq, id }) => [`${epoch} ${seq}`, id]));
  /** The name of the push that was stored last. */
  let lastPush: string | undefined;
  /** How many reports of a box came, whoever answered. */
  let reported = 0;
  /** By epoch, the newest seq that was told. */
  const known = new Map<string, number>();
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  const double: CloudDouble = {
    origin: "",
    port: 0,
    stored: options.stored ?? [],
    pushed: [],
    deliveries: new Map(),
    batches: [],
    calls: [],
    nextKeys: [],
    findKeyOld: gate.age,
    restoreKey: gate.restore,
    forgetKeys: gate.forget,
    pulls: [],
    reports: [],
    boxReports: [],
    questions: [],
    answers: [],
    logs: [],
    doorNotes: [],
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
    double.calls.push({ url: request.url ?? "", headers: request.headers });
    const body = await readAll(request);
    const passed = gate.check(request, body);
    if (passed.kind === "refused") {
      if (passed.through !== null) response.setHeader(CALLS_THROUGH_HEADER, String(passed.through));
      return send(response, 401, {});
    }
    if (passed.isOld) response.setHeader(KEY_IS_OLD_HEADER, "1");
    if (url.pathname === NEXT_KEY_PATH && options.keyAnswer)
      return sendFault(response, options.keyAnswer);
    if (url.pathname === NEXT_KEY_PATH) return takeNextKey(body, response);
    if (url.pathname === BOX_API.events) return await push(request, response, body);
    if (url.pathname === BOX_API.pull) return await pull(url.searchParams, response);
    if (url.pathname === BOX_API.settingsReport) {
      double.reports.push(JSON.parse(body.toString("utf8")));
      return send(response, 204, null);
    }
    const { clock = () => new Date() } = options;
    const stranger = url.pathname === BOX_API.report ? options.reportAnswer?.(++reported) : null;
    if (stranger) return sendFault(response, stranger);
    if (url.pathname === BOX_API.report && clock) {
      double.boxReports.push(JSON.parse(body.toString("utf8")));
      return send(response, 200, { now: clock().toISOString() });
    }
    if (url.pathname === BOX_API.guestQuestions && options.onQuestions) {
      const { questions } = JSON.parse(body.toString("utf8")) as GuestQuestions;
      double.questions.push(questions);
      const answer = options.onQuestions(questions);
      if ("status" in answer) return sendFault(response, answer);
      return send(response, 200, answer);
    }
    if (url.pathname === BOX_API.commandAnswers && options.takesAnswers) {
      double.answers.push(...(JSON.parse(body.toString("utf8")) as CommandAnswers).answers);
      return send(response, 204, null);
    }
    if (url.pathname.startsWith(BOX_API.pictures) && options.onPicture)
      return options.onPicture(url.pathname.slice(BOX_API.pictures.length), request, response);
    if (url.pathname === BOX_API.upgrade && options.onUpgrade)
      return send(response, 200, options.onUpgrade(JSON.parse(body.toString("utf8"))));
    if (url.pathname.startsWith(BOX_API.releases) && options.onRelease)
      return options.onRelease(url.pathname.slice(BOX_API.releases.length), request, response);
    if (url.pathname === BOX_API.doorNotes) {
      double.doorNotes.push(JSON.parse(body.toString("utf8")));
      return send(response, 204, null);
    }
    if (url.pathname === BOX_API.logs) {
      double.logs.push(JSON.parse(body.toString("utf8")));
      return send(response, 204, null);
    }
    send(response, 404, { code: "not-found", message: "There is nothing." });
  }

  function takeNextKey(body: Buffer, response: ServerResponse): void {
    const { publicKey } = JSON.parse(body.toString("utf8")) as NextKey;
    double.nextKeys.push(publicKey);
    gate.add(publicKey);
    if (options.losesKeyAnswer && double.nextKeys.length === 1) response.destroy();
    else send(response, 204, null);
  }

  async function push(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): Promise<void> {
    const { json, encoding } = unpack(request, body);
    const batch = JSON.parse(json.toString("utf8")) as PushRequest;
    const { outbox, events } = batch;
    double.batches.push({
      ...{ count: events.length, bytes: json.length, encoding },
      ...(outbox ? { outbox } : {}),
      ...(batch.pushId ? { pushId: batch.pushId } : {}),
      ...(batch.follows ? { follows: batch.follows } : {}),
    });
    double.pushed.push(...events);
    const fault = options.onPush?.(batch.events.length, batch.events) ?? "process";
    if (typeof fault === "object") sendFault(response, fault);
    else if (fault === "lose-request") response.destroy();
    else {
      const reply = store(batch);
      await options.beforeAnswer?.();
      if (fault === "lose-answer") response.destroy();
      else send(response, 200, reply);
    }
  }

  function store(batch: PushRequest): PushReply {
    const reply: PushReply = { epoch: batch.epoch, acknowledged: [], setAside: [] };
    const isNewer = options.terms !== undefined && batch.outbox !== undefined;
    const knownThrough = known.get(batch.epoch) ?? 0;
    const writtenThrough = batch.outbox?.writtenThrough ?? 0;
    known.set(batch.epoch, Math.max(knownThrough, writtenThrough));
    if (options.terms && isNewer) reply.terms = options.terms;
    if (batch.follows && batch.follows !== lastPush) return { ...reply, outOfTurn: true };
    if (isNewer && writtenThrough < knownThrough)
      return { ...reply, epochEnded: { reason: "behind", knownThrough } };
    const isTaken = ({ id, epoch, seq }: EventEnvelope) => {
      const at = seqs.get(`${epoch} ${seq}`);
      return at !== undefined && at !== id && !positions.has(id);
    };
    const taken = isNewer ? batch.events.filter(isTaken) : [];
    const events = batch.events.filter((event) => !taken.includes(event));
    if (taken.length > 0) reply.epochEnded = { reason: "taken", knownThrough };
    if (taken.length === 0) lastPush = batch.pushId ?? lastPush;
    for (const event of events) {
      double.deliveries.set(event.id, (double.deliveries.get(event.id) ?? 0) + 1);
      const read = readEvent(event);
      if (read.kind === "invalid") reply.setAside.push({ seq: event.seq, reason: read.reason });
      else if (!positions.has(event.id)) keep(event);
    }
    const held = events.map(({ id, seq }) => ({ seq, position: positions.get(id) ?? null }));
    reply.acknowledged = isNewer
      ? toAcknowledgedRanges(held)
      : toSeqRanges(held.map(({ seq }) => seq));
    return reply;
  }

  function keep(event: EventEnvelope): void {
    positions.set(event.id, double.stored.push(event));
    seqs.set(`${event.epoch} ${event.seq}`, event.id);
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

function unpack(request: IncomingMessage, body: Buffer): { json: Buffer; encoding: string } {
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding === "gzip") return { json: gunzipSync(body), encoding };
  if (encoding === "zstd") return { json: zstdDecompressSync(body), encoding };
  throw new Error("a push is not packed");
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
