import type { AccessCodeRefusal } from "@foyer/branch-store";
import { normaliseAccessCode } from "@foyer/contract";
import type { MessageKey } from "../../language.ts";

/** What is wrong with a code before anybody looks it up, which costs no try; null: nothing. */
export function findTypingFault(typed: string): MessageKey | null {
  if (typed === "") return "accessCode.fault.empty";
  return normaliseAccessCode(typed) === null ? "accessCode.fault.malformed" : null;
}

/** Why a code did not let its guest in, in plain words. */
export function explain(reason: AccessCodeRefusal): MessageKey {
  return `accessCode.fault.${reason}`;
}

/** In groups of four, as it is printed: ABCD-EFGH. */
export function spell(code: string): string {
  return code.match(/.{1,4}/g)?.join("-") ?? code;
}
