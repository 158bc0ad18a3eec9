import { chownSync, existsSync, mkdirSync, rmSync } from "node:fs";
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
  | { kind: "gateway-no-interface"; guestInterface: string };

/** What is missing for this machine to be an access controller; installing needs no network for it. */
export function listGatewayFaults(guestInterface: string): GatewayFault[] {
  const faults: GatewayFault[] = [];
  const packages = listMissingPackages();
  if (packages.length > 0) faults.push({ kind: "gateway-needs", packages });
  if (!existsSync(`/sys/class/net/${guestInterface}`))
    faults.push({ kind: "gateway-no-interface", guestInterface });
  return faults;
}

export function listMissingPackages(): string[] {
  const missing = Object.entries(PROGRAMS).filter(
    ([program]) => !succeeds("sh", "-c", `command -v ${program}`),
  );
  return [...new Set(missing.map(([, name]) => name))];
}

/** What the gateway is told; null: this box is none. */
export function readGateway(): { guestInterface: string; address: string } | null {
  const text = readText(PLACES.gateway);
  if (text === null) return null;
  const told = Object.fromEntries(readAssignments(text));
  return {
    guestInterface: told.FOYER_GATEWAY_INTERFACE ?? "",
    address: (told.FOYER_GATEWAY_ADDRESS || GATEWAY_ADDRESS).split("/")[0] ?? "",
  };
}

/** Guests reach the box at its address on their own network alone. */
export const gatewayOrigin = (): string =>
  `http://${readGateway()?.address ?? GATEWAY_ADDRESS.split("/")[0]}`;

/** Makes this box its own access controller, on that interface. False: it is so already. */
export function writeGateway(guestInterface: string): boolean {
  if (readGateway()?.guestInterface === guestInterface) return false;
  mkdirSync(PLACES.configuration, { recursive: true, mode: 0o750 });
  const before = readText(PLACES.gateway) ?? TEMPLATE;
  const uplink = findUplink(readText("/proc/net/route") ?? "");
  const text = before
    .replace(/^FOYER_GATEWAY_INTERFACE=.*$/m, `FOYER_GATEWAY_INTERFACE=${guestInterface}`)
    // Kept, so that guests reach the portal when the box starts without its uplink.
    .replace(/^FOYER_GATEWAY_UPLINK=$/m, `FOYER_GATEWAY_UPLINK=${uplink ?? ""}`);
  replaceFile(PLACES.gateway, text, { mode: 0o640, gid: 0 });
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
`;

/** Whom the packet filter runs as; the box's own group is there by now. */
export function makeFilterUser(): void {
  if (readGateway() === null) return;
  if (!succeeds("id", "-u", FILTER_USER)) {
    const nowhere = ["--home-dir", PLACES.filterState, "--no-create-home"];
    const group = ["--no-user-group", "--gid", BOX_USER, "--shell", "/usr/sbin/nologin"];
    run("useradd", "--system", ...group, ...nowhere, FILTER_USER);
  }
  chownSync(PLACES.gateway, 0, Number(run("id", "-g", BOX_USER)));
}

/** Both processes with what they are told now. */
export function startGateway(): void {
  if (runsSystemd()) run("systemctl", "restart", ...GATEWAY_UNITS);
}

/** Takes away what the packet filter told the kernel, which outlives it. */
export function removeGateway({ removeState }: { removeState: boolean }): void {
  const gateway = readGateway();
  if (gateway !== null) {
    succeeds("nft", "delete", "table", "inet", "foyer_gateway");
    succeeds("tc", "qdisc", "delete", "dev", gateway.guestInterface, "root");
  }
  if (!removeState) return;
  rmSync(PLACES.filterState, { recursive: true, force: true });
  if (succeeds("id", "-u", FILTER_USER)) run("userdel", FILTER_USER);
}
