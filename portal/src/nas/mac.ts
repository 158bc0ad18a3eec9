const USUAL = /^[0-9A-F]{2}(?:-[0-9A-F]{2}){5}$/;

/**
 * A MAC address as AA-BB-CC-DD-EE-FF (RFC 3580 §3.21), from any of the ways NAS write it:
 * aa:bb:cc:dd:ee:ff, AA-BB-…, aabbccddeeff, aabb.ccdd.eeff. Null when it is none of them.
 */
export function normaliseMac(text: string): string | null {
  if (USUAL.test(text)) return text;
  if (text.length > 17) return null;
  // Before they are made upper case: there are other letters that FF and more are made of.
  const digits = text.replaceAll(/[:.-]/g, "");
  if (!/^[0-9A-Fa-f]{12}$/.test(digits)) return null;
  return digits.toUpperCase().match(/../g)?.join("-") ?? null;
}
