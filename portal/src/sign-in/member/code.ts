import { randomBytes, randomInt, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { MEMBER_CODE_DIGITS, type MemberCode } from "@foyer/contract";

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** As contract has it. 16 MB and some 50 ms: who carries a box away tries each code for weeks. */
const COST: ScryptOptions = { N: 16_384, r: 8, p: 1 };
/** Of nobody: a number without a code is reckoned as long as one with. */
const NOBODYS = { salt: Buffer.alloc(SALT_BYTES).toString("base64"), hash: "" };

export function makeMemberCode(): string {
  return String(randomInt(10 ** MEMBER_CODE_DIGITS)).padStart(MEMBER_CODE_DIGITS, "0");
}

/** By what a code is checked from now on. */
export async function hideMemberCode(code: string): Promise<Pick<MemberCode, "salt" | "hash">> {
  const salt = randomBytes(SALT_BYTES).toString("base64");
  return { salt, hash: (await reckon(code, salt)).toString("hex") };
}

/** Whether the digits are the member's. Takes its time, whoever is asked about. */
export async function isMemberCode(
  digits: string,
  code: Pick<MemberCode, "salt" | "hash"> | null,
): Promise<boolean> {
  const { salt, hash } = code ?? NOBODYS;
  const reckoned = await reckon(digits, salt);
  const kept = Buffer.from(hash, "hex");
  return kept.length === reckoned.length && timingSafeEqual(kept, reckoned);
}

/** What a guest typed, as digits; null when it cannot be a code, which costs no try. */
export function readMemberCode(typed: string): string | null {
  const digits = typed.replaceAll(/[\s.-]/g, "");
  return digits.length === MEMBER_CODE_DIGITS && /^[0-9]+$/.test(digits) ? digits : null;
}

/** As it is shown, to be read and typed: in two halves. */
export function writeMemberCode(code: string): string {
  const half = MEMBER_CODE_DIGITS / 2;
  return `${code.slice(0, half)} ${code.slice(half)}`;
}

/** RFC 7914. */
function reckon(digits: string, salt: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(digits, Buffer.from(salt, "base64"), HASH_BYTES, COST, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
