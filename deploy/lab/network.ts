import { randomInt } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, tryRun } from "./processes.ts";

/** Every namespace of a lab is called this, the process that made it, and what it is. */
const PREFIX = "foyer-lab";
const NETWORKS = 250;

/**
 * A branch in network namespaces:
 *
 *   guest (wlan0) ── lan0 (NAS) wan0 ── uplink: the namespace we run in, where the portal listens
 *
 * What listens at `internetIp` stands for the internet: a guest reaches it only through the NAS.
 */
export type Network = {
  folder: string;
  nas: string;
  guest: string;
  /** The uplink's end towards the NAS. */
  portalIp: string;
  internetIp: string;
  nasIp: string;
  /** The NAS towards the guests: its portal's redirects name it. */
  gatewayIp: string;
  /** The first three octets of the guests' network. */
  guestNetwork: string;
  /** The guest's MAC, AA-BB-CC-DD-EE-FF. */
  guestMac: string;
  gatewayMac: string;
  /** An executable that runs its arguments inside the guest's namespaces. */
  inGuest: string;
  close: () => Promise<void>;
};

/** Why this machine cannot hold such a network, or null. */
export async function findObstacle(): Promise<string | null> {
  if (process.getuid?.() !== 0) return "network namespaces need root";
  const name = `${PREFIX}-${process.pid}-try`;
  const made = await tryRun("ip", ["netns", "add", name]);
  if (made.code !== 0) return `ip netns add is refused: ${made.stderr.trim()}`;
  const mounted = await tryRun("ip", ["netns", "exec", name, "unshare", "--mount", "true"]);
  await tryRun("ip", ["netns", "delete", name]);
  return mounted.code === 0 ? null : `unshare --mount is refused: ${mounted.stderr.trim()}`;
}

export async function openNetwork(guestMac: string): Promise<Network> {
  await sweep();
  const number = await findFreeNumber();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}-${process.pid}-`));
  const nas = `${PREFIX}-${process.pid}-nas${number}`;
  const guest = `${PREFIX}-${process.pid}-guest${number}`;
  const inGuest = join(folder, "in-guest");
  const close = async () => {
    for (const name of [nas, guest]) await removeNamespace(name);
    await tryRun("ip", ["link", "delete", `foyer${number}`]);
    rmSync(folder, { recursive: true, force: true });
  };
  const plan = {
    folder,
    nas,
    guest,
    portalIp: `10.231.${number}.1`,
    nasIp: `10.231.${number}.2`,
    internetIp: `198.51.100.${number}`,
    gatewayIp: `10.232.${number}.1`,
    guestNetwork: `10.232.${number}`,
    guestMac,
    inGuest,
    close,
  };
  try {
    await layCables(plan, `foyer${number}`);
    writeInGuest(plan);
    const address = await run("ip", "-n", nas, "-o", "link", "show", "lan0");
    const gatewayMac = /link\/ether ([0-9a-f:]+)/.exec(address)?.[1]?.replaceAll(":", "") ?? "";
    return { ...plan, gatewayMac };
  } catch (error) {
    await close();
    throw error;
  }
}

type Plan = Omit<Network, "gatewayMac">;

async function layCables(plan: Plan, uplink: string): Promise<void> {
  const { nas, guest } = plan;
  const ip = (...args: string[]) => run("ip", ...args);
  for (const name of [nas, guest]) {
    await ip("netns", "add", name);
    await ip("-n", name, "link", "set", "lo", "up");
    // A captive network of IPv4 alone: an address of the other family would lead around the NAS.
    // On a kernel without it there is nothing to switch off.
    const noIpv6 = ["sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1"];
    await tryRun("ip", ["netns", "exec", name, ...noIpv6]);
  }
  await ip("link", "add", uplink, "type", "veth", "peer", "name", "wan0", "netns", nas);
  await ip(
    "-n",
    nas,
    "link",
    "add",
    "lan0",
    "type",
    "veth",
    "peer",
    "name",
    "wlan0",
    "netns",
    guest,
  );
  await ip("addr", "add", `${plan.portalIp}/24`, "dev", uplink);
  await ip("addr", "add", `${plan.internetIp}/32`, "dev", uplink);
  await ip("link", "set", uplink, "up");
  await ip("-n", nas, "addr", "add", `${plan.nasIp}/24`, "dev", "wan0");
  await ip("-n", nas, "addr", "add", `${plan.gatewayIp}/24`, "dev", "lan0");
  for (const device of ["wan0", "lan0"]) await ip("-n", nas, "link", "set", device, "up");
  await ip("-n", nas, "route", "add", "default", "via", plan.portalIp);
  await ip("netns", "exec", nas, "sysctl", "-qw", "net.ipv4.ip_forward=1");
  // The NAS does not translate addresses, so the portal sees each guest's own.
  await ip("route", "add", `${plan.guestNetwork}.0/24`, "via", plan.nasIp);
  const mac = plan.guestMac.replaceAll("-", ":").toLowerCase();
  await ip("-n", guest, "link", "set", "wlan0", "address", mac);
  await ip("-n", guest, "link", "set", "wlan0", "up");
  await run("ethtool", "-K", uplink, ...NO_OFFLOADS);
  await computeChecksums(nas, "wan0");
  await computeChecksums(nas, "lan0");
  await computeChecksums(guest, "wlan0");
}

const NO_OFFLOADS = ["tx", "rx", "gso", "tso", "gro"].flatMap((each) => [each, "off"]);

/** Offloaded checksums never get computed on veth, and openNDS's rules then drop the packets. */
export async function computeChecksums(namespace: string, device: string): Promise<void> {
  await run("ip", "netns", "exec", namespace, "ethtool", "-K", device, ...NO_OFFLOADS);
}

/** The guest's view: its own network, and the name server that DHCP gave it. */
export function writeInGuest({
  folder,
  guest,
  inGuest,
}: Pick<Network, "folder" | "guest" | "inGuest">): void {
  writeFileSync(join(folder, "resolv.conf"), "");
  const enter = `mount --make-rprivate / && mount --bind ${folder}/resolv.conf /etc/resolv.conf`;
  const script = `#!/bin/sh
exec ip netns exec ${guest} unshare --mount sh -c '${enter} && exec "$@"' in-guest "$@"
`;
  writeFileSync(inGuest, script);
  chmodSync(inGuest, 0o755);
}

async function findFreeNumber(): Promise<number> {
  const taken = await run("ip", "-o", "-4", "addr", "show");
  const free = Array.from({ length: NETWORKS }, (_, i) => i + 1).filter(
    (each) => !taken.includes(`10.231.${each}.`) && !taken.includes(`198.51.100.${each}/`),
  );
  const number = free[randomInt(Math.max(free.length, 1))];
  if (number === undefined) throw new Error("No free network for a lab: ip addr show names them");
  return number;
}

/**
 * Takes a namespace of a lab away, with its end of each cable. What still runs in it was started
 * by the lab, and would keep it: dnsmasq that outlived a killed run, or a report under way.
 */
export async function removeNamespace(name: string): Promise<void> {
  const { stdout } = await tryRun("ip", ["netns", "pids", name]);
  for (const pid of stdout.split("\n").filter((each) => /^\d+$/.test(each)))
    await tryRun("kill", ["-KILL", pid]);
  await tryRun("ip", ["netns", "delete", name]);
}

/** Takes away what labs of processes that are gone have left. */
async function sweep(): Promise<void> {
  const listed = await run("ip", "netns", "list");
  for (const name of listed.split("\n").map((line) => line.split(" ")[0] ?? ""))
    if (isOfDeadLab(name)) await removeNamespace(name);
  for (const name of readdirSync(tmpdir()))
    if (isOfDeadLab(name)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
}

function isOfDeadLab(name: string): boolean {
  const owner = /^foyer-lab-(\d+)-/.exec(name)?.[1];
  return owner !== undefined && !isAlive(Number(owner));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
