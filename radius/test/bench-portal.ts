import {
  findDeviceByMac,
  findSettings,
  issueTicket,
  openBranchStore,
  readBoxIdentity,
} from "@foyer/branch-store";
import { macAt } from "./load.ts";
import type { CredentialAt } from "./requests.ts";

export type BenchPortal = {
  /** Gives tickets number `from` and the `count` after it to the devices of a box in turn. */
  issue: (from: number, count: number) => void;
  /** Of a ticket that was issued, once. */
  ticketAt: CredentialAt;
  close: () => void;
};

/** Tickets issued in one transaction. */
const TICKETS_TOGETHER = 32;

/** What the portal of a bench's box does, in a process that is not the server's. */
export function openBenchPortal({
  folder,
  devices,
}: {
  folder: string;
  devices: number;
}): BenchPortal {
  const identity = readBoxIdentity(folder);
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  const settings = store.read(findSettings);
  const [nas, policy] = [settings?.nas[0], settings?.policies[0]];
  if (!nas || !policy) throw new Error("the box has no NAS or no policy");
  const waiting = new Map<number, ReturnType<CredentialAt>>();
  const issueTogether = (from: number, end: number) =>
    store.transaction((tx) => {
      for (let at = from; at < end; at++) {
        const mac = macAt(at % devices);
        const device = findDeviceByMac(tx, mac);
        if (!device?.guestId) throw new Error(`nobody has the device ${mac}`);
        const who = { nasId: nas.id, deviceId: device.id, guestId: device.guestId, mac };
        waiting.set(at, issueTicket(tx, { ...who, method: "click-through", policyId: policy.id }));
      }
    });
  return {
    issue: (from, count) => {
      for (let at = from; at < from + count; at += TICKETS_TOGETHER)
        issueTogether(at, Math.min(at + TICKETS_TOGETHER, from + count));
    },
    ticketAt: (at) => {
      const ticket = waiting.get(at);
      if (!ticket) throw new Error(`there is no ticket ${at}`);
      waiting.delete(at);
      return ticket;
    },
    close: store.close,
  };
}
