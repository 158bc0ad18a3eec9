import type { Sealing } from "./sealing.ts";

/** A text as a part of an address: nobody makes one, changes one or reads what it says. */
export const sealLink = (sealing: Sealing, text: string, place: string): string =>
  sealing.seal(text, place).toString("base64url");

/** Null: it is none of ours, or of another place. */
export function openLink(sealing: Sealing, token: string, place: string): string | null {
  const sealed = Buffer.from(token, "base64url");
  // The same octets have one spelling.
  if (sealed.toString("base64url") !== token) return null;
  try {
    return sealing.open(sealed, place);
  } catch {
    // What the key does not open was made or changed by somebody else.
    return null;
  }
}
