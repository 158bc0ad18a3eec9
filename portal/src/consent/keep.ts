import type { Choice } from "@foyer/blocks";
import { type Consent, giveConsent, type Transaction, withdrawConsent } from "@foyer/branch-store";
import type { ConsentWay, MessageChannel } from "@foyer/contract";
import type { AcceptedTerms, PageContext } from "../page-context.ts";

/** Stores a yes with what proves it: the very words, their language, where and from which device. */
export function keepConsent(
  tx: Transaction,
  context: PageContext,
  yes: Pick<Choice, "purpose"> &
    Partial<Choice> & { guestId: string; text: AcceptedTerms; way: ConsentWay },
): void {
  giveConsent(tx, {
    guestId: yes.guestId,
    deviceId: context.deviceId,
    nasId: context.arrival.nasId,
    purpose: yes.purpose,
    channel: yes.channel ?? null,
    textVersion: yes.text.version,
    textSha256: yes.text.sha256,
    language: yes.text.language,
    way: yes.way,
    ip: context.remoteAddress,
  });
}

/** Stores that a yes was taken back: by one channel, or, with null, by all it was given for. */
export function takeBackConsent(
  tx: Transaction,
  context: PageContext,
  {
    guestId,
    given,
    channel,
    way,
  }: { guestId: string; given: Consent; channel: MessageChannel | null; way: ConsentWay },
): void {
  withdrawConsent(tx, {
    guestId,
    deviceId: context.deviceId,
    nasId: context.arrival.nasId,
    purpose: given.purpose,
    channel,
    textVersion: given.textVersion,
    textSha256: given.textSha256,
    language: given.language,
    way,
    ip: context.remoteAddress,
  });
}
