import type { Lease } from "../filter/leases.ts";
import type { GatewaySession } from "./sessions.ts";

/** How often, and when last, two devices were seen under one MAC address: read by `foyer doctor`. */
export type Doubts = { times: number; lastAt: string };

/**
 * Whether somebody else has the address that this session's device was given: a device keeps to one client
 * identifier, and the lease was made or renewed with another. Who clones that as well, or takes the address
 * without asking for it, is not told apart from the device.
 */
export const isAnotherDevice = (
  { clientId }: Pick<GatewaySession, "clientId">,
  lease: Pick<Lease, "clientId">,
): boolean => clientId !== undefined && clientId !== lease.clientId;

/** The devices that are let in by nobody's word but their guest's, for as long as they have an address. */
export function openDoubts(note: () => void) {
  const doubted = new Set<string>();
  return {
    has: (mac: string) => doubted.has(mac),
    add: (mac: string) => {
      doubted.add(mac);
      note();
    },
    /** Whoever has left is believed again when they come back. */
    forgetOthers: (here: ReadonlySet<string>) => {
      for (const mac of doubted) if (!here.has(mac)) doubted.delete(mac);
    },
  };
}

export type OpenDoubts = ReturnType<typeof openDoubts>;
