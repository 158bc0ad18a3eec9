import type { Reason } from "../rules.ts";
import {
  type Adapter,
  joinUrl,
  judgeFailure,
  readJson,
  reject,
  retryLater,
  shorten,
  textOf,
} from "./adapter.ts";

const VERSION = "2010-04-01";

/** twilio.com/docs/api/errors */
const REASONS: Record<string, Reason> = {
  "20003": "auth",
  "20404": "auth",
  "21211": "invalid-recipient",
  "21408": "blocked",
  "21606": "content",
  "21610": "opted-out",
  "21614": "invalid-recipient",
  "30007": "blocked",
};
const TOO_MANY = "20429";

/** Twilio's Messages resource; a sender that begins with MG is a messaging service. */
export const sendByTwilio: Adapter = async (sender, message, { outbound, signal }) => {
  const from = sender.from ?? "";
  const basic = Buffer.from(`${sender.apiKeySid ?? ""}:${sender.apiKeySecret ?? ""}`);
  const account = encodeURIComponent(sender.accountSid ?? "");
  const answer = await outbound.call({
    method: "POST",
    url: joinUrl(sender.baseUrl ?? "", `/${VERSION}/Accounts/${account}/Messages.json`),
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `Basic ${basic.toString("base64")}`,
    },
    body: new URLSearchParams({
      To: message.contact.value,
      Body: message.text,
      ...(from.startsWith("MG") ? { MessagingServiceSid: from } : { From: from }),
    }).toString(),
    signal,
  });
  if (answer.kind !== "answered") return judgeFailure(answer);
  const reply = readJson(answer.text);
  if (answer.status === 201) {
    const sid = textOf(reply?.sid);
    if (sid === "") return { kind: "unknown", detail: "the answer has no sid" };
    const code = textOf(reply?.error_code);
    if (reply?.status === "failed") return reject(REASONS[code] ?? "unknown", `failed ${code}`);
    return { kind: "accepted", providerId: sid };
  }
  const code = textOf(reply?.code);
  if (code === TOO_MANY && answer.status !== 429) return retryLater(code);
  if (code === "" || answer.status >= 500 || answer.status === 429) return judgeFailure(answer);
  return reject(REASONS[code] ?? "unknown", shorten(`${code} ${textOf(reply?.message)}`.trim()));
};
