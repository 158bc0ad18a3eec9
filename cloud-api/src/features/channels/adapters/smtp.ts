import { ForbiddenAddress } from "../../../platform/outbound.ts";
import { deliver } from "../../../platform/smtp.ts";
import { type Adapter, reject, retryLater, type Sending, textOf } from "./adapter.ts";

/** A server that is just too busy (RFC 5321 §4.2.1: 4yz) is asked again after this. */
const BUSY_SECONDS = 5;

/** A mail server, as RFC 5321 has it. */
export const sendBySmtp: Adapter = async (sender, message, { outbound, signal }) => {
  const { host = "", port, userName, password, from = "" } = sender;
  const security =
    sender.security === "none" || sender.security === "starttls" ? sender.security : "tls";
  let address: string;
  try {
    address = await outbound.resolve(host);
  } catch (error) {
    if (error instanceof ForbiddenAddress) return reject("content", "address refused");
    return retryLater("the host has no address");
  }
  const server = { host, address, port: Number(port || 465), security } as const;
  const login = userName ? { userName, password: password ?? "" } : {};
  const { subject, text, reference, contact } = message;
  const mail = { from, to: contact.value, subject, text, reference };
  const delivery = await deliver({ ...server, ...login }, mail, signal);
  if (delivery.kind === "failed") return judge(delivery.error, delivery.isBegun);
  const providerId = /queued as (\S{1,60})/.exec(delivery.response)?.[1] ?? null;
  return { kind: "accepted", providerId };
};

type SmtpError = { responseCode?: number; command?: string; code?: string; message?: string };

function judge(error: unknown, isBegun: boolean): Sending {
  const { responseCode, command = "", code } = error as SmtpError;
  const detail = `${textOf(responseCode) || textOf(code) || "broke off"} ${command}`.trim();
  if (code === "EAUTH") return reject("auth", detail);
  if (responseCode !== undefined) {
    // RFC 5321 §4.2.1: 4yz says that it may be tried again, 5yz that it may not.
    if (responseCode < 500) return retryLater(detail, BUSY_SECONDS);
    return reject(command.startsWith("RCPT") ? "invalid-recipient" : "blocked", detail);
  }
  if (code === "EENVELOPE") return reject("invalid-recipient", detail);
  return isBegun ? { kind: "unknown", detail } : retryLater(detail);
}
