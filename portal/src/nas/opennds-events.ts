import {
  type BranchStore,
  endSession,
  findSettings,
  startSession,
  type Transaction,
  useTicket,
} from "@foyer/branch-store";
import type { OpenndsNas } from "@foyer/contract";
import type { FastifyInstance } from "fastify";
import { normaliseMac } from "./mac.ts";
import { isSignedForOpennds } from "./opennds-signature.ts";

/** Where foyer-binauth.sh reports; the path is written in the script as well. */
export const OPENNDS_EVENT_PATH = "/nas/opennds/event";

const BODY_BYTES_MAX = 2048;
/** How far a router's clock may be off, and how old a message may be, against replay. */
const CLOCK_DIFFERENCE_SECONDS_MAX = 300;
/** A report that was held up for longer than the script tries is not believed to be that old. */
const DELAY_SECONDS_MAX = 900;
const FORM = "application/x-www-form-urlencoded";

/** Why a session ended, as Acct-Terminate-Cause says it (RFC 2866 §5.10). */
export const OPENNDS_CAUSES: Readonly<Record<string, string>> = {
  client_deauth: "User-Request",
  idle_deauth: "Idle-Timeout",
  timeout_deauth: "Session-Timeout",
  downquota_deauth: "NAS-Request",
  upquota_deauth: "NAS-Request",
  ndsctl_deauth: "Admin-Reset",
  shutdown_deauth: "NAS-Reboot",
};

type OpenndsEvent = {
  nas: OpenndsNas;
  method: string;
  mac: string;
  /** What the guest went online with, on a log-in that had a grant. */
  ticket: string | null;
  /** sha256 of the token: the id under which the portal opened the session at the grant. */
  hid: string;
  downloadBytes: number;
  uploadBytes: number;
  /** Seconds since 1970 by the router's clock; 0 where it named none. */
  at: number;
  start: number;
  end: number;
};

export type EventReading =
  | { kind: "event"; event: OpenndsEvent }
  | { kind: "invalid" | "forbidden"; reason: string };

/**
 * Registers what openNDS's BinAuth reports to: signed messages of sessions that began and ended,
 * told to the store as any NAS's accounting is. 204 when it is kept; 400 and 403 say why not.
 */
export function registerOpenndsEvents(app: FastifyInstance, { store }: { store: BranchStore }) {
  app.register(async (scope) => {
    // The signature is over the raw body, so this route alone must not have it parsed.
    scope.removeContentTypeParser([FORM, "application/json", "text/plain"]);
    const asText = { parseAs: "string" as const, bodyLimit: BODY_BYTES_MAX };
    scope.addContentTypeParser(FORM, asText, (_request, body, done) => done(null, body));
    scope.post(OPENNDS_EVENT_PATH, async (request, reply) => {
      const body = typeof request.body === "string" ? request.body : "";
      const reading = store.transaction((tx) => takeEvent(tx, body));
      if (reading.kind === "event") return reply.code(204).send();
      request.log.warn({ reason: reading.reason }, "report of an openNDS gateway refused");
      const status = reading.kind === "invalid" ? 400 : 403;
      return reply.code(status).send({ code: reading.kind, message: reading.reason });
    });
  });
}

function takeEvent(tx: Transaction, body: string): EventReading {
  const known = findSettings(tx)?.nas.filter((each) => each.kind === "opennds") ?? [];
  const reading = readOpenndsEvent(body, known, tx.now);
  if (reading.kind === "event") keepEvent(tx, reading.event);
  return reading;
}

/** Reads a signed report: pure, and refused before anything in it is believed. */
export function readOpenndsEvent(
  body: string,
  known: readonly OpenndsNas[],
  now: Date,
): EventReading {
  const cut = body.lastIndexOf("&signature=");
  const message = body.slice(0, Math.max(cut, 0));
  const form = new URLSearchParams(message);
  const nas = known.find((each) => each.gatewayMac === form.get("gatewaymac"));
  if (!nas) return { kind: "forbidden", reason: "no openNDS of this gatewaymac is registered" };
  const signature = body.slice(cut + "&signature=".length);
  if (!isSignedForOpennds("event", message, nas.fasKey, signature))
    return { kind: "forbidden", reason: "the signature does not fit the FAS key" };
  const at = numberOf(form, "at");
  if (Math.abs(now.getTime() / 1000 - at) > CLOCK_DIFFERENCE_SECONDS_MAX)
    return { kind: "forbidden", reason: "the time differs too much: set the router's clock" };
  const mac = normaliseMac(form.get("mac") ?? "");
  const hid = form.get("hid") ?? "";
  const method = form.get("method") ?? "";
  const isKnown = /^(client|ndsctl)_auth$/.test(method) || Object.hasOwn(OPENNDS_CAUSES, method);
  if (mac === null || !/^[0-9a-f]{64}$/.test(hid) || !isKnown)
    return { kind: "invalid", reason: "mac, hid or method is not what BinAuth gives" };
  return {
    kind: "event",
    event: {
      nas,
      method,
      mac,
      hid,
      ticket: form.get("ticket"),
      downloadBytes: numberOf(form, "incoming"),
      uploadBytes: numberOf(form, "outgoing"),
      at,
      start: numberOf(form, "start"),
      end: numberOf(form, "end"),
    },
  };
}

function keepEvent(tx: Transaction, event: OpenndsEvent): void {
  const session = { nasId: event.nas.id, acctSessionId: event.hid, mac: event.mac };
  // Only differences are taken from the router's clock; the moment itself is ours.
  const momentOf = (seconds: number) => {
    const ago = Math.min(Math.max(event.at - seconds, 0), DELAY_SECONDS_MAX);
    return new Date(tx.now.getTime() - (seconds > 0 ? ago * 1000 : 0));
  };
  const cause = OPENNDS_CAUSES[event.method];
  if (cause === undefined) {
    const expected = event.end > event.start ? event.end - event.start : null;
    const at = momentOf(event.start);
    const limit = expected && { expectedEndAt: new Date(at.getTime() + expected * 1000) };
    startSession(tx, { ...session, at, ...limit });
    // The NAS names the MAC under its key, so the device is its guest's, as with RADIUS. A report
    // that is told again, or came too late for that, has told of the session all the same.
    const { ticket: username, mac, hid: requestKey } = event;
    if (username !== null) useTicket(tx, { username, nasId: event.nas.id, mac, requestKey });
    return;
  }
  const connectedSeconds = event.start > 0 ? Math.max(event.end - event.start, 0) : 0;
  const { uploadBytes, downloadBytes } = event;
  const at = momentOf(event.end);
  endSession(tx, { ...session, at, connectedSeconds, uploadBytes, downloadBytes, cause });
}

function numberOf(form: URLSearchParams, name: string): number {
  const text = form.get(name) ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}
