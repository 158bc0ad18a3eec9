import { deliver, type Mail, type MailServer } from "./smtp.ts";

/** The mail server that this installation writes to its staff by, and from what address. */
export type MailConfig = { server: MailServer; from: string };

/** `detail` is for staff: the server's own code, without any address. */
export type Mailed =
  | { kind: "sent" }
  /** Surely not taken, and it may be later. */
  | { kind: "later"; detail: string }
  | { kind: "refused"; detail: string }
  /** It may have been taken: nobody sends it again. */
  | { kind: "unknown"; detail: string };

/** Writes to staff. Never throws. */
export type Mailer = { send: (mail: Omit<Mail, "from">) => Promise<Mailed> };

const SEND_MILLISECONDS = 60_000;

export function openMailer({ server, from }: MailConfig): Mailer {
  return {
    send: async (mail) => {
      const signal = AbortSignal.timeout(SEND_MILLISECONDS);
      const delivery = await deliver(server, { ...mail, from }, signal);
      return delivery.kind === "taken" ? { kind: "sent" } : judge(delivery);
    },
  };
}

function judge({ error, isBegun }: { error: unknown; isBegun: boolean }): Mailed {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  const detail = String(responseCode ?? code ?? "no answer");
  // RFC 5321 §4.2.1: 4yz says that it may be tried again, 5yz that it may not.
  if (responseCode !== undefined)
    return responseCode < 500 ? { kind: "later", detail } : { kind: "refused", detail };
  if (code === "EAUTH" || code === "EENVELOPE") return { kind: "refused", detail };
  return isBegun ? { kind: "unknown", detail } : { kind: "later", detail };
}

const PORTS = { tls: 465, starttls: 587, none: 25 } as const;

/**
 * `smtps://` speaks TLS from the start, `smtp://` begins it by STARTTLS and speaks to nobody without;
 * `?tls=off` is for a server on this machine. Null: it is no such address.
 */
export function readMailServer(text: string): MailServer | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isSmtp = url?.protocol === "smtp:" || url?.protocol === "smtps:";
  if (!url || !isSmtp || url.hostname === "" || !/^\/?$/.test(url.pathname)) return null;
  const plain = url.searchParams.get("tls") === "off" ? "none" : "starttls";
  const security = url.protocol === "smtps:" ? "tls" : plain;
  return {
    host: url.hostname,
    port: url.port === "" ? PORTS[security] : Number(url.port),
    security,
    ...(url.username && {
      userName: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
    }),
  };
}
