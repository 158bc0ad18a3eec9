import {
  countTry,
  findGuestByPhone,
  findGuestByVerifiedEmail,
  findPendingCode,
  type Guest,
  type Transaction,
  useCode,
} from "@foyer/branch-store";
import type { Contact } from "@foyer/contract";
import { comesFromNas } from "../nas/index.ts";
import type { PageContext } from "../page-context.ts";
import { mayBeTold } from "../sign-in/phone/check-code.ts";
import { isCodeOf } from "../sign-in/phone/code.ts";
import { mayHaveNewHolder } from "../sign-in/phone/holder.ts";
import { hasTriesLeft } from "../sign-in/phone/rules.ts";
import type { Step } from "../step.ts";

/**
 * Whose data these pages may show: the guest's who proved their number or address here, or signed in by
 * it in this flow. A device, a MAC or a greeting proves nothing here. Where all guests have one address,
 * the sign-in does not count either: its page came by a link that passed through the NAS.
 */
export function findProvedGuestId(step: Step): string | null {
  const { addressGuestId } = step.context;
  return findNumberGuestId(step) ?? addressGuestId ?? findSignedIn(step, "email-code");
}

/** The same of who proved their number, and not an address alone. */
export function findNumberGuestId(step: Step): string | null {
  return step.context.privacyGuestId ?? findSignedIn(step, "phone-code");
}

/** As a page carries it on where the sign-in that proved it does not go on. */
export const provedIn = (step: Step): Pick<PageContext, "privacyGuestId" | "addressGuestId"> => ({
  privacyGuestId: findNumberGuestId(step),
  addressGuestId: findProvedGuestId(step),
});

function findSignedIn(
  { context, nas, remoteAddress }: Step,
  by: "phone-code" | "email-code",
): string | null {
  const { admitted } = context;
  return admitted?.method === by && !comesFromNas(nas, remoteAddress) ? admitted.guestId : null;
}

export type Proved =
  | { kind: "guest"; guest: Guest; by: Contact["kind"] }
  /** The number or address is theirs, and this branch keeps nothing under it. */
  | { kind: "nothing" }
  /** It was silent for so long that it may have been somebody else's. */
  | { kind: "asks-holder" }
  /** `triesLeft` null: there were none before, and what was typed was not looked at. */
  | { kind: "wrong"; triesLeft: number | null }
  | { kind: "over" };

/** One transaction: the try is counted, or the code spent, before the answer is told. */
export function proveNumber(
  tx: Transaction,
  step: Step,
  { codeId, code }: { codeId: string; code: string },
): Proved {
  const pending = findPendingCode(tx, codeId);
  if (!pending || !mayBeTold(step, pending)) return { kind: "over" };
  const phoneSettings = step.settings.signIn.phone;
  if (!hasTriesLeft(pending, phoneSettings)) return { kind: "wrong", triesLeft: null };
  if (!isCodeOf(pending.secret, code))
    return { kind: "wrong", triesLeft: Math.max(0, phoneSettings.triesMax - countTry(tx, codeId)) };
  if (!useCode(tx, codeId)) return { kind: "over" };
  const { kind, value } = pending.contact;
  if (kind === "phone" && mayHaveNewHolder(tx, step, value)) return { kind: "asks-holder" };
  const guest =
    kind === "phone" ? findGuestByPhone(tx, value) : findGuestByVerifiedEmail(tx, value);
  return guest ? { kind: "guest", guest, by: kind } : { kind: "nothing" };
}
