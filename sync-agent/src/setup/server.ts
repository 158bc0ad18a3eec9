import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, isIP, type Socket } from "node:net";
import type { ConsoleNumber } from "./console-number.ts";
import { drawForm, drawProgress, type Form, PAGE_POLICY } from "./page.ts";
import { listProgress, type SetUp } from "./set-up.ts";
import { chooseLanguage, type Say, type SetupLanguage, sayIn } from "./words.ts";

export type SetupServerOptions = {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** What stands in the field of the cloud's address. */
  cloudUrl: string;
  number: ConsoleNumber;
  setUp: SetUp;
  /** How long the last page waits for whoever went away; UNSEEN_MILLISECONDS unless said. */
  unseenMilliseconds?: number;
};

export type SetupServer = {
  port: number;
  /** Resolves once it is done or takes its time, and whoever set it up has seen so or went away. */
  done: Promise<void>;
  close: () => Promise<void>;
};

/** The longest that anybody types here is an address and a code. */
const BODY_BYTES_MAX = 4096;
const REQUEST_MILLISECONDS = 10_000;
const CONNECTIONS_MAX = 32;
const REFRESH_SECONDS = 2;
/** Tries are judged one after the other; whoever has gone away still has one of these places. */
const TRIES_WAITING_MAX = 8;

/** A browser that was closed, or a phone that sleeps, must not keep the services from starting. */
const UNSEEN_MILLISECONDS = 15_000;
const LOOK_MILLISECONDS = 250;

/** Serves the set-up page of a box that is no branch's yet, on the branch's network. */
export async function startSetupServer(options: SetupServerOptions): Promise<SetupServer> {
  const { promise: done, resolve: finish } = Promise.withResolvers<void>();
  const patience = { requestTimeout: REQUEST_MILLISECONDS, headersTimeout: REQUEST_MILLISECONDS };
  let checking: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const inTurn = <T>(work: () => Promise<T>): Promise<T> | null => {
    if (waiting >= TRIES_WAITING_MAX) return null;
    waiting += 1;
    const result = checking.then(work).finally(() => {
      waiting -= 1;
    });
    checking = result.catch(() => null);
    return result;
  };
  const server = createServer(patience, (request, response) => {
    respond({ ...options, inTurn, finish }, request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  const looking = setInterval(() => {
    if (!isOver(options.setUp.progress())) return;
    clearInterval(looking);
    setTimeout(finish, options.unseenMilliseconds ?? UNSEEN_MILLISECONDS).unref();
  }, LOOK_MILLISECONDS).unref();
  return {
    port: (server.address() as AddressInfo).port,
    done,
    close: () =>
      new Promise((resolve) => {
        clearInterval(looking);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Served = SetupServerOptions & {
  /** Null: too many wait already. */
  inTurn: <T>(work: () => Promise<T>) => Promise<T> | null;
  finish: () => void;
};

async function respond(
  served: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const language = chooseLanguage(request.headers["accept-language"]);
  const say = sayIn(language);
  const form: Form = { cloudUrl: served.cloudUrl, code: "", fault: null };
  const asked = judgeAsked(request);
  if (asked.kind === "by-name") return lead(response, asked.own);
  if (served.setUp.progress() !== null) return showProgress(served, response, { say, language });
  if (request.method === "POST") {
    if (asked.kind === "from-elsewhere")
      return send(response, 403, drawForm(say, language, { ...form, fault: say("elsewhere") }));
    const fields = await readForm(request);
    if (fields === null) return send(response, 413, drawForm(say, language, form));
    const typed = { cloudUrl: fields.get("cloud") ?? "", code: fields.get("code") ?? "" };
    const turn = served.inTurn(() => take(served, fields, { say, language }));
    if (turn === null)
      return send(response, 503, drawForm(say, language, { ...typed, fault: say("crowded") }));
    const told = await turn;
    if (told === null) return showProgress(served, response, { say, language });
    return send(response, 403, drawForm(say, language, { ...typed, fault: told }));
  }
  // Whatever a browser opens first leads here, as an operating system's own look for a network does.
  send(response, 200, drawForm(say, language, form));
}

type Asked = { kind: "own" } | { kind: "by-name"; own: string } | { kind: "from-elsewhere" };

/**
 * Whether the request is of this very page. A name may be anybody's and lead here (DNS rebinding), or be
 * what an operating system looks for the internet by: from both a browser is led to the box's own address.
 * A form that another site sends says that site as its origin (RFC 6454 §7); mini-browsers of old may say none.
 */
function judgeAsked({ headers, socket }: IncomingMessage): Asked {
  const { host = "", origin } = headers;
  const url = URL.parse(`http://${host}`);
  const isOwn = url !== null && (isIP(url.hostname.replace(/^\[|\]$/g, "")) > 0 || isLocal(url));
  if (!isOwn) return { kind: "by-name", own: nameOwn(socket) };
  return origin === undefined || origin === url.origin
    ? { kind: "own" }
    : { kind: "from-elsewhere" };
}

const isLocal = ({ hostname }: URL): boolean => hostname === "localhost";

function nameOwn({ localAddress = "127.0.0.1", localPort = 80 }: Socket): string {
  // RFC 4291 §2.5.5.2: how a socket of both kinds tells an address of the older.
  const address = localAddress.replace(/^::ffff:/, "");
  return new URL(`http://${isIP(address) === 6 ? `[${address}]` : address}:${localPort}/`).href;
}

/** 303: whatever was sent to the name is asked for anew, and not sent again. */
function lead(response: ServerResponse, location: string): void {
  response.writeHead(303, { location, "cache-control": "no-store", connection: "close" });
  response.end();
}

/** Null: it is done. Else what was wrong, in words. */
async function take(
  { number, setUp }: Served,
  fields: URLSearchParams,
  { say, language }: { say: Say; language: SetupLanguage },
): Promise<string | null> {
  if (setUp.progress() !== null) return null;
  const checked = number.check(fields.get("number") ?? "");
  if (checked !== "right") {
    await new Promise((resolve) => setTimeout(resolve, number.waitMilliseconds()));
    return say(checked === "changed" ? "new-console" : "wrong-console");
  }
  const cloudUrl = (fields.get("cloud") ?? "").trim();
  const refused = await setUp.begin({ cloudUrl, code: fields.get("code") ?? "", language });
  if (refused === "busy") return say("busy");
  return refused === null ? null : `${say("refused")} ${refused}`;
}

/** Whatever comes now comes without this page. */
const isOver = (found: ReturnType<SetUp["progress"]>): boolean =>
  found !== null && (found.hasSettings || found.isSlow);

function showProgress(
  { setUp, finish }: Served,
  response: ServerResponse,
  { say, language }: { say: Say; language: SetupLanguage },
): void {
  const found = setUp.progress();
  const progress = {
    steps: listProgress(found),
    note: found?.isSlow ? say("slow") : null,
  };
  const refreshSeconds = isOver(found) ? null : REFRESH_SECONDS;
  // Only once it was handed over: whoever waits for it is told before the page goes.
  if (isOver(found)) response.once("close", finish);
  send(response, 200, drawProgress(say, language, { progress, refreshSeconds }));
}

/** Null: more than anybody types. */
async function readForm(request: IncomingMessage): Promise<URLSearchParams | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}

function send(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": PAGE_POLICY,
    // With no-referrer a browser would not say where its own form comes from (Fetch, "Origin" header).
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    // A form that lies open must not be sent to whoever has this address next.
    connection: "close",
  });
  response.end(page);
}
