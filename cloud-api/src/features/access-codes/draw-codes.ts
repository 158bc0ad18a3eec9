import { ACCESS_CODE_ALPHABET } from "@foyer/contract";

/** 31⁸ codes: nobody finds one by trying as long as a box counts the tries. */
export const CODE_CHARACTERS = 8;

/**
 * Draws `count` different codes. `drawBelow` gives an integer from 0 to below its limit, and must be
 * cryptographically random: whoever foresees a code is online by it.
 */
export function drawCodes(count: number, drawBelow: (limit: number) => number): string[] {
  const codes = new Set<string>();
  while (codes.size < count) {
    let code = "";
    for (let place = 0; place < CODE_CHARACTERS; place++)
      code += ACCESS_CODE_ALPHABET[drawBelow(ACCESS_CODE_ALPHABET.length)];
    codes.add(code);
  }
  return [...codes];
}
