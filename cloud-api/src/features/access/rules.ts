/** How an e-mail address is written down and looked up. */
export function normaliseEmail(email: string): string {
  return email.trim().normalize("NFC").toLowerCase();
}

export const PASSWORD_CHARACTERS_MIN = 10;
export const PASSWORD_CHARACTERS_MAX = 200;

/** Why a new password is refused, or null. Length is what counts (NIST SP 800-63B §5.1.1.2). */
export function findPasswordFault(password: string, email: string): string | null {
  if ([...password].length < PASSWORD_CHARACTERS_MIN)
    return `A password has at least ${PASSWORD_CHARACTERS_MIN} characters.`;
  const plain = password.toLowerCase();
  if (plain === normaliseEmail(email)) return "The password must not be the e-mail address.";
  if (new Set(plain).size < 4) return "The password repeats too few characters.";
  return null;
}

/** A one-time code of an authenticator app, or one of the codes kept for its loss. */
export type SecondFactor =
  | { kind: "totp"; code: string }
  | { kind: "recovery"; code: string }
  | { kind: "unreadable" };

/** Reads what was typed, with or without spaces and dashes. */
export function readSecondFactor(text: string): SecondFactor {
  const plain = text.replace(/[\s-]/g, "").toLowerCase();
  if (/^[0-9]{6}$/.test(plain)) return { kind: "totp", code: plain };
  if (/^[a-z2-7]{16}$/.test(plain)) return { kind: "recovery", code: plain };
  return { kind: "unreadable" };
}

/** Tries at a sign-in within the window, this one with them. */
export type Tries = { ofEmailAndAddress: number; ofAddress: number };

export const TRIES_WINDOW_SECONDS = 15 * 60;
export const TRIES_PER_EMAIL_AND_ADDRESS_MAX = 10;
/** A shop's staff share an address, and so does somebody who tries many e-mails from one. */
export const TRIES_PER_ADDRESS_MAX = 100;

/** Of one person, from anywhere. */
export const TRIES_PER_SECOND_FACTOR_MAX = 20;

export function isTooMany(tries: Tries): boolean {
  return (
    tries.ofEmailAndAddress > TRIES_PER_EMAIL_AND_ADDRESS_MAX ||
    tries.ofAddress > TRIES_PER_ADDRESS_MAX
  );
}

/** What is sent by mail lives as long as it takes to fetch it, and no longer. */
export const RESET_MINUTES = 30;
export const SIGN_UP_MINUTES = 60;
/** Somebody away for a weekend still reads that it was not them. */
export const DISOWN_HOURS = 72;

/**
 * Mails to one address while the link of the first is good: whoever asks for more is answered the
 * same, and nothing is sent. So a stranger who uses them up has sent the owner what they need.
 */
export const ASKED_MAILS_PER_EMAIL_MAX = 4;
/** Asked for from one network, whoever they are for. */
export const ASKED_MAILS_PER_ADDRESS_MAX = 30;

/** A session's row is not written at each call. */
export const SEEN_EVERY_MINUTES = 5;
