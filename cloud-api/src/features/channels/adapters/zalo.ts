import type { Reason } from "../rules.ts";
import {
  type Adapter,
  type Configured,
  digitsOf,
  joinUrl,
  judgeFailure,
  type Outgoing,
  readJson,
  reject,
  type Sending,
  type Tools,
  textOf,
} from "./adapter.ts";

/** Codes of business.openapi.zalo.me/message/template, as developers and resellers list them. */
const REASONS: Record<string, Reason> = {
  "-108": "invalid-recipient",
  "-109": "template",
  "-110": "invalid-recipient",
  "-111": "template",
  "-112": "template",
  "-113": "template",
  // Inactive or unwilling, without an account, cannot receive: an SMS may reach them.
  "-114": "opted-out",
  "-115": "balance",
  "-116": "content",
  "-117": "template",
  "-118": "invalid-recipient",
  "-119": "invalid-recipient",
  "-131": "template",
  "-133": "blocked",
  "-139": "opted-out",
  "-140": "opted-out",
  "-141": "opted-out",
  "-144": "quota",
  "-147": "quota",
};
const TOKEN_REFUSED = "-124";
/** Unknown to Zalo itself: whether the message was taken is not said. */
const UNKNOWN = "-100";

/** A code template of a Zalo Official Account, by phone number (once called ZNS). */
export const sendByZalo: Adapter = async (sender, message, tools) => {
  const first = await tools.tokens.find(null);
  if (first.kind === "none") return first.sending;
  const sending = await post(sender, message, { ...tools, accessToken: first.accessToken });
  if (sending !== "token-refused") return sending;
  // A token that was refused has sent nothing: once with a new one.
  const second = await tools.tokens.find(first.accessToken);
  if (second.kind === "none") return second.sending;
  const again = await post(sender, message, { ...tools, accessToken: second.accessToken });
  return again === "token-refused" ? reject("auth", TOKEN_REFUSED) : again;
};

async function post(
  sender: Configured,
  message: Outgoing,
  { outbound, signal, accessToken }: Tools & { accessToken: string },
): Promise<Sending | "token-refused"> {
  const { codeParameter = "otp", branchParameter } = sender;
  const answer = await outbound.call({
    method: "POST",
    url: joinUrl(sender.baseUrl ?? "", "/message/template"),
    // Not a bearer token: Zalo has a header of its own.
    headers: { "content-type": "application/json", access_token: accessToken },
    body: JSON.stringify({
      phone: digitsOf(message.contact),
      template_id: sender.templateId,
      template_data: {
        [codeParameter]: message.code,
        ...(branchParameter
          ? { [branchParameter]: message.branchName.normalize("NFC").slice(0, 30) }
          : {}),
      },
      tracking_id: message.reference,
    }),
    signal,
  });
  if (answer.kind !== "answered" || answer.status !== 200) return judgeFailure(answer);
  const reply = readJson(answer.text);
  // Errors come with status 200; 0 is none.
  const error = textOf(reply?.error);
  if (!reply || error === "") return { kind: "unknown", detail: "the answer has no error code" };
  if (error === TOKEN_REFUSED) return "token-refused";
  if (error === UNKNOWN) return { kind: "unknown", detail: error };
  if (error !== "0")
    return reject(REASONS[error] ?? "unknown", `${error} ${textOf(reply.message)}`.trim());
  const told = (reply.data ?? {}) as { msg_id?: unknown };
  return { kind: "accepted", providerId: textOf(told.msg_id) || null };
}
