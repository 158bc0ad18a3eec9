import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Dispatcher } from "undici";

export const NOT_FOUND = 404;
const decompress = promisify(gunzip);

/** What came of a call. Only `answered` means that the cloud is known to have done it. */
export type CloudAnswer<T> =
  | { kind: "answered"; value: T }
  /** The cloud does not take this box's key: it was removed or replaced. */
  | { kind: "unauthorized" }
  /** The cloud took offence at what was sent; `too-large` when at its size. */
  | { kind: "too-large" }
  | { kind: "refused"; reason: string }
  /** The cloud asks for patience. */
  | { kind: "busy"; retryAfterSeconds: number | null }
  /**
   * No answer, or one that is not the cloud's: nobody knows whether the call was carried out, but
   * where `neverLeft` says that no connection was made.
   */
  | { kind: "failed"; reason: string; neverLeft?: boolean };

/** What is not the answer that was asked for, and why. */
export type Unreadable = { unreadable: string };

/** What a call expects of its answer. */
export type Expected = {
  bytesMax: number;
  /** A cloud of an older release answers 404 to this call. */
  mayBeUnknown?: boolean;
  /** Takes the octets of a good answer as they come, in the place of a body. */
  take?: (bytes: Buffer, status: number) => void;
};

/** Reads an answer by its status: RFC 9110 §15, and RFC 6585 for 429. */
export async function readAnswer<T>(
  answer: Dispatcher.ResponseData,
  { bytesMax, mayBeUnknown = false, take }: Expected,
  read: (status: number, body: string) => T | Unreadable,
): Promise<CloudAnswer<T>> {
  const status = answer.statusCode;
  const isTaken = take !== undefined && status >= 200 && status < 300;
  const body = await readBody(answer, bytesMax, isTaken ? (bytes) => take(bytes, status) : null);
  if (body === null)
    return { kind: "failed", reason: `the answer is longer than ${bytesMax} bytes` };
  if (status === 401) return { kind: "unauthorized" };
  if (status === 413) return { kind: "too-large" };
  if (status === 429 || status === 503)
    return { kind: "busy", retryAfterSeconds: readRetryAfter(answer.headers, new Date()) };
  if (status === 400 || status === 422) return { kind: "refused", reason: `answered ${status}` };
  if (status >= 300 && status < 400)
    return { kind: "failed", reason: `answered ${status}: something before the cloud redirects` };
  const isUnknown = mayBeUnknown && status === NOT_FOUND && isOfCloud(body);
  if (!isUnknown && (status < 200 || status >= 300))
    return { kind: "failed", reason: `answered ${status}` };
  try {
    const value = read(status, body);
    if (isUnreadable(value)) return { kind: "failed", reason: value.unreadable };
    return { kind: "answered", value };
  } catch {
    // JSON.parse's own message would quote the answer, which nobody vouches for.
    return { kind: "failed", reason: `answered ${status} without JSON: not the cloud` };
  }
}

/**
 * Whether it is the cloud that knows nothing there: a proxy before a cloud that is away just now answers 404
 * as well, with a page of its own, and is no older release.
 */
function isOfCloud(body: string): boolean {
  try {
    return (JSON.parse(body) as { code?: unknown } | null)?.code === "not-found";
  } catch {
    return false;
  }
}

function readDate(header: string | string[] | undefined): Date | null {
  const at = typeof header === "string" ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at);
}

/** With which each form of a date begins; Date.parse takes much else for one. */
const DAY_NAME = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/**
 * RFC 9110 §10.2.3: seconds, or a date. A date counts from the answer's own, since both are of one clock;
 * where the answer has none, from this machine's.
 */
export function readRetryAfter(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  machineNow: Date,
): number | null {
  const asked = headers["retry-after"];
  if (typeof asked !== "string") return null;
  if (/^\d+$/.test(asked)) return Number(asked) || null;
  if (!DAY_NAME.test(asked)) return null;
  // RFC 9110 §5.6.7: the form of asctime names no zone, and means the same one.
  const until = readDate(asked.endsWith(" GMT") ? asked : `${asked} GMT`);
  const since = readDate(headers.date) ?? machineNow;
  const seconds = until ? Math.ceil((until.getTime() - since.getTime()) / 1000) : 0;
  return seconds > 0 ? seconds : null;
}

function isUnreadable(value: unknown): value is Unreadable {
  return typeof value === "object" && value !== null && "unreadable" in value;
}

/** `max` bounds what is read off the line and what it unpacks to. */
async function readBody(
  answer: Dispatcher.ResponseData,
  max: number,
  take: ((bytes: Buffer) => void) | null,
): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > max) {
      answer.body.destroy();
      return null;
    }
    if (take) take(chunk);
    else chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (answer.headers["content-encoding"] !== "gzip") return body.toString("utf8");
  return (await decompress(body, { maxOutputLength: max })).toString("utf8");
}

/** What goes wrong before there is a connection: not an octet of the call has left the box. */
const UNMADE = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "UND_ERR_CONNECT_TIMEOUT",
]);

export function isUnmade(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && UNMADE.has(String(cause.code));
}

export function describeFailure(cause: unknown, isLate: boolean): string {
  if (isLate) return "no answer in time";
  if (!(cause instanceof Error)) return "the call broke off";
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : cause.name;
  return describeCertificate(code, new Date()) ?? `out of reach: ${code}`;
}

/**
 * TLS goes by the machine's clock alone, and a machine without a battery wakes up in 1970: it can then
 * not even ask the cloud what time it is. Codes of X509_verify_cert(3), as Node names them.
 */
export function describeCertificate(code: string, machineNow: Date): string | null {
  const clock = `this machine's clock, which says ${machineNow.toISOString().slice(0, 16)}Z`;
  if (code === "CERT_NOT_YET_VALID")
    return `the cloud's certificate is not valid yet by ${clock}: set it, or let the machine reach a time server (UDP port 123)`;
  if (code === "CERT_HAS_EXPIRED")
    return `the cloud's certificate has expired by ${clock}: if that is wrong, set it or let the machine reach a time server (UDP port 123); if it is right, renew the certificate`;
  return null;
}
