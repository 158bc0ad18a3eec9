import { TLSSocket } from "node:tls";
import { Agent, buildConnector, request } from "undici";
import { isSameText } from "../trust.ts";

/** Where a controller is, as the settings say: nothing else ever chooses it. */
export type ControllerPlace = {
  /** Its origin, http or https. */
  controllerUrl: string;
  /** SHA-256 of the one certificate that is believed, hex; absent: a known authority's is. */
  certificateSha256?: string | undefined;
};

export type Asked = {
  method: "GET" | "POST";
  /** Path and query, escaped. */
  path: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: object;
};

export type Answer = {
  kind: "answer";
  status: number;
  /** By name in lower case; of several with one name the first, but for cookies. */
  headers: ReadonlyMap<string, string>;
  /** The Set-Cookie lines. */
  cookies: readonly string[];
  text: string;
};

/** No answer that could be understood; the reason is for the log and holds nothing that was sent. */
export type Unreachable = { kind: "unreachable"; reason: string };

/** The way to one controller. */
export type ControllerLine = {
  ask(asked: Asked): Promise<Answer | Unreachable>;
  close(): Promise<void>;
};

/** A guest waits at a page meanwhile: what takes longer is asked for again by the next one. */
export const ANSWER_SECONDS_MAX = 8;
/** Some thousand devices on one list. */
const ANSWER_BYTES_MAX = 8 * 1024 * 1024;

/** Opens the way to a controller. Redirects are not followed: a password goes to one origin alone. */
export function openControllerLine(
  place: ControllerPlace,
  { answerSecondsMax = ANSWER_SECONDS_MAX }: { answerSecondsMax?: number } = {},
): ControllerLine {
  const agent = new Agent({ connect: connectorOf(place), connections: 4, pipelining: 1 });
  return {
    async ask({ method, path, headers = {}, body }) {
      try {
        const response = await request(new URL(path, place.controllerUrl), {
          method,
          dispatcher: agent,
          signal: AbortSignal.timeout(answerSecondsMax * 1000),
          headers: {
            accept: "application/json",
            ...(body ? { "content-type": "application/json" } : {}),
            ...headers,
          },
          body: body ? JSON.stringify(body) : null,
        });
        const text = await readText(response.body);
        if (text === null) return { kind: "unreachable", reason: "the answer is too long" };
        return {
          kind: "answer",
          status: response.statusCode,
          text,
          ...headersOf(response.headers),
        };
      } catch (error) {
        return { kind: "unreachable", reason: reasonOf(error) };
      }
    },
    // What is still on its way is given up: nobody waits for it any more.
    close: () => agent.destroy(),
  };
}

/** What an answer holds as JSON; undefined when it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

class WrongCertificate extends Error {}

/**
 * Consoles sign their own certificates, which no authority vouches for. Such a one is believed when
 * it is the very one that was pinned, on each connection, and before a byte is sent; nothing else is
 * let off: without a pin the usual check holds.
 */
function connectorOf({ certificateSha256 }: ControllerPlace): buildConnector.connector {
  if (certificateSha256 === undefined) return buildConnector({ allowH2: false });
  // A session taken up again shows no certificate.
  const options = { rejectUnauthorized: false, maxCachedSessions: 0, allowH2: false };
  const connect = buildConnector(options);
  return (target, callback) =>
    connect(target, (...[fault, socket]) => {
      if (fault) return callback(fault, null);
      if (isPinned(socket, certificateSha256)) return callback(null, socket);
      socket.destroy();
      callback(new WrongCertificate(), null);
    });
}

function isPinned(socket: unknown, certificateSha256: string): boolean {
  if (!(socket instanceof TLSSocket)) return false;
  const shown = socket.getPeerCertificate().fingerprint256 ?? "";
  return isSameText(shown.replaceAll(":", "").toLowerCase(), certificateSha256);
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function headersOf(
  told: Record<string, string | string[] | undefined>,
): Pick<Answer, "headers" | "cookies"> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(told)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) headers.set(name.toLowerCase(), first);
  }
  const cookies = [told["set-cookie"] ?? []].flat();
  return { headers, cookies };
}

/** Node's words for a certificate that nobody known has signed, or that is another host's. */
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_|CERT_|ALTNAME/;

/** Says what went wrong, never with what: errors of undici and Node may quote addresses. */
function reasonOf(error: unknown): string {
  const { name = "", code = "", cause } = error as Error & { code?: string };
  if (error instanceof WrongCertificate || cause instanceof WrongCertificate)
    return "its certificate is not the one that was pinned";
  if (name === "TimeoutError") return "no answer in time";
  if (UNTRUSTED.test(code))
    return `its certificate is of no known authority (${code}): pin its fingerprint`;
  if (code.startsWith("HPE_")) return `the answer is no HTTP (${code})`;
  return `no connection (${code || name})`;
}
