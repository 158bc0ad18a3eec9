import { connect, type Pdu, type Session } from "smpp";
import { ForbiddenAddress } from "../../../platform/outbound.ts";
import type { Reason } from "../rules.ts";
import {
  type Adapter,
  type Configured,
  digitsOf,
  type Outgoing,
  reject,
  retryLater,
  type Sending,
} from "./adapter.ts";

/** SMPP 3.4 §5.1.3. */
const THROTTLED = new Set([0x14, 0x58]);
const SYSTEM_ERROR = 0x08;
const REASONS: Record<number, Reason> = {
  10: "content",
  11: "invalid-recipient",
  13: "auth",
  14: "auth",
  15: "auth",
  102: "content",
};
/** SMPP 3.4 §5.2.19: the SMSC's default alphabet, and UCS-2. */
const [DEFAULT_ALPHABET, UCS2] = [0, 8];
/** What one message holds in either; longer ones travel as a payload (§5.3.2.32). */
const LENGTH_MAX = { [DEFAULT_ALPHABET]: 160, [UCS2]: 70 } as Record<number, number>;
const THROTTLED_SECONDS = 2;

/** An SMS centre, by a bind of its own for each message: codes are few and want no standing line. */
export const sendBySmpp: Adapter = async (sender, message, { outbound, signal }) => {
  let host: string;
  try {
    host = await outbound.resolve(sender.host ?? "");
  } catch (error) {
    if (error instanceof ForbiddenAddress) return reject("content", "address refused");
    return retryLater("the host has no address");
  }
  return await submit(sender, message, { host, signal });
};

type Line = { host: string; signal: AbortSignal };

function submit(sender: Configured, message: Outgoing, { host, signal }: Line): Promise<Sending> {
  return new Promise((settle) => {
    let isSubmitted = false;
    const isSecure = sender.security === "tls";
    const session: Session = connect({
      ...{ host, port: Number(sender.port || 2775), tls: isSecure },
      ...(isSecure ? { servername: sender.host } : {}),
    });
    const finish = (sending: Sending) => {
      signal.removeEventListener("abort", onAbort);
      settle(sending);
      session.destroy();
    };
    const breakOff = (detail: string) =>
      finish(isSubmitted ? { kind: "unknown", detail } : retryLater(detail));
    const onAbort = () => breakOff("no answer in time");
    signal.addEventListener("abort", onAbort, { once: true });
    // Unheard, it would end the process; after the end there may still be one.
    session.on("error", (error: { code?: string }) => breakOff(`broke off (${error.code ?? ""})`));
    session.on("close", () => breakOff("the line was closed"));
    // A report of delivery is answered, or the centre sends it for ever.
    session.on("deliver_sm", (pdu: Pdu) => session.send(pdu.response()));
    session.on("enquire_link", (pdu: Pdu) => session.send(pdu.response()));
    session.once(isSecure ? "secureConnect" : "connect", () => {
      const { systemId, password, systemType = "" } = sender;
      const bind = { system_id: systemId, password, system_type: systemType };
      session.bind_transceiver(bind, (bound) => {
        if (bound.command_status !== 0) return finish(judgeStatus(bound.command_status));
        isSubmitted = true;
        session.submit_sm(toSubmit(sender, message), (pdu) =>
          finish(
            pdu.command_status === 0
              ? { kind: "accepted", providerId: pdu.message_id || null }
              : judgeStatus(pdu.command_status),
          ),
        );
      });
    });
    if (signal.aborted) onAbort();
  });
}

function toSubmit(sender: Configured, { contact, text }: Outgoing): object {
  const coding = /[^ -~\n]/.test(text) ? UCS2 : DEFAULT_ALPHABET;
  const octets = coding === UCS2 ? Buffer.from(text, "utf16le").swap16() : Buffer.from(text);
  const isShort = text.length <= (LENGTH_MAX[coding] ?? 0);
  return {
    source_addr: sender.sourceAddress,
    source_addr_ton: Number(sender.sourceTon || 5),
    source_addr_npi: 0,
    destination_addr: digitsOf(contact),
    // §5.2.5 and §5.2.6: an international number of the telephone's numbering plan.
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    data_coding: coding,
    registered_delivery: 0,
    ...(isShort ? { short_message: octets } : { short_message: "", message_payload: octets }),
  };
}

function judgeStatus(status: number): Sending {
  const detail = `0x${status.toString(16).padStart(2, "0")}`;
  if (THROTTLED.has(status))
    return { kind: "retry", afterSeconds: THROTTLED_SECONDS, reason: "quota", detail };
  // The centre's own trouble: it does not say how far it came.
  if (status === SYSTEM_ERROR) return { kind: "unknown", detail };
  return reject(REASONS[status] ?? "unknown", detail);
}
