import {
  countTry,
  findGuestByPhone,
  findGuestByVerifiedEmail,
  findPendingCode,
  type Guest,
  type Transaction,
  useCode,
} from "@foyer/branch-store";
import { comesFromNas } from "../nas/index.ts";
import { mayBeTold } from "../sign-in/phone/check-code.ts";
import { isCodeOf } from "../sign-in/phone/code.ts";
import { mayHaveNewHolder } from "../sign-in/phone/holder.ts";
import { hasTriesLeft } from "../sign-in/phone/rules.ts";
import type { Step } from "../step.ts";

/**
 * Whose data these pages may show: the guest's who proved their number here, or signed in by it in
 * this flow. A device, a MAC or a greeting proves nothing here. Where all guests have one address, the
 * sign-in does not count either: its page came by a link that passed through the NAS.
 */
export function findProvedGuestId({ context, nas, remoteAddress }: Step): string | null {
  const { privacyGuestId, admitted } = context;
  if (privacyGuestId) return privacyGuestId;
  const isBySignIn = admitted?.method === "phone-code" && !comesFromNas(nas, remoteAddress);
  return isBySignIn ? admitted.guestId : null;
}

export type Proved =
  | { kind: "guest"; guest: Guest }
  /** The number is theirs, and this branch keeps nothing under it. */
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
  // The pages send their codes to numbers alone; one that was sent to an address proves it as well.
  if (kind === "phone" && mayHaveNewHolder(tx, step, value)) return { kind: "asks-holder" };
  const guest =
    kind === "phone" ? findGuestByPhone(tx, value) : findGuestByVerifiedEmail(tx, value);
  return guest ? { kind: "guest", guest } : { kind: "nothing" };
}
