/** Of a number as people of its country write it: its first digit and its last three. */
export function maskNumber(national: string): string {
  const digits = national.replaceAll(/\D/g, "").length;
  let seen = 0;
  const masked = national.replaceAll(/\d/g, (digit) => {
    seen += 1;
    return seen > digits - 3 || seen === 1 ? digit : "•";
  });
  // No line may break inside a number.
  return leftToRight(masked.replaceAll(" ", "\u00a0"));
}

/** The first letter and the domain: l•••@example.com. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf("@");
  const [first = ""] = email;
  return leftToRight(`${first}•••${email.slice(at)}`);
}

/** Where the words around it are not (UAX #9 §2.4): a number's parts would stand in the order of theirs. */
const leftToRight = (text: string): string => `\u2066${text}\u2069`;
