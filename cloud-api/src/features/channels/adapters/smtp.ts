import { Readable } from "node:stream";
import { createTransport, type Transporter } from "nodemailer";
import { ForbiddenAddress } from "../../../platform/outbound.ts";
import {
  type Adapter,
  type Configured,
  type Outgoing,
  reject,
  retryLater,
  type Sending,
  textOf,
} from "./adapter.ts";

const TIMEOUT_MILLISECONDS = 30_000;
/** A server that is just too busy (RFC 5321 §4.2.1: 4yz) is asked again after this. */
const BUSY_SECONDS = 5;

/** A mail server, as RFC 5321 has it. */
export const sendBySmtp: Adapter = async (sender, message, { outbound, signal }) => {
  let address: string;
  try {
    address = await outbound.resolve(sender.host ?? "");
  } catch (error) {
    if (error instanceof ForbiddenAddress) return reject("content", "address refused");
    return retryLater("the host has no address");
  }
  const body = watchReading(message.text);
  const transport = openTransport(sender, address);
  const giveUp = () => transport.close();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    const answer = transport.sendMail(toMail(sender, message, body.stream));
    const late = new Promise<never>((_, fail) =>
      signal.addEventListener("abort", () => fail(new Error("no answer in time")), { once: true }),
    );
    answer.catch(() => {});
    const { response } = (await Promise.race([answer, late])) as { response?: string };
    return {
      kind: "accepted",
      providerId: /queued as (\S{1,60})/.exec(response ?? "")?.[1] ?? null,
    };
  } catch (error) {
    return judge(error, body.isBegun());
  } finally {
    signal.removeEventListener("abort", giveUp);
    transport.close();
  }
};

function openTransport(sender: Configured, address: string): Transporter {
  const { host = "", security = "tls", userName, password } = sender;
  return createTransport({
    // The address that was judged; the certificate is still the host's.
    host: address,
    port: Number(sender.port || 465),
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    tls: { servername: host },
    name: "foyer",
    ...(userName ? { auth: { user: userName, pass: password ?? "" } } : {}),
    connectionTimeout: TIMEOUT_MILLISECONDS,
    greetingTimeout: TIMEOUT_MILLISECONDS,
    socketTimeout: TIMEOUT_MILLISECONDS,
    // No path or address in a message is ever read: neither files nor the web.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function toMail({ from = "" }: Configured, message: Outgoing, text: Readable) {
  const domain = from.match(/@([^\s>]+)/)?.[1] ?? "localhost";
  return {
    from,
    to: { name: "", address: message.contact.value },
    subject: message.subject,
    text,
    // The same however often it is tried: a server that saw it may know a double.
    messageId: `<${message.reference}@${domain}>`,
    // RFC 3834 §5: nobody's out-of-office answers to it.
    headers: { "Auto-Submitted": "auto-generated" },
  };
}

/** A text that knows whether anybody has begun to read it, which is after the server said 354. */
function watchReading(text: string): { stream: Readable; isBegun: () => boolean } {
  let begun = false;
  const stream = new Readable({
    read() {
      begun = true;
      this.push(text);
      this.push(null);
    },
  });
  return { stream, isBegun: () => begun };
}

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
