/** RFC 5321 §4.5.3.1.3: a path of 256 octets, less its brackets. */
export const EMAIL_CHARACTERS_MAX = 254;
/** RFC 5321 §4.5.3.1.1. */
const LOCAL_PART_CHARACTERS_MAX = 64;
/** One @ between words without spaces, and a dot in the domain: only a message proves more. */
const EMAIL =
  /^[^\s\p{C}@<>",;:()[\]\\]+@(?:[^\s\p{C}@<>"',;:()[\]\\.]+\.)+[^\s\p{C}@<>"',;:()[\]\\.]+$/u;

/**
 * An e-mail address in the one form in which addresses are compared, or null for what is none. Case
 * is folded in the part before the @ too: no provider tells people apart by it (RFC 5321 §2.4).
 */
export function normaliseEmail(typed: string): string | null {
  const email = typed
    .replaceAll(/\p{Cf}/gu, "")
    .trim()
    .normalize("NFC")
    .toLowerCase();
  if (email.length > EMAIL_CHARACTERS_MAX || !EMAIL.test(email)) return null;
  return email.indexOf("@") <= LOCAL_PART_CHARACTERS_MAX ? email : null;
}
