import type { Limits } from "@foyer/admission";
import type { RawAttribute } from "../protocol/packet.ts";
import { chillispot } from "./chillispot.ts";
import { mikrotik } from "./mikrotik.ts";
import { standard } from "./standard.ts";
import type { Vendor } from "./vendor.ts";
import { wispr } from "./wispr.ts";

/** Which attributes each kind of NAS is told its limits in. */
export const vendors = {
  coova: [standard, wispr, chillispot],
  mikrotik: [standard, mikrotik],
  plain: [standard, wispr],
} as const satisfies Record<string, readonly Vendor[]>;

export type VendorName = keyof typeof vendors;

/** The limits of a session in the attributes of that kind of NAS. */
export function limitAttributes(vendor: VendorName, limits: Limits): RawAttribute[] {
  return vendors[vendor].flatMap((say) => say(limits));
}
