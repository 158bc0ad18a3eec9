import type { Limits } from "@foyer/admission";
import type { RawAttribute } from "../protocol/packet.ts";
import { airespace } from "./airespace.ts";
import { aruba } from "./aruba.ts";
import { cambium } from "./cambium.ts";
import { coova } from "./chillispot.ts";
import { cisco } from "./cisco.ts";
import { fortinet } from "./fortinet.ts";
import { meraki } from "./meraki.ts";
import { mikrotik } from "./mikrotik.ts";
import { opnsense } from "./opnsense.ts";
import { pfsense } from "./pfsense.ts";
import { ruckus } from "./ruckus.ts";
import { tpLink } from "./tp-link.ts";
import type { LimitName, Vendor } from "./vendor.ts";
import { plain } from "./wispr.ts";

/** Which attributes each kind of NAS is told its limits in. */
export const vendors = {
  airespace,
  aruba,
  cambium,
  cisco,
  coova,
  fortinet,
  meraki,
  mikrotik,
  opnsense,
  pfsense,
  plain,
  ruckus,
  "tp-link": tpLink,
} as const satisfies Record<string, Vendor>;

export type VendorName = keyof typeof vendors;

/** The limits of a session in the attributes of that kind of NAS, as far as it can be told. */
export function limitAttributes(name: VendorName, limits: Limits): RawAttribute[] {
  const told = { ...limits };
  for (const limit of listUntold(name, limits)) told[limit] = null;
  const vendor: Vendor = vendors[name];
  return vendor.attributes(told);
}

/** The limits that were set and that kind of NAS cannot be told: venue IT must know of them. */
export function listUntold(name: VendorName, limits: Limits): LimitName[] {
  const { keeps, highest = {} }: Vendor = vendors[name];
  return (Object.keys(limits) as LimitName[]).filter((limit) => {
    const value = limits[limit];
    return value !== null && (!keeps.includes(limit) || value > (highest[limit] ?? value));
  });
}
