import { setTimeout as wait } from "node:timers/promises";
import type { Nas } from "@foyer/contract";
import type { NasAdapter, NasTools } from "../adapter.ts";
import { comesFromNas, plainAddress } from "../trust.ts";
import type { Listing } from "./outcome.ts";

/** A list that was just asked for serves the guests who arrive together. */
const FRESH_SECONDS = 5;
/** A guest waits for their first page: without the controller's word they are greeted as anybody is. */
const WAIT_MS_MAX = 2000;

/**
 * Whose device an address belongs to, by the word of the controller that the guest came by: it sees
 * them on its access points, as the box sees its neighbours.
 */
export type DeviceLists = {
  /**
   * AA-BB-CC-DD-EE-FF; null when the controller does not tell, or not of one device alone. Null at once
   * where there is nobody to ask.
   */
  findMac(nas: Nas, address: string): Promise<string | null> | null;
};

export function openDeviceLists({
  adapterOf,
  nasTools,
  clock,
}: {
  adapterOf: (nas: Nas) => NasAdapter;
  nasTools: NasTools;
  clock: () => Date;
}): DeviceLists {
  const asked = new Map<string, { at: number; listing: Promise<Listing> }>();
  const ask = (nas: Nas): Promise<Listing> | null => {
    const now = clock().getTime();
    const known = asked.get(nas.id);
    if (known && known.at <= now && now - known.at < FRESH_SECONDS * 1000) return known.listing;
    const listing = adapterOf(nas).listDevices?.(nas, nasTools) ?? null;
    if (listing) asked.set(nas.id, { at: now, listing });
    return listing;
  };
  return {
    findMac(nas, address) {
      // Behind a NAS that translates addresses all guests have one.
      const listing = comesFromNas(nas, address) ? null : ask(nas);
      return listing && findListed(listing, address);
    },
  };
}

async function findListed(listing: Promise<Listing>, address: string): Promise<string | null> {
  const told = await Promise.race([listing, wait(WAIT_MS_MAX, null, { ref: false })]);
  if (told?.kind !== "listed") return null;
  const own = plainAddress(address);
  const [found, ...more] = told.devices.filter(({ ip }) => ip !== null && ip === own);
  // An address that two devices are listed with was passed on, and nobody knows to which of them.
  return found && more.length === 0 ? found.mac : null;
}
