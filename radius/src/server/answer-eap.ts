import { randomBytes } from "node:crypto";
import { readAccessRequest } from "../authorize/access-request.ts";
import type { Decision } from "../authorize/authorize.ts";
import type { Authorizer } from "../authorize/authorizer.ts";
import type { Eap, EapAnswer } from "../eap/eap.ts";
import type { SecretKey } from "../protocol/authenticator.ts";
import { mppeAttributes } from "../protocol/mppe.ts";
import { type Packet, type RawAttribute, VALUE_BYTES_MAX } from "../protocol/packet.ts";
import { attribute, findValue, listOctets } from "../protocol/values.ts";
import type { DropReason } from "./counters.ts";

/** An Access-Request with EAP-Message, and what may be answered. */
export type EapExchange = {
  packet: Packet;
  nasId: string;
  key: SecretKey;
  challenge: (attributes: RawAttribute[]) => void;
  accept: (decision: Decision & { kind: "accept" }, attributes: RawAttribute[]) => void;
  reject: (reason: string, attributes: RawAttribute[]) => void;
  stayStill: (reason: DropReason) => void;
  logFailure: (error: unknown) => void;
};

/** Carries an EAP packet to its conversation and the conversation's word back. Never throws. */
export async function answerEap(
  { eap, authorizer }: { eap: Eap; authorizer: Authorizer },
  exchange: EapExchange,
): Promise<void> {
  const { packet, nasId } = exchange;
  const { mac } = readAccessRequest(packet, exchange.key);
  try {
    const answer = await eap.receive({
      nasId,
      mac,
      state: findValue(packet, "State"),
      eap: Buffer.concat(listOctets(packet, "EAP-Message")),
      mtu: findValue(packet, "Framed-MTU"),
    });
    await tell(exchange, answer, authorizer);
  } catch (error) {
    exchange.logFailure(error);
    exchange.stayStill("store-failed");
  }
}

async function tell(
  exchange: EapExchange,
  answer: EapAnswer,
  authorizer: Authorizer,
): Promise<void> {
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
      await admit(exchange, answer, authorizer);
  }
}

/** The peer knows the password; whether its guest may come in is the authorizer's to say. */
async function admit(
  exchange: EapExchange,
  { userName, masterKey, success, failure }: EapAnswer & { kind: "proved" },
  authorizer: Authorizer,
): Promise<void> {
  const { nasId, key, packet } = exchange;
  const request = readAccessRequest(packet, key);
  const decision = await authorizer.authorizeMember({ nasId, request, userName });
  // The conversation is over: a peer that is told begins anew sooner than after a silence.
  if (decision.kind !== "accept") {
    const reason = decision.kind === "reject" ? decision.reason : decision.kind;
    exchange.reject(reason, eapMessage(failure));
    return;
  }
  const authenticator = packet.authenticator;
  const keys = { authenticator, secret: key.bytes, salt: randomBytes(2) };
  // RFC 2865 §5.1: a NAS should account for the session under the name that it is told.
  const named = attribute("User-Name", userName);
  exchange.accept(decision, [named, ...eapMessage(success), ...mppeAttributes(masterKey, keys)]);
}

/** RFC 3579 §3.1: a long EAP packet in as many attributes as it takes, in order. */
function eapMessage(eap: Buffer): RawAttribute[] {
  const parts: RawAttribute[] = [];
  for (let at = 0; at < eap.length; at += VALUE_BYTES_MAX)
    parts.push(attribute("EAP-Message", eap.subarray(at, at + VALUE_BYTES_MAX)));
  return parts;
}
