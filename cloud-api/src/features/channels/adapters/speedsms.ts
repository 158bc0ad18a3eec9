import type { Reason } from "../rules.ts";
import {
  type Adapter,
  digitsOf,
  joinUrl,
  judgeFailure,
  readJson,
  reject,
  textOf,
} from "./adapter.ts";

/** speedsms.vn: codes of sms/send. */
const REASONS: Record<string, Reason> = {
  "007": "auth",
  "008": "blocked",
  "009": "auth",
  "101": "content",
  "105": "invalid-recipient",
  "110": "content",
  "113": "content",
  "300": "balance",
};
const INTERNAL_ERROR = "500";

/** SpeedSMS.vn: Basic authorisation with the token and any password. */
export const sendBySpeedsms: Adapter = async (sender, message, { outbound, signal }) => {
  const phone = digitsOf(message.contact);
  const basic = Buffer.from(`${sender.accessToken ?? ""}:x`).toString("base64");
  const answer = await outbound.call({
    method: "POST",
    url: joinUrl(sender.baseUrl ?? "", "/index.php/sms/send"),
    headers: { "content-type": "application/json", authorization: `Basic ${basic}` },
    body: JSON.stringify({
      to: [phone],
      content: message.text,
      sms_type: Number(sender.smsType ?? "3"),
      ...(sender.sender ? { sender: sender.sender } : {}),
    }),
    signal,
  });
  if (answer.kind !== "answered" || answer.status !== 200) return judgeFailure(answer);
  const reply = readJson(answer.text);
  const code = textOf(reply?.code);
  if (!reply || code === "") return { kind: "unknown", detail: "the answer has no code" };
  if (code !== "00") {
    const detail = `${code} ${textOf(reply.message)}`.trim();
    if (code === INTERNAL_ERROR) return { kind: "unknown", detail };
    return reject(REASONS[code] ?? "unknown", detail);
  }
  const told = (reply.data ?? {}) as { tranId?: unknown; invalidPhone?: unknown };
  // A request of nothing but bad numbers succeeds all the same.
  if (Array.isArray(told.invalidPhone) && told.invalidPhone.map(String).includes(phone))
    return reject("invalid-recipient", "invalidPhone");
  return { kind: "accepted", providerId: textOf(told.tranId) || null };
};
