import { createHash } from "node:crypto";
import { isSameText } from "./trust.ts";

/**
 * What Foyer's BinAuth script and the portal tell each other is signed with
 * sha256(key ‖ LF ‖ purpose ‖ LF ‖ message ‖ LF ‖ key): the key stands at both ends, so that
 * nothing can be appended, and a shell with sha256sum can make it. The purpose keeps a signature
 * of one kind of message from fitting another.
 */
export type SignaturePurpose = "grant" | "event";

/** The signature in lower-case hex. */
export function signForOpennds(purpose: SignaturePurpose, message: string, fasKey: string): string {
  return createHash("sha256").update(`${fasKey}\n${purpose}\n${message}\n${fasKey}`).digest("hex");
}

/** Checks a signature in constant time. */
export function isSignedForOpennds(
  purpose: SignaturePurpose,
  message: string,
  fasKey: string,
  signature: string,
): boolean {
  return isSameText(signForOpennds(purpose, message, fasKey), signature.toLowerCase());
}

/** By which both sides know a session: sha256 over the token that the daemon gave the guest. */
export function hidOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
