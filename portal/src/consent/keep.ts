import { type Consent, giveConsent, type Transaction, withdrawConsent } from "@foyer/branch-store";
import type { ConsentPurpose } from "@foyer/contract";
import type { AcceptedTerms, PageContext } from "../page-context.ts";

/** Stores a yes with what proves it: the very words, their language, where and from which device. */
export function keepConsent(
  tx: Transaction,
  context: PageContext,
  yes: { guestId: string; purpose: ConsentPurpose; text: AcceptedTerms },
): void {
  giveConsent(tx, {
    guestId: yes.guestId,
    deviceId: context.deviceId,
    nasId: context.arrival.nasId,
    purpose: yes.purpose,
    textVersion: yes.text.version,
    textSha256: yes.text.sha256,
    language: yes.text.language,
    ip: context.remoteAddress,
  });
}

/** Stores that a yes was taken back on the page that had given it. */
export function takeBackConsent(
  tx: Transaction,
  context: PageContext,
  { guestId, given }: { guestId: string; given: Consent },
): void {
  withdrawConsent(tx, {
    guestId,
    deviceId: context.deviceId,
    nasId: context.arrival.nasId,
    purpose: given.purpose,
    textVersion: given.textVersion,
    textSha256: given.textSha256,
    language: given.language,
    ip: context.remoteAddress,
  });
}
