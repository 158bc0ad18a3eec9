import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  computeChecksums,
  type Network,
  openNetwork,
  removeNamespace,
  writeInGuest,
} from "./network.ts";
import { run } from "./processes.ts";

/**
 * A shop whose access points only bridge:
 *
 *   guest (wlan0) ─ lan0 ┐
 *                        ├ guests (a bridge)  box  wan0 ── the shop's network and the internet
 *   other (wlan0) ─ lan1 ┘
 *
 * The box is the namespace that a NAS is in elsewhere (network.ts); we are what lies behind its uplink.
 */
export type GatewayNetwork = Network & {
  /** The bridge that the access points hang on. */
  guestInterface: string;
  uplink: string;
  /** The second guest's view: as `network`, with its own phone. */
  other: Network;
};

export async function openGatewayNetwork(macs: readonly [string, string]): Promise<GatewayNetwork> {
  const [mac, otherMac] = macs;
  const network = await openNetwork(mac);
  const { nas, folder } = network;
  const other: Network = {
    ...network,
    guest: `${network.guest}b`,
    guestMac: otherMac,
    folder: join(folder, "other"),
    inGuest: join(folder, "other", "in-guest"),
  };
  const close = async () => {
    await removeNamespace(other.guest);
    await network.close();
  };
  try {
    const ip = (...words: string[]) => run("ip", ...words);
    await ip("-n", nas, "addr", "flush", "dev", "lan0");
    await ip("-n", nas, "link", "add", "guests", "type", "bridge");
    await addGuest(nas, other);
    for (const port of ["lan0", "lan1"])
      await ip("-n", nas, "link", "set", port, "master", "guests", "up");
    // The gateway itself says when packets may pass, once its rules are there.
    return { ...network, other, guestInterface: "guests", uplink: "wan0", close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function addGuest(nas: string, network: Network): Promise<void> {
  const { guest, guestMac, folder } = network;
  const ip = (...words: string[]) => run("ip", ...words);
  mkdirSync(folder);
  await ip("netns", "add", guest);
  await ip("-n", guest, "link", "set", "lo", "up");
  const ends = ["type", "veth", "peer", "name", "wlan0", "netns", guest];
  await ip("-n", nas, "link", "add", "lan1", ...ends);
  await ip("-n", guest, "link", "set", "wlan0", "address", guestMac.replaceAll("-", ":"));
  await computeChecksums(nas, "lan1");
  await computeChecksums(guest, "wlan0");
  writeInGuest(network);
}
