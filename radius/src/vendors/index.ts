import type { Limits } from "@foyer/admission";
import type { NasVendorName } from "@foyer/contract";
import type { RawAttribute } from "../protocol/packet.ts";
import { airespace } from "./airespace.ts";
import { aruba } from "./aruba.ts";
import { cambium } from "./cambium.ts";
import { chillispot } from "./chillispot.ts";
import { cisco } from "./cisco.ts";
import { fortinet } from "./fortinet.ts";
import { gateway } from "./gateway.ts";
import { meraki } from "./meraki.ts";
import { mikrotik } from "./mikrotik.ts";
import { opnsense } from "./opnsense.ts";
import { pfsense } from "./pfsense.ts";
import { ruckus } from "./ruckus.ts";
import { tpLink } from "./tp-link.ts";
import type { LimitName, NasVendor, Vendor } from "./vendor.ts";
import { plain } from "./wispr.ts";

/** Which attributes the NAS of each vendor are told their limits in. */
export const vendors = {
  airespace,
  aruba,
  cambium,
  chillispot,
  cisco,
  fortinet,
  gateway,
  meraki,
  mikrotik,
  opnsense,
  pfsense,
  plain,
  ruckus,
  "tp-link": tpLink,
} as const satisfies Record<NasVendorName, NasVendor>;

/** The limits of a session in the attributes of that kind of NAS, as far as it can be told. */
export function limitAttributes(name: NasVendorName, limits: Limits): RawAttribute[] {
  const told = { ...limits };
  for (const limit of listUntold(name, limits)) told[limit] = null;
  const vendor: Vendor = vendors[name];
  return vendor.attributes(told);
}

/**
 * The limits of a session that goes on, as far as that kind of NAS changes them then. Nothing where
 * it changes none of those that are set; a limit that was lifted cannot be said.
 */
export function changeAttributes(name: NasVendorName, limits: Limits): RawAttribute[] {
  const none = { ...limits };
  const told = { ...limits };
  for (const limit of Object.keys(limits) as LimitName[]) none[limit] = null;
  for (const limit of listUnchangeable(name, limits)) told[limit] = null;
  // What an answer always says is no change.
  const always = limitAttributes(name, none).map(({ vendor, type }) => `${vendor} ${type}`);
  return limitAttributes(name, told).filter(
    ({ vendor, type }) => !always.includes(`${vendor} ${type}`),
  );
}

/** The limits that were set and that hold at that kind of NAS only from the next log-in. */
export function listUnchangeable(name: NasVendorName, limits: Limits): LimitName[] {
  const { changes }: NasVendor["orders"] = vendors[name].orders;
  const untold = listUntold(name, limits);
  return (Object.keys(limits) as LimitName[]).filter(
    (limit) => limits[limit] !== null && (!changes.includes(limit) || untold.includes(limit)),
  );
}

/** The limits that were set and that kind of NAS cannot be told: venue IT must know of them. */
export function listUntold(name: NasVendorName, limits: Limits): LimitName[] {
  const { keeps, highest = {} }: Vendor = vendors[name];
  return (Object.keys(limits) as LimitName[]).filter((limit) => {
    const value = limits[limit];
    return value !== null && (!keeps.includes(limit) || value > (highest[limit] ?? value));
  });
}
