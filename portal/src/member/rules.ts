import type { DeviceProof, Language, LocalText, SignInMethod } from "@foyer/contract";

/** By what a device knows the RADIUS server it may tell its password. */
export type ServerTrust = {
  /** DER of the box's own authority; null: an authority that devices know already. */
  authority: Buffer | null;
  /** What the server's certificate calls itself; `*` stands for one label. */
  names: string[];
};

/** What is known of whoever asks for a device's credential. */
export type Standing = {
  /** How the device was proved on arrival; null: its MAC is a claim. */
  proof: DeviceProof | null;
  /** How they came in just now; null: they have not yet. */
  method: SignInMethod | null;
  guest: { id: string; phone: string | null } | null;
  /** The guest this device is known to belong to; null: nobody's. */
  ownerId: string | null;
};

export type StandingRefusal =
  | "nobody"
  | "number-not-verified"
  | "device-not-proved"
  | "other-hands";

/**
 * Why this device is given no credential, and none of it may be revoked; null: it may. A device that
 * nobody vouched for on arrival is proved since, once the access controller has spent its guest's
 * ticket under its MAC; then it is that guest's, and they have typed the code themselves.
 */
export function findStandingRefusal(standing: Standing): StandingRefusal | null {
  const { proof, method, guest, ownerId } = standing;
  if (guest === null) return "nobody";
  if (guest.phone === null) return "number-not-verified";
  if (ownerId !== null && ownerId !== guest.id) return "other-hands";
  const isProvedSince = method === "phone-code" && ownerId === guest.id;
  return proof !== null || isProvedSince ? null : "device-not-proved";
}

export const PLATFORMS = ["apple", "android"] as const;
export type Platform = (typeof PLATFORMS)[number];

/** What a browser says it runs on; a hint, since browsers lie. Null: neither, or not said. */
export function guessPlatform(userAgent: string): Platform | null {
  if (/\bAndroid\b/.test(userAgent)) return "android";
  return /\b(iPhone|iPad|iPod|Macintosh|CaptiveNetworkSupport)\b/.test(userAgent) ? "apple" : null;
}

/** The network's name for people: in their language, else in the branch's order, else the brand's. */
export function chooseFriendlyName(
  names: LocalText | undefined,
  { languages, brandName }: { languages: readonly Language[]; brandName: string },
): string {
  for (const language of languages) {
    const name = names?.[language]?.trim();
    if (name) return name;
  }
  const written = Object.values(names ?? {}).find((name) => name.trim() !== "");
  return written?.trim() ?? brandName;
}

/**
 * The domain name of a Passpoint subscription. Android takes only a RADIUS server whose certificate
 * names it, or a name below it: so it is the branch's domain where the certificate is of it, else
 * what the certificate does name.
 */
export function choosePasspointName(domain: string, { names }: ServerTrust): string {
  const isOfDomain = names.some((name) => name === domain || name.endsWith(`.${domain}`));
  return isOfDomain ? domain : (names[0] ?? domain).replace(/^\*\./, "");
}

/** As it is shown to be typed: in fours. */
export function writeToken(token: string): string {
  return token.replace(/.{4}(?=.)/g, "$&-");
}

/** As it was typed, or null where it cannot be one. */
export function readToken(typed: string): string | null {
  const token = typed.toLowerCase().replaceAll("-", "");
  return /^[a-z0-9]{16}$/.test(token) ? token : null;
}
