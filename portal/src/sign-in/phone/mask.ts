import type { Contact } from "@foyer/contract";
import { maskPhone } from "./number.ts";

/** Enough of a number or an address for whoever typed it, and no more. */
export function maskContact({ kind, value }: Contact): string {
  return kind === "phone" ? maskPhone(value) : maskEmail(value);
}

/** The first letter and the domain: l•••@example.com. */
function maskEmail(email: string): string {
  const at = email.lastIndexOf("@");
  const [first = ""] = email;
  // Kept from left to right where the words around it are not (UAX #9 §2.4).
  return `\u2066${first}•••${email.slice(at)}\u2069`;
}
