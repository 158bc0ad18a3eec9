import { maskEmail } from "@foyer/blocks";
import type { Contact } from "@foyer/contract";
import { maskPhone } from "./number.ts";

/** Enough of a number or an address for whoever typed it, and no more. */
export function maskContact({ kind, value }: Contact): string {
  return kind === "phone" ? maskPhone(value) : maskEmail(value);
}
