import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { createRecent } from "./recent-values.ts";

/**
 * What a value is locked for: its table and column, or another column that is to hold the same text for the
 * same value. What is copied to another place opens there no more.
 */
export const PLACES = [
  "settings.document",
  "guests.phone",
  "guests.name",
  "guests.email",
  "guests.birthday",
  "guest_fields.value",
  "codes.contact",
  "codes.secret",
  "credentials.password",
  "member_codes.salt",
  "known_guests.person",
  "guest_questions.who",
  "pull.guests_key",
  "meta.erasure_key",
  "box_commands.about",
  "door_notes.phone",
  "coupon_pool.code",
  "earned_coupons.code",
] as const;
export type Place = (typeof PLACES)[number];

/** Locks what the file of the store must not tell whoever carries it away, under a key that lies elsewhere. */
export type Columns = {
  /** Another text each time. Null stays null. */
  lock: <T extends string | null>(place: Place, value: T) => T;
  /** The same text for the same value, so that rows are found by it; and that they are the same shows. */
  lockSame: <T extends string | null>(place: Place, value: T) => T;
  /** A value that was never locked is given as it is. Throws where the key is another, or octets were changed. */
  unlock: <T extends string | null>(place: Place, stored: T) => T;
  /** As lock, in octets: a third smaller. */
  lockOctets: (place: Place, value: string) => Buffer;
  unlockOctets: (place: Place, stored: Buffer) => string;
  isLocked: (place: Place, stored: string) => boolean;
};

/** No name, number or address of anybody begins so; what does is opened or, from before, not. */
const MARK = "~1~";
const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const TAGGED = { authTagLength: TAG_BYTES };
/** Of each place, kept opened: the guests who are here are asked about again and again. */
const RECENT_VALUES_MAX = 2000;
/** Longer ones, such as settings, are kept by whoever reads them. */
const RECENT_CHARACTERS_MAX = 400;

type Recent = ReturnType<typeof createRecent<string>>;

/** One for each place: a name made of place and value would take longer than to find it. */
const recentByPlace = () =>
  Object.fromEntries(
    PLACES.map((place) => [place, createRecent<string>(RECENT_VALUES_MAX)]),
  ) as Record<Place, Recent>;

/** `master`: 32 octets. */
export function openColumns(master: Buffer): Columns {
  // RFC 5869: one key to lock, another to make nonces from what is locked.
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync("sha256", master, Buffer.alloc(0), `foyer columns ${purpose}`, KEY_BYTES));
  const key = derive("lock");
  const nonceKey = derive("nonce");
  const opened = recentByPlace();
  const locked = recentByPlace();

  function lockOctets(place: Place, value: string, nonce: Buffer): Buffer {
    const cipher = createCipheriv(CIPHER, key, nonce, TAGGED).setAAD(Buffer.from(place));
    const octets = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, octets, cipher.getAuthTag()]);
  }

  function unlockOctets(place: Place, stored: Buffer): string {
    const decipher = createDecipheriv(CIPHER, key, stored.subarray(0, NONCE_BYTES), TAGGED);
    decipher.setAAD(Buffer.from(place)).setAuthTag(stored.subarray(-TAG_BYTES));
    const octets = decipher.update(stored.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([octets, decipher.final()]).toString("utf8");
  }

  /** NIST SP 800-38D asks for a nonce of its own for each text: this one is made from place and text. */
  const nonceOf = (place: Place, value: string) =>
    createHmac("sha256", nonceKey).update(`${place}\n${value}`).digest().subarray(0, NONCE_BYTES);

  const write = (octets: Buffer) => `${MARK}${octets.toString("base64url")}`;
  const read = (stored: string) => Buffer.from(stored.slice(MARK.length), "base64url");

  function unlockText(place: Place, stored: string): string {
    if (!stored.startsWith(MARK)) return stored;
    if (stored.length > RECENT_CHARACTERS_MAX) return unlockOctets(place, read(stored));
    return opened[place](stored, () => unlockOctets(place, read(stored)));
  }

  return {
    lock: <T extends string | null>(place: Place, value: T) =>
      (value === null ? null : write(lockOctets(place, value, randomBytes(NONCE_BYTES)))) as T,
    lockSame: <T extends string | null>(place: Place, value: T) =>
      (value === null
        ? null
        : locked[place](value, () => write(lockOctets(place, value, nonceOf(place, value))))) as T,
    unlock: <T extends string | null>(place: Place, stored: T) =>
      (stored === null ? null : unlockText(place, stored)) as T,
    lockOctets: (place, value) => lockOctets(place, value, randomBytes(NONCE_BYTES)),
    unlockOctets,
    isLocked: (place, stored) => {
      if (!stored.startsWith(MARK)) return false;
      try {
        return unlockOctets(place, read(stored)) !== null;
      } catch {
        return false;
      }
    },
  };
}
