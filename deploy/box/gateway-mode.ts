import { chmodSync, chownSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { findUplink } from "@foyer/gateway";
import {
  BOX_USER,
  FILTER_USER,
  GATEWAY_UNITS,
  PLACES,
  readText,
  replaceFile,
  run,
  runsSystemd,
  succeeds,
} from "./host.ts";
import { readAssignments } from "./host-rules.ts";

/** The box on the guests' network, where gateway.env says nothing else. */
export const GATEWAY_ADDRESS = "10.42.0.1/22";

/** Where it is there, the box is its own access controller. */
const GATEWAY_SETTINGS = "/etc/foyer/gateway.env";
const FILTER_STATE = "/var/lib/foyer-filter";

/** What the gateway runs, and the Debian package that each comes in. */
const PROGRAMS: Readonly<Record<string, string>> = {
  nft: "nftables",
  dnsmasq: "dnsmasq-base",
  tc: "iproute2",
  bridge: "iproute2",
  sysctl: "procps",
};

export type GatewayFault =
  | { kind: "gateway-needs"; packages: readonly string[] }
  | { kind: "gateway-no-interface" | "gateway-is-uplink"; guestInterface: string };

/** What is missing for this machine to be an access controller; installing needs no network for it. */
function listGatewayFaults(guestInterface: string): GatewayFault[] {
  const faults: GatewayFault[] = [];
  const packages = listMissingPackages();
  if (packages.length > 0) faults.push({ kind: "gateway-needs", packages });
  if (!existsSync(`/sys/class/net/${guestInterface}`))
    faults.push({ kind: "gateway-no-interface", guestInterface });
  else if (guestInterface === readUplink())
    faults.push({ kind: "gateway-is-uplink", guestInterface });
  return faults;
}

export function listMissingPackages(): string[] {
  const missing = Object.entries(PROGRAMS).filter(
    ([program]) => !succeeds("sh", "-c", `command -v ${program}`),
  );
  return [...new Set(missing.map(([, name]) => name))];
}

/** What the gateway is told; null: this box is none. */
export function readGateway(): {
  guestInterface: string;
  address: string;
  /** What the line carries is known both ways. */
  isLineKnown: boolean;
  /** As it stands, for what the processes themselves check. */
  variables: Readonly<Record<string, string>>;
} | null {
  const text = readText(GATEWAY_SETTINGS);
  if (text === null) return null;
  const told = Object.fromEntries(readAssignments(text));
  return {
    variables: told,
    guestInterface: told.FOYER_GATEWAY_INTERFACE ?? "",
    address: (told.FOYER_GATEWAY_ADDRESS || GATEWAY_ADDRESS).split("/")[0] ?? "",
    isLineKnown: Boolean(
      told.FOYER_GATEWAY_LINE_UPLOAD_KBPS && told.FOYER_GATEWAY_LINE_DOWNLOAD_KBPS,
    ),
  };
}

/** Where the internet is: as it was set, or where the default route leads now; null: nowhere. */
function readUplink(): string | null {
  const told = Object.fromEntries(readAssignments(readText(GATEWAY_SETTINGS) ?? ""));
  return told.FOYER_GATEWAY_UPLINK || findUplink(readText("/proc/net/route") ?? "");
}

/** Guests reach the box at its address on their own network alone. */
const gatewayOrigin = (): string =>
  `http://${readGateway()?.address ?? GATEWAY_ADDRESS.split("/")[0]}`;

/** Makes this box its own access controller, on that interface. False: it is so already. */
function writeGateway(guestInterface: string): boolean {
  if (readGateway()?.guestInterface === guestInterface) return false;
  mkdirSync(PLACES.configuration, { recursive: true, mode: 0o750 });
  const before = readText(GATEWAY_SETTINGS) ?? TEMPLATE;
  const text = before
    .replace(/^FOYER_GATEWAY_INTERFACE=.*$/m, `FOYER_GATEWAY_INTERFACE=${guestInterface}`)
    // Kept, so that guests reach the portal when the box starts without its uplink.
    .replace(/^FOYER_GATEWAY_UPLINK=$/m, `FOYER_GATEWAY_UPLINK=${readUplink() ?? ""}`);
  replaceFile(GATEWAY_SETTINGS, text, { mode: 0o640, gid: 0 });
  return true;
}

const TEMPLATE = `# The box as its own access controller: README.md of Foyer, "Configuration", names all of it.
# After a change: systemctl restart foyer-filter foyer-gateway

# Where the access points hang; a bridge where there are several.
FOYER_GATEWAY_INTERFACE=
# Where the internet is; empty: where the default route leads.
FOYER_GATEWAY_UPLINK=
# The box on the guests' network, and how large that is.
FOYER_GATEWAY_ADDRESS=${GATEWAY_ADDRESS}
# What the line to the internet carries, in kbit/s: some nine tenths of what a speed test says. Guests then share
# it evenly, and one's upload slows nobody else's calls down.
#FOYER_GATEWAY_LINE_UPLOAD_KBPS=18000
#FOYER_GATEWAY_LINE_DOWNLOAD_KBPS=90000
`;

/**
 * Whom the packet filter runs as, where this box is a gateway; the box's own group is there by now. True:
 * it was not there, though the settings may have been: cut short, or come with a back-up.
 */
function makeFilterUser(): boolean {
  if (readGateway() === null) return false;
  const isNew = !succeeds("id", "-u", FILTER_USER);
  if (isNew) {
    const nowhere = ["--home-dir", FILTER_STATE, "--no-create-home"];
    const group = ["--no-user-group", "--gid", BOX_USER, "--shell", "/usr/sbin/nologin"];
    run("useradd", "--system", ...group, ...nowhere, FILTER_USER);
  }
  chownSync(GATEWAY_SETTINGS, 0, Number(run("id", "-g", BOX_USER)));
  chmodSync(GATEWAY_SETTINGS, 0o640);
  return isNew;
}

/** Both processes with what they are told now. */
function startGateway(): void {
  if (runsSystemd()) run("systemctl", "restart", ...GATEWAY_UNITS);
}

/**
 * Takes away what the packet filter told the kernel, which outlives it. Packets may still be passed on
 * (ip_forward, which others may need), so the guests' interface goes before the rules that guard it.
 */
function removeGateway({ removeState }: { removeState: boolean }): void {
  const gateway = readGateway();
  if (gateway !== null) {
    const { guestInterface } = gateway;
    succeeds("ip", "link", "set", guestInterface, "down");
    succeeds("ip", "address", "flush", "dev", guestInterface, "to", gateway.address);
    for (const device of [guestInterface, readUplink() ?? ""])
      if (hasOwnQueue(device)) succeeds("tc", "qdisc", "delete", "dev", device, "root");
    for (const family of ["inet", "arp"])
      succeeds("nft", "delete", "table", family, "foyer_gateway");
  }
  if (!removeState) return;
  rmSync(FILTER_STATE, { recursive: true, force: true });
  if (succeeds("id", "-u", FILTER_USER)) run("userdel", FILTER_USER);
}

/** The packet filter's alone: somebody else's stays. */
function hasOwnQueue(device: string): boolean {
  try {
    return run("tc", "qdisc", "show", "dev", device, "root").includes("qdisc htb");
  } catch {
    return false;
  }
}

/** What installing does for it. */
export const GATEWAY_MODE = {
  listFaults: listGatewayFaults,
  /** Where guests find the portal. */
  origin: gatewayOrigin,
  write: writeGateway,
  makeUser: makeFilterUser,
  start: startGateway,
  remove: removeGateway,
};
export type GatewayMode = typeof GATEWAY_MODE;
