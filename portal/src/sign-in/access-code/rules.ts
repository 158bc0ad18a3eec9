import { sayMoment } from "@foyer/blocks";
import type { AccessCodeRefusal } from "@foyer/branch-store";
import { normaliseAccessCode } from "@foyer/contract";
import type { MessageKey } from "../../language.ts";
import type { Step } from "../../step.ts";

/** What is wrong with a code before anybody looks it up, which costs no try; null: nothing. */
export function findTypingFault(typed: string): MessageKey | null {
  if (typed === "") return "accessCode.fault.empty";
  return normaliseAccessCode(typed) === null ? "accessCode.fault.malformed" : null;
}

/** Why a code did not let its guest in, in plain words, and from when it does. */
export function explain(
  reason: AccessCodeRefusal,
  { typed, settings, language, t }: Pick<Step, "settings" | "language" | "t"> & { typed: string },
): string {
  if (reason !== "not-yet-valid") return t(`accessCode.fault.${reason}`);
  const code = normaliseAccessCode(typed);
  const from = settings.accessCodes?.find((each) => each.code === code)?.validFrom;
  // The settings were changed while the page was being read.
  if (!from) return t("accessCode.fault.unknown");
  const { timeZone } = settings.branch;
  return t("accessCode.fault.not-yet-valid", {
    time: sayMoment(new Date(from), { language, timeZone }),
  });
}

/** In groups of four, as it is printed: ABCD-EFGH. */
export function spell(code: string): string {
  return code.match(/.{1,4}/g)?.join("-") ?? code;
}
