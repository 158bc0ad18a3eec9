import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A request as a controller got it. */
export type Got = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  /** What came as JSON; null: nothing did. */
  body: Record<string, unknown> | null;
};

export type Reply = {
  status?: number;
  headers?: Record<string, string | string[]>;
  /** Sent as JSON, or as it is where it is a text. */
  body?: unknown;
  /** The connection stays open and nothing comes. */
  hangs?: boolean;
};

export type ControllerServer = {
  url: string;
  /** Of its certificate; empty on plain http. */
  certificateSha256: string;
  got: Got[];
  /** Says the next requests whose path contains `path`, instead of what the controller would. */
  interrupt(path: string, ...replies: Reply[]): void;
  /** Takes back what was not said yet. */
  interruptNothing(): void;
};

export type Certificate = { key: string; cert: string; sha256: string };

let made: Certificate[] | null = null;

/** Two certificates that their servers signed themselves, as consoles do; made once a test file. */
export function selfSigned(): Certificate[] {
  made ??= ["console-1", "console-2"].map((name) => {
    const folder = mkdtempSync(join(tmpdir(), "foyer-certificate-"));
    const [key, cert] = [join(folder, "key"), join(folder, "cert")];
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    const names = ["-subj", `/CN=${name}.test`, "-days", "30", "-keyout", key, "-out", cert];
    execFileSync("openssl", ["req", "-x509", ...curve, ...names], { stdio: "ignore" });
    const read = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
    rmSync(folder, { recursive: true });
    const print = new X509Certificate(read.cert).fingerprint256;
    return { ...read, sha256: print.replaceAll(":", "").toLowerCase() };
  });
  return made;
}

/** A server that notes what it gets and answers as `handle` says, until the test is over. */
export async function openControllerServer(
  handle: (got: Got) => Reply,
  certificate: Certificate | null = selfSigned()[0] ?? null,
): Promise<ControllerServer> {
  const got: Got[] = [];
  const interruptions: { path: string; reply: Reply }[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = await readRequest(request);
    got.push(asked);
    const at = interruptions.findIndex((each) => asked.path.includes(each.path));
    const [interruption] = at < 0 ? [] : interruptions.splice(at, 1);
    send(response, interruption ? interruption.reply : handle(asked));
  };
  const server: Server = certificate
    ? createTlsServer({ key: certificate.key, cert: certificate.cert }, answer)
    : createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${certificate ? "https" : "http"}://127.0.0.1:${port}`,
    certificateSha256: certificate?.sha256 ?? "",
    got,
    interrupt: (path, ...replies) =>
      void interruptions.push(...replies.map((reply) => ({ path, reply }))),
    interruptNothing: () => void interruptions.splice(0),
  };
}

async function readRequest(request: IncomingMessage): Promise<Got> {
  let text = "";
  for await (const chunk of request) text += chunk;
  const url = new URL(request.url ?? "/", "http://controller");
  return {
    method: request.method ?? "",
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: text === "" ? null : JSON.parse(text),
  };
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply.hangs) return;
  const { status = 200, headers = {}, body = "" } = reply;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.statusCode = status;
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
