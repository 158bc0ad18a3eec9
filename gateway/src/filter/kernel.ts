import { readdirSync } from "node:fs";
import type { Counted } from "./admitted.ts";
import type { RunCommand } from "./commands.ts";
import { readCounters } from "./counters.ts";
import type { GuestNetwork, Guests } from "./network.ts";
import { type Leaf, writeFairQueues, writeQueueChanges, writeQueues } from "./queues.ts";
import { TABLE, writeChanges, writeRuleset } from "./ruleset.ts";

const NOBODY: Guests = { leased: [], online: [] };

/** The rules as the kernel has them. Its calls must not run beside each other. */
export type Kernel = {
  inForce: () => Guests;
  /** All of the rules, in the place of what was there. */
  layDown: (guests: Guests) => Promise<void>;
  /** What has changed since. Whoever is put out is out before anything else is done. */
  change: (guests: Guests) => Promise<void>;
  /** Null: the rules are not there. */
  count: () => Promise<Counted | null>;
  openInterface: () => Promise<void>;
};

/** `before`: whom a process before this one may have let in, whose rules count on. */
export function openKernel(network: GuestNetwork, run: RunCommand, before: Guests): Kernel {
  let inForce = before;
  let leaf: Leaf = "fq_codel";
  const setRates = async (old: Guests, guests: Guests) => {
    const change = { before: old.online, after: guests.online, leaf };
    const text = writeQueueChanges(network, change);
    if (text !== "") await run("tc", ["-batch", "-"], text);
  };
  return {
    inForce: () => inForce,
    layDown: async (guests) => {
      await run("nft", ["-f", "-"], writeRuleset(network, guests));
      inForce = guests;
      for (const device of [network.guestInterface, network.uplink]) await removeQueue(run, device);
      await run("tc", ["-batch", "-"], writeQueues(network));
      leaf = await findLeaf(run, network);
      await setRates(NOBODY, guests);
    },
    change: async (guests) => {
      const old = inForce;
      const rules = writeChanges(network, old, guests);
      if (rules !== "") await run("nft", ["-f", "-"], rules);
      inForce = guests;
      await setRates(old, guests);
    },
    count: () => count(run),
    openInterface: () => openInterface(run, network),
  };
}

/** Of the process before this one; on a machine that has just started there is none to remove. */
async function removeQueue(run: RunCommand, device: string): Promise<void> {
  await run("tc", ["qdisc", "delete", "dev", device, "root"]).catch(() => null);
}

async function count(run: RunCommand): Promise<Counted | null> {
  const list = (set: string) => run("nft", ["-j", "list", "set", "inet", TABLE, set]);
  try {
    const [uploads, downloads] = await Promise.all([list("online"), list("online_ips")]);
    return { uploads: readCounters(uploads), downloads: readCounters(downloads) };
  } catch (error) {
    if (/No such file or directory|does not exist/.test(String(error))) return null;
    throw error;
  }
}

/**
 * A kernel that was built without fq_codel has guests wait in line, each in their own. Where it is there, those
 * without a rate have it as well.
 */
async function findLeaf(run: RunCommand, network: GuestNetwork): Promise<Leaf> {
  return await run("tc", ["-batch", "-"], writeFairQueues(network)).then(
    () => "fq_codel" as const,
    () => "pfifo" as const,
  );
}

/** The box's address on the guests' network comes last, when the rules are there. */
async function openInterface(run: RunCommand, network: GuestNetwork): Promise<void> {
  const { guestInterface, gatewayIp, prefix } = network;
  for (const port of listBridgePorts(guestInterface))
    await run("bridge", ["link", "set", "dev", port, "isolated", "on"]);
  await run("ip", ["address", "replace", `${gatewayIp}/${prefix}`, "dev", guestInterface]);
  await run("ip", ["link", "set", guestInterface, "up"]);
}

/** Of a bridge, whose ports are kept apart; none of a single interface. */
function listBridgePorts(name: string): string[] {
  try {
    return readdirSync(`/sys/class/net/${name}/brif`);
  } catch {
    return [];
  }
}
