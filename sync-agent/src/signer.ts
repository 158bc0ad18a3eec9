import {
  CALL_LEAP_MAX,
  CALL_NUMBER_MAX,
  CALL_START_MAX,
  CALLS_THROUGH_HEADER,
  digestContent,
  type SignedCall,
  signCall,
} from "@foyer/contract";
import { readBoxKey } from "./box-key.ts";

export type Signer = {
  /** The header fields that sign one call, under the next number. */
  sign: (call: {
    method: string;
    target: string;
    content: Buffer | null;
    contentEncoding: string | null;
  }) => Record<string, string>;
  /** Takes in a refusal. True where it says which numbers are taken, and the next one is of those. */
  goOnAbove: (headers: Record<string, string | string[] | undefined>) => boolean;
};

/**
 * Signs the calls of a box. Its numbers begin at the clock, so that they go on rising when the process
 * starts again; where the clock was set back the cloud says where they stand.
 */
export function openSigner(boxKey: string, startsAt: number): Signer {
  const key = readBoxKey(boxKey);
  if (!key) throw new Error("The box's key is no Ed25519 key.");
  const { privateKey, keyId } = key;
  let number = Math.min(Math.max(0, Math.floor(startsAt)), CALL_START_MAX);
  return {
    sign: ({ method, target, content, contentEncoding }) => {
      number += 1;
      const contentDigest = content && digestContent(content);
      const call: SignedCall = { method, target, contentDigest, contentEncoding };
      return {
        ...signCall(call, { privateKey, keyId, number }),
        ...(contentDigest === null ? {} : { "content-digest": contentDigest }),
      };
    },
    goOnAbove: (headers) => {
      const told = readNumber(headers[CALLS_THROUGH_HEADER]);
      // Near its end a number could rise no more: nobody but a stranger says so.
      if (told === null || told > CALL_NUMBER_MAX / 2) return false;
      // Calls under way together are told of numbers a little apart, and the highest of them counts. Who
      // is a leap above was led there by a stranger, since whatever answers on the way can tell a number.
      number = number - told > CALL_LEAP_MAX ? told : Math.max(number, told);
      return true;
    },
  };
}

function readNumber(header: string | string[] | undefined): number | null {
  return typeof header === "string" && /^\d{1,16}$/.test(header) ? Number(header) : null;
}
