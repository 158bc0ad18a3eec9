import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

/**
 * What radius has found of a device that asks to go online, for the portal: its NAS leads the device's
 * browser there with this in the address, sealed under a secret of that NAS's settings.
 */
export type DeviceLink = {
  /** AA-BB-CC-DD-EE-FF, as the NAS named it over its RADIUS secret. */
  mac: string;
  /** The NAS's own name for the device's stay, such as Cisco's audit-session-id; empty: it gave none. */
  sessionId: string;
  /** When the NAS asked, to the second. */
  at: Date;
};

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MAC_BYTES = 6;
const HEAD_BYTES = MAC_BYTES + 4;
/** A RADIUS attribute has little room for an address, and Cisco's ids have 24 or 32 letters. */
const SESSION_ID_CHARACTERS_MAX = 48;
/** Longer than any that is made here. */
const LINK_CHARACTERS_MAX = 160;

/** Letters, digits, `-` and `_` alone: a NAS may put it anywhere in an address as it is. */
export function sealDeviceLink(secret: string, { mac, sessionId, at }: DeviceLink): string {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(mac.replaceAll("-", ""), "hex");
  head.writeUInt32BE(Math.floor(at.getTime() / 1000), MAC_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(secret), nonce);
  const told = Buffer.concat([head, Buffer.from(sessionId.slice(0, SESSION_ID_CHARACTERS_MAX))]);
  const parts = [nonce, cipher.update(told), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(parts).toString("base64url");
}

/** Null for what was not sealed under this secret. Never throws: anybody can write an address. */
export function openDeviceLink(secret: string, text: string): DeviceLink | null {
  if (text.length > LINK_CHARACTERS_MAX || !/^[\w-]+$/.test(text)) return null;
  const sealed = Buffer.from(text, "base64url");
  // The last letter of base64url has bits that are of no octet: one link has one spelling.
  if (sealed.toString("base64url") !== text) return null;
  if (sealed.length < NONCE_BYTES + HEAD_BYTES + TAG_BYTES) return null;
  try {
    const decipher = createDecipheriv(CIPHER, keyOf(secret), sealed.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const body = sealed.subarray(NONCE_BYTES, -TAG_BYTES);
    const told = Buffer.concat([decipher.update(body), decipher.final()]);
    const digits = told.subarray(0, MAC_BYTES).toString("hex").toUpperCase();
    return {
      mac: (digits.match(/../g) ?? []).join("-"),
      sessionId: told.subarray(HEAD_BYTES).toString(),
      at: new Date(told.readUInt32BE(MAC_BYTES) * 1000),
    };
  } catch {
    return null;
  }
}

/** Any secret makes a key; that of a NAS is random, and of this one use. */
function keyOf(secret: string): Buffer {
  return createHash("sha256").update(`foyer device link ${secret}`).digest();
}
