import type { HttpGateway } from "@foyer/contract";
import { type Dispatcher, request } from "undici";
import type { CodeMessage, SendCode, Sending } from "./channel.ts";

const ANSWER_BYTES_MAX = 64 * 1024;

type Escape = (value: string) => string;

/** A gateway that any provider with an HTTP interface is: address, headers, body, what is success. */
export function sendByGateway(gateway: HttpGateway, dispatcher?: Dispatcher): SendCode {
  return async (message) => {
    const body = gateway.bodyTemplate && fill(gateway.bodyTemplate, message, escapeFor(gateway));
    try {
      const answer = await request(fill(gateway.url, message, encodeURIComponent), {
        method: gateway.method,
        headers: gateway.headers,
        body: body || null,
        signal: AbortSignal.timeout(gateway.timeoutSeconds * 1000),
        ...(dispatcher ? { dispatcher } : {}),
      });
      return await judge(gateway, answer);
    } catch (error) {
      return failureOf(error);
    }
  };
}

async function judge(gateway: HttpGateway, answer: Dispatcher.ResponseData): Promise<Sending> {
  const { statusMin, statusMax, bodyIncludes } = gateway.success;
  const text = await readSome(answer.body);
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

/** Fills {{phone}} and {{text}}; what is filled in is never read again. */
function fill(template: string, { phone, text }: CodeMessage, escaped: Escape): string {
  const values: Record<string, string> = { phone, text };
  return template.replace(/\{\{(phone|text)\}\}/g, (_, key: string) => escaped(values[key] ?? ""));
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

/** An error's own message may quote the address, with the number in it: only its code is told. */
function failureOf(error: unknown): Sending {
  const { name, code } = error as { name?: string; code?: string };
  if (name === "TimeoutError") return { kind: "unanswered", reason: "no answer in time" };
  return { kind: "failed", reason: `no connection (${code ?? name})` };
}
