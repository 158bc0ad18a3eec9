import { fillIn } from "../rules.ts";
import { type Adapter, judgeFailure, reject, shorten } from "./adapter.ts";

/** Any provider with an HTTP interface: address, header, body, and what is success. */
export const sendByHttpGateway: Adapter = async (sender, message, { outbound, signal }) => {
  const values = {
    phone: message.contact.value,
    text: message.text,
    code: message.code,
    reference: message.reference,
  };
  const { method = "POST", headerName, headerValue, contentType = "" } = sender;
  const body =
    method === "GET" || !sender.body ? null : fillIn(sender.body, values, escapeFor(contentType));
  const answer = await outbound.call({
    method: method === "GET" || method === "PUT" ? method : "POST",
    url: fillIn(sender.url ?? "", values, encodeURIComponent),
    headers: {
      ...(body === null || contentType === "" ? {} : { "content-type": contentType }),
      ...(headerName && headerValue ? { [headerName]: headerValue } : {}),
    },
    body,
    signal,
  });
  if (answer.kind !== "answered") return judgeFailure(answer);
  const { status, text } = answer;
  const isRight =
    status >= Number(sender.statusMin || 200) && status <= Number(sender.statusMax || 299);
  if (!isRight) return judgeFailure(answer);
  if (sender.bodyIncludes && !text.includes(sender.bodyIncludes))
    return reject("content", `the answer lacks the words of success: ${shorten(text)}`);
  return { kind: "accepted", providerId: findId(sender.idPattern ?? "", text) };
};

/** What stands between two pieces of the answer: `"id":"*"`. No pattern language to hang in. */
function findId(pattern: string, text: string): string | null {
  const [before = "", after = ""] = pattern.split("*");
  if (before === "") return null;
  const from = text.indexOf(before);
  if (from < 0) return null;
  const rest = text.slice(from + before.length);
  const to = after === "" ? rest.length : rest.indexOf(after);
  return to < 0 ? null : rest.slice(0, Math.min(to, 100));
}

function escapeFor(contentType: string): (value: string) => string {
  const type = contentType.toLowerCase();
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

function escapeXml(value: string): string {
  return value.replace(/[&<>"']/g, (each) => XML[each] ?? each);
}
