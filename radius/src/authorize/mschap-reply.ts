import { findTicket, type Reader } from "@foyer/branch-store";
import { type MppeOptions, mppeAttributes } from "../protocol/mppe.ts";
import { mschapError, mschapKeys, mschapSuccess } from "../protocol/mschap.ts";
import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import { type AccessRequest, findProvedPassword, type Proof } from "./access-request.ts";

/** What the peer proved by MS-CHAPv2, which the answer is made from; null by any other way. */
export function findMschapPassword(tx: Reader, request: AccessRequest): string | null {
  if (request.proof.kind !== "mschapv2") return null;
  return findProvedPassword(request, findTicket(tx, request.userName)?.password ?? null);
}

/**
 * What an Access-Accept says besides to a peer that proved this password by MS-CHAPv2: that the
 * server knows it too, and the keys of the link, each of 16 octets (RFC 2548 §2.3.3 and §2.4, RFC
 * 3079 §3.3). Nothing to anybody else.
 */
export function mschapAcceptAttributes(
  proof: Proof,
  password: string | null,
  keys: MppeOptions,
): RawAttribute[] {
  if (proof.kind !== "mschapv2" || password === null) return [];
  const { toServer, toPeer } = mschapKeys(proof.answer.exchange.ntResponse, password);
  return [
    attribute("MS-CHAP2-Success", mschapSuccess(proof.answer, password)),
    // The NAS receives what the peer sends to it.
    ...mppeAttributes(Buffer.concat([toServer, toPeer]), keys),
  ];
}

/**
 * How an Access-Reject says why: by MS-CHAP-Error to whoever asks by MS-CHAPv2, else by
 * Reply-Message; never by both. `challenge`: 16 random octets, which nobody is to answer.
 */
export function rejectAttributes(
  proof: Proof,
  { reason, challenge }: { reason: string; challenge: Uint8Array },
): RawAttribute[] {
  if (proof.kind !== "mschapv2") return [attribute("Reply-Message", reason)];
  const error = mschapError(proof.answer.ident, challenge, reason);
  return [attribute("MS-CHAP-Error", error)];
}
