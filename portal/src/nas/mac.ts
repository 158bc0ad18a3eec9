/**
 * A MAC address as AA-BB-CC-DD-EE-FF (RFC 3580 §3.21), from any of the ways NAS write it:
 * aa:bb:cc:dd:ee:ff, AA-BB-…, aabbccddeeff, aabb.ccdd.eeff. Null when it is none of them.
 */
export function normaliseMac(text: string): string | null {
  const digits = text.replaceAll(/[:.-]/g, "").toUpperCase();
  if (!/^[0-9A-F]{12}$/.test(digits) || text.length > 17) return null;
  return digits.match(/../g)?.join("-") ?? null;
}
