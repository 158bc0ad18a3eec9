import type { HttpGateway } from "@foyer/contract";
import { type Dispatcher, request } from "undici";
import type { CodeMessage, SendCode, Sending } from "./channel.ts";

const ANSWER_BYTES_MAX = 64 * 1024;

type Escape = (value: string) => string;

/** A gateway that any provider with an HTTP interface is: address, headers, body, what is success. */
export function sendByGateway(gateway: HttpGateway, dispatcher?: Dispatcher): SendCode {
  return async (message) => {
    const body = gateway.bodyTemplate && fill(gateway.bodyTemplate, message, escapeFor(gateway));
    let answer: Dispatcher.ResponseData;
    try {
      answer = await request(fill(gateway.url, message, encodeURIComponent), {
        method: gateway.method,
        headers: gateway.headers,
        body: body || null,
        signal: AbortSignal.timeout(gateway.timeoutSeconds * 1000),
        ...(dispatcher ? { dispatcher } : {}),
      });
    } catch (error) {
      return failureOf(error);
    }
    return judge(gateway, answer);
  };
}

async function judge(gateway: HttpGateway, answer: Dispatcher.ResponseData): Promise<Sending> {
  const { statusMin, statusMax, bodyIncludes } = gateway.success;
  const text = await readSome(answer.body).catch(() => null);
  if (text === null) return { kind: "unanswered", reason: "the answer broke off" };
  if (answer.statusCode < statusMin || answer.statusCode > statusMax)
    return { kind: "failed", reason: `status ${answer.statusCode}` };
  if (bodyIncludes !== null && !text.includes(bodyIncludes))
    return { kind: "failed", reason: "the answer lacks the words of success" };
  return { kind: "taken" };
}

/** Only so much of an answer as a gateway says in earnest. */
async function readSome(body: Dispatcher.ResponseData["body"]): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) break;
  }
  return Buffer.concat(chunks).toString();
}

/** Fills {{phone}}, {{text}}, {{code}} and {{reference}}; what is filled in is never read again. */
function fill(template: string, message: CodeMessage, escaped: Escape): string {
  const { contact, text, code, reference } = message;
  const values: Record<string, string> = { phone: contact.value, text, code, reference };
  return template.replace(/\{\{(phone|text|code|reference)\}\}/g, (_, key: string) =>
    escaped(values[key] ?? ""),
  );
}

function escapeFor({ headers }: HttpGateway): Escape {
  const name = Object.keys(headers).find((each) => each.toLowerCase() === "content-type");
  const type = (name ? (headers[name] ?? "") : "").toLowerCase();
  if (type.includes("json")) return (value) => JSON.stringify(value).slice(1, -1);
  if (type.includes("x-www-form-urlencoded")) return encodeURIComponent;
  if (type.includes("xml")) return escapeXml;
  return (value) => value;
}

const XML: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};
const escapeXml: Escape = (value) => value.replace(/[&<>"']/g, (each) => XML[each] ?? each);

/**
 * What goes wrong once the request was written, or may have been: the gateway may have sent the
 * message all the same. A connection that was never made is not among them.
 */
const UNANSWERED = new Set([
  "ECONNRESET",
  "EPIPE",
  "UND_ERR_ABORTED",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_HEADERS_OVERFLOW",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "UND_ERR_SOCKET",
]);

/** An error's own message may quote the address, with the number in it: only its code is told. */
function failureOf(error: unknown): Sending {
  const { name, code } = error as { name?: string; code?: string };
  if (name === "TimeoutError") return { kind: "unanswered", reason: "no answer in time" };
  // HPE_…: an answer came that is not HTTP.
  if (UNANSWERED.has(code ?? "") || code?.startsWith("HPE_"))
    return { kind: "unanswered", reason: `the answer broke off (${code})` };
  return { kind: "failed", reason: `no connection (${code ?? name})` };
}
