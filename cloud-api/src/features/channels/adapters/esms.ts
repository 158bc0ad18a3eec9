import type { Reason } from "../rules.ts";
import {
  type Adapter,
  digitsOf,
  joinUrl,
  judgeFailure,
  readJson,
  reject,
  type Sending,
  textOf,
} from "./adapter.ts";

const PATH = "/MainService.svc/json/SendMultipleMessage_V4_post_json/";

/** developers.esms.vn: CodeResult of SendMultipleMessage_V4_post_json. */
const REASONS: Record<string, Reason> = {
  "101": "auth",
  "103": "balance",
  "104": "template",
  "118": "content",
  "146": "template",
};
/** The same RequestId was taken before: that is our message. */
const DUPLICATE = "124";

/** eSMS.vn: one care message by a registered brand name. */
export const sendByEsms: Adapter = async (sender, message, { outbound, signal }) => {
  const isUnicode = /[^ -~\n]/.test(message.text);
  const answer = await outbound.call({
    method: "POST",
    url: joinUrl(sender.baseUrl ?? "", PATH),
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      ApiKey: sender.apiKey,
      SecretKey: sender.secretKey,
      Phone: digitsOf(message.contact),
      Content: message.text,
      Brandname: sender.brandname,
      SmsType: sender.smsType ?? "2",
      IsUnicode: isUnicode ? "1" : "0",
      RequestId: message.reference,
    }),
    signal,
  });
  if (answer.kind !== "answered" || answer.status !== 200) return judgeFailure(answer);
  const reply = readJson(answer.text);
  if (!reply) return { kind: "unknown", detail: "the answer is no JSON" };
  return judgeReply(reply);
};

function judgeReply(reply: Record<string, unknown>): Sending {
  const code = textOf(reply.CodeResult);
  const providerId = textOf(reply.SMSID) || null;
  if (code === "100" || code === DUPLICATE) return { kind: "accepted", providerId };
  if (code === "") return { kind: "unknown", detail: "the answer has no CodeResult" };
  return reject(REASONS[code] ?? "unknown", `${code} ${textOf(reply.ErrorMessage)}`.trim());
}
