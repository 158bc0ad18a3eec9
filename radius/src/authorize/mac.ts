import type { MacForm } from "@foyer/contract";

/**
 * The forms a NAS writes a MAC in, always 12 hex digits: AA-BB-CC-DD-EE-FF (RFC 3580 §3.21),
 * aa:bb:cc:dd:ee:ff, aabb.ccdd.eeff, aabbcc-ddeeff, aabbccddeeff. Blanks around it are ignored.
 */
const FORMS = [
  /^[0-9a-f]{12}$/,
  /^[0-9a-f]{2}(-[0-9a-f]{2}){5}$/,
  /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/,
  /^[0-9a-f]{2}( [0-9a-f]{2}){5}$/,
  /^[0-9a-f]{2}(\.[0-9a-f]{2}){5}$/,
  /^[0-9a-f]{4}([.:-])[0-9a-f]{4}\1[0-9a-f]{4}$/,
  /^[0-9a-f]{6}[-:.][0-9a-f]{6}$/,
];

/** What each form puts between how many digits, and in which letters. */
const WRITTEN: Record<MacForm, { digits: number; between: string; isUpper: boolean }> = {
  "AA-BB-CC-DD-EE-FF": { digits: 2, between: "-", isUpper: true },
  "aa-bb-cc-dd-ee-ff": { digits: 2, between: "-", isUpper: false },
  "AA:BB:CC:DD:EE:FF": { digits: 2, between: ":", isUpper: true },
  "aa:bb:cc:dd:ee:ff": { digits: 2, between: ":", isUpper: false },
  AABBCCDDEEFF: { digits: 12, between: "", isUpper: true },
  aabbccddeeff: { digits: 12, between: "", isUpper: false },
  "aabb.ccdd.eeff": { digits: 4, between: ".", isUpper: false },
};

/** Writes a MAC, AA-BB-CC-DD-EE-FF, as a NAS does. */
export function writeMac(mac: string, form: MacForm): string {
  const { digits, between, isUpper } = WRITTEN[form];
  const all = mac.replaceAll("-", "");
  const groups = all.match(new RegExp(`.{${digits}}`, "g")) ?? [];
  const text = groups.join(between);
  return isUpper ? text : text.toLowerCase();
}

/** The form it is read into, which most NAS write too. */
const CANONICAL = /^[0-9A-F]{2}(-[0-9A-F]{2}){5}$/;

/** Reads a MAC in any of those forms into AA-BB-CC-DD-EE-FF; null when it is none. */
export function parseMac(text: string): string | null {
  if (CANONICAL.test(text)) return text;
  const lower = text.replaceAll("\0", "").trim().toLowerCase();
  if (!FORMS.some((form) => form.test(lower))) return null;
  const digits = lower.replace(/[^0-9a-f]/g, "").toUpperCase();
  return (digits.match(/../g) as string[]).join("-");
}
