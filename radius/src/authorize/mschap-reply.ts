import { randomBytes } from "node:crypto";
import { type MppeOptions, mppeAttributes } from "../protocol/mppe.ts";
import { mschapError, mschapKeys, mschapSuccess } from "../protocol/mschap.ts";
import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import { type AccessRequest, findProvedPassword, type Proof } from "./access-request.ts";

/**
 * What an Access-Accept says besides to a peer that proved a password by MS-CHAPv2, its ticket's,
 * its access code or its MAC: that the server knows it too, and the keys of the link, each of 16 octets (RFC 2548
 * §2.3.3 and §2.4, RFC 3079 §3.3). Nothing to anybody else.
 */
export function mschapAcceptAttributes(
  request: AccessRequest,
  expected: string | null,
  keys: Omit<MppeOptions, "salt">,
): RawAttribute[] {
  const { proof } = request;
  if (proof.kind !== "mschapv2") return [];
  const password = findProvedPassword(request, expected);
  if (password === null) return [];
  const { toServer, toPeer } = mschapKeys(proof.answer.exchange.ntResponse, password);
  return [
    attribute("MS-CHAP2-Success", mschapSuccess(proof.answer, password)),
    // The NAS receives what the peer sends to it.
    ...mppeAttributes(Buffer.concat([toServer, toPeer]), { ...keys, salt: randomBytes(2) }),
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
