import { MICROSOFT } from "./dictionary.ts";
import type { RawAttribute } from "./packet.ts";
import { hideSalted, type SaltedWith } from "./salted.ts";
import { attribute } from "./values.ts";

export { MICROSOFT };

export type MppeOptions = SaltedWith & {
  /** Two octets, different for each key of a packet; the highest bit is set when it is used. */
  salt: Uint8Array;
};

/**
 * A master session key's halves for the NAS: MS-MPPE-Recv-Key is the first, MS-MPPE-Send-Key the
 * second (RFC 2548 §2.4.2 and §2.4.3, RFC 3580 §3.16, RFC 5247 §1.2).
 */
export function mppeAttributes(masterKey: Uint8Array, options: MppeOptions): RawAttribute[] {
  const half = masterKey.length / 2;
  const [high = 0, low = 0] = options.salt;
  const salt = (high << 8) | low;
  return [
    attribute("MS-MPPE-Recv-Key", hideSalted(masterKey.subarray(0, half), salt, options)),
    attribute("MS-MPPE-Send-Key", hideSalted(masterKey.subarray(half), salt ^ 1, options)),
  ];
}
