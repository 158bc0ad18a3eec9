import { Readable } from "node:stream";
import { createTransport, type Transporter } from "nodemailer";

const TIMEOUT_MILLISECONDS = 30_000;

export type MailServer = {
  host: string;
  /** Where it is reached, where that was looked up before; its certificate is still the host's. */
  address?: string;
  port: number;
  security: "tls" | "starttls" | "none";
  userName?: string;
  password?: string;
};

export type Mail = {
  from: string;
  to: string;
  subject: string;
  text: string;
  /** The same however often it is tried: a server that saw it may know a double. */
  reference: string;
  /** Where its reader ends mails of this kind, in one click (RFC 8058). */
  stop?: string;
  /** `type` is a media type (RFC 6838). */
  attachment?: { name: string; type: string; content: Buffer };
};

export type Delivery =
  | { kind: "taken"; response: string }
  /** `isBegun`: the server may have read the text, and have taken it. */
  | { kind: "failed"; error: unknown; isBegun: boolean };

/** Hands one mail to a mail server (RFC 5321). Never throws. */
export async function deliver(
  server: MailServer,
  mail: Mail,
  signal: AbortSignal,
): Promise<Delivery> {
  const body = watchReading(mail.text);
  const transport = openTransport(server);
  const giveUp = () => transport.close();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    const answer = transport.sendMail(toMessage(mail, body.stream));
    const late = new Promise<never>((_, fail) =>
      signal.addEventListener("abort", () => fail(new Error("no answer in time")), { once: true }),
    );
    answer.catch(() => {});
    const { response = "" } = (await Promise.race([answer, late])) as { response?: string };
    return { kind: "taken", response };
  } catch (error) {
    return { kind: "failed", error, isBegun: body.isBegun() };
  } finally {
    signal.removeEventListener("abort", giveUp);
    transport.close();
  }
}

function openTransport({ host, address, port, security, ...who }: MailServer): Transporter {
  const { userName, password } = who;
  return createTransport({
    ...{ host: address ?? host, port, secure: security === "tls" },
    ...{ requireTLS: security === "starttls", ignoreTLS: security === "none" },
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

function toMessage({ from, to, subject, reference, stop, attachment }: Mail, text: Readable) {
  const domain = from.match(/@([^\s>]+)/)?.[1] ?? "localhost";
  return {
    ...{ from, to: { name: "", address: to }, subject, text },
    ...(attachment && {
      attachments: [
        {
          ...{ filename: attachment.name, contentType: attachment.type },
          content: attachment.content,
        },
      ],
    }),
    messageId: `<${reference}@${domain}>`,
    // RFC 3834 §5: nobody's out-of-office answers to it.
    headers: {
      "Auto-Submitted": "auto-generated",
      ...(stop !== undefined && {
        "List-Unsubscribe": `<${stop}>`,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      }),
    },
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
