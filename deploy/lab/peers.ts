import { findObstacle } from "./network.ts";
import { tryRun } from "./processes.ts";

/** What the lab runs, and the Debian package each comes in. */
const PACKAGES: Readonly<Record<string, string>> = {
  opennds: "opennds",
  // openNDS encrypts its redirect at FAS level 2 with PHP.
  php: "php-cli",
  dnsmasq: "dnsmasq-base",
  dhclient: "isc-dhcp-client",
  chromium: "chromium",
  curl: "curl",
  // At FAS level 3 the portal needs a certificate.
  openssl: "openssl",
  ip: "iproute2",
  ethtool: "ethtool",
  nft: "nftables",
  iptables: "iptables",
  sysctl: "procps",
  unshare: "util-linux",
};

/** Why the lab cannot run on this machine, and what would help; null when it can. */
export async function findWhyNot(): Promise<string | null> {
  const missing: string[] = [];
  for (const [command, name] of Object.entries(PACKAGES)) {
    const found = await tryRun("sh", ["-c", `command -v ${command}`]);
    if (found.code !== 0) missing.push(name);
  }
  if (missing.length > 0) return `missing Debian packages: apt-get install ${missing.join(" ")}`;
  return findObstacle();
}

/**
 * What keeps a lab's tests from running, told on the way; null: nothing does. Throws where the peers are
 * required (FOYER_REQUIRE_PEERS), so that nothing is left out unseen.
 */
export function tellWhyNot(lab: string, whyNot: string | null): string | null {
  if (whyNot === null) return null;
  if (process.env.FOYER_REQUIRE_PEERS === "1")
    throw new Error(`${lab} is required, and cannot run: ${whyNot}`);
  console.warn(`${lab} is skipped: ${whyNot}`);
  return whyNot;
}
