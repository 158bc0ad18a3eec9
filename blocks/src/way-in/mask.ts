/** Of a number as people of its country write it: its first digit and its last three. */
export function maskNumber(national: string): string {
  const digits = national.replaceAll(/\D/g, "").length;
  let seen = 0;
  const masked = national.replaceAll(/\d/g, (digit) => {
    seen += 1;
    return seen > digits - 3 || seen === 1 ? digit : "•";
  });
  // No line may break inside a number.
  return masked.replaceAll(" ", "\u00a0");
}

/** The first letter and the domain: l•••@example.com. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf("@");
  const [first = ""] = email;
  // Kept from left to right where the words around it are not (UAX #9 §2.4).
  return `\u2066${first}•••${email.slice(at)}\u2069`;
}
