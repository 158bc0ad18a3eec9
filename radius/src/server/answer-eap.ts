import { randomBytes } from "node:crypto";
import type { Decision } from "../authorize/authorize.ts";
import { parseMac } from "../authorize/mac.ts";
import { authorizeMember } from "../authorize/member.ts";
import type { RecentGrants } from "../authorize/recent-grants.ts";
import type { Eap, EapAnswer } from "../eap/eap.ts";
import type { SecretKey } from "../protocol/authenticator.ts";
import { mppeAttributes } from "../protocol/mppe.ts";
import {
  authenticatorOf,
  type Packet,
  type RawAttribute,
  VALUE_BYTES_MAX,
} from "../protocol/packet.ts";
import { attribute, findValue, listOctets } from "../protocol/values.ts";
import type { DropReason } from "./counters.ts";
import type { Job } from "./group-commit.ts";

/** An Access-Request with EAP-Message, and what may be answered. */
export type EapExchange = {
  packet: Packet;
  nasId: string;
  key: SecretKey;
  /** Names the request for tracing. */
  requestKey: string;
  /** Puts a job into the next commit; false: too much waits already. */
  decide: (job: Job<Decision>) => boolean;
  challenge: (attributes: RawAttribute[]) => void;
  accept: (decision: Decision & { kind: "accept" }, attributes: RawAttribute[]) => void;
  reject: (reason: string, attributes: RawAttribute[]) => void;
  stayStill: (reason: DropReason) => void;
  logFailure: (error: unknown) => void;
};

/** Carries an EAP packet to its conversation and the conversation's word back. Never throws. */
export async function answerEap(
  { eap, recent }: { eap: Eap; recent: RecentGrants },
  exchange: EapExchange,
): Promise<void> {
  const { packet, nasId } = exchange;
  const station = findValue(packet, "Calling-Station-Id");
  const mac = station === null ? null : parseMac(station);
  try {
    const answer = await eap.receive({
      nasId,
      mac,
      state: findValue(packet, "State"),
      eap: Buffer.concat(listOctets(packet, "EAP-Message")),
      mtu: findValue(packet, "Framed-MTU"),
    });
    tell(exchange, answer, { mac, recent });
  } catch (error) {
    exchange.logFailure(error);
    exchange.stayStill("store-failed");
  }
}

function tell(
  exchange: EapExchange,
  answer: EapAnswer,
  who: { mac: string | null; recent: RecentGrants },
): void {
  switch (answer.kind) {
    case "challenge":
      exchange.challenge([...eapMessage(answer.eap), attribute("State", answer.state)]);
      return;
    case "refused":
      exchange.reject(answer.reason, eapMessage(answer.failure));
      return;
    case "silence":
      exchange.stayStill(answer.reason);
      return;
    case "proved":
      admit(exchange, answer, who);
  }
}

/** The peer knows the password; whether it may come in is decided in a transaction. */
function admit(
  exchange: EapExchange,
  { userName, masterKey, success, failure }: EapAnswer & { kind: "proved" },
  { mac, recent }: { mac: string | null; recent: RecentGrants },
): void {
  const { nasId, requestKey, key, packet } = exchange;
  const isTaken = exchange.decide({
    work: (tx) => authorizeMember(tx, { nasId, userName, mac, requestKey, recent }),
    done: (decision) => {
      if (decision.kind === "reject") {
        exchange.reject(decision.reason, eapMessage(failure));
        return;
      }
      const authenticator = authenticatorOf(packet);
      const keys = { authenticator, secret: key.bytes, salt: randomBytes(2) };
      exchange.accept(decision, [...eapMessage(success), ...mppeAttributes(masterKey, keys)]);
    },
    // The conversation is over: a peer that is told begins anew sooner than after a silence.
    failed: (error) => {
      exchange.logFailure(error);
      exchange.reject("store-failed", eapMessage(failure));
    },
  });
  if (!isTaken) exchange.reject("too-busy", eapMessage(failure));
}

/** RFC 3579 §3.1: a long EAP packet in as many attributes as it takes, in order. */
function eapMessage(eap: Buffer): RawAttribute[] {
  const parts: RawAttribute[] = [];
  for (let at = 0; at < eap.length; at += VALUE_BYTES_MAX)
    parts.push(attribute("EAP-Message", eap.subarray(at, at + VALUE_BYTES_MAX)));
  return parts;
}
