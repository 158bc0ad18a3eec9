import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import type { Network } from "./network.ts";
import { type Running, run, start, tryRun, waitFor } from "./processes.ts";

const CHROMIUM = "/usr/bin/chromium";
const LEASE_MS = 20_000;
const BROWSER_FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export type Fetched = {
  status: number;
  location: string | null;
  /** By name in lower case. */
  headers: ReadonlyMap<string, string>;
  body: string;
};

/** What a guest holds in the hand: it joins the Wi-Fi, probes, and opens a mini-browser. */
export type Phone = {
  /** Joins and waits for a lease. Answers the address it got. */
  join: () => Promise<string>;
  leave: () => Promise<void>;
  /**
   * One request by curl, with more of its options or none, not following redirects. Null when nothing
   * answers within a few seconds.
   */
  fetch: (url: string, ...options: string[]) => Promise<Fetched | null>;
  /** A browser without memory, inside the guest's network, with more of Chromium's flags or none. */
  openBrowser: (...flags: string[]) => Promise<Browser>;
  close: () => Promise<void>;
};

/**
 * The guest of the lab's network; it has never joined yet. `dhclientConf`: how it asks for an address
 * (dhclient.conf(5)), where that is to be another way than the machine's.
 */
export function makePhone(network: Network, dhclientConf?: string): Phone {
  const { folder, guest, inGuest } = network;
  let dhclient: Running | null = null;
  const browsers: Browser[] = [];
  const leave = async () => {
    await dhclient?.stop();
    dhclient = null;
    await run("ip", "-n", guest, "addr", "flush", "dev", "wlan0");
    await run("ip", "-n", guest, "link", "set", "wlan0", "down");
  };
  return {
    join: async () => {
      await run("ip", "-n", guest, "link", "set", "wlan0", "up");
      dhclient = startDhclient(network, dhclientConf);
      const running = dhclient;
      return waitFor(
        "a DHCP lease",
        async () => {
          if (!running.isRunning()) throw new Error(`dhclient ended: ${running.output()}`);
          const shown = await run("ip", "-n", guest, "-4", "-o", "addr", "show", "wlan0");
          return /inet ([\d.]+)\//.exec(shown)?.[1];
        },
        LEASE_MS,
      );
    },
    leave,
    fetch: (url, ...options) => fetchOnce(inGuest, [...options, url]),
    openBrowser: async (...flags) => {
      const executablePath = join(folder, "chromium");
      if (!existsSync(executablePath)) {
        writeFileSync(executablePath, `#!/bin/sh\nexec ${inGuest} ${CHROMIUM} "$@"\n`);
        chmodSync(executablePath, 0o755);
      }
      const browser = await chromium.launch({ executablePath, args: [...BROWSER_FLAGS, ...flags] });
      browsers.push(browser);
      return browser;
    },
    close: async () => {
      for (const browser of browsers) await browser.close();
      await dhclient?.stop();
    },
  };
}

function startDhclient({ folder, guest }: Network, conf?: string): Running {
  const script = join(folder, "dhclient-script");
  // Only what a phone does with a lease; Debian's own script would edit the machine's files.
  const lines = [
    "#!/bin/sh",
    '[ -n "$new_ip_address" ] || exit 0',
    'ip addr replace "$new_ip_address/24" dev "$interface"',
    'ip route replace default via "$new_routers"',
    `echo "nameserver $new_domain_name_servers" > ${folder}/resolv.conf`,
  ];
  writeFileSync(script, `${lines.join("\n")}\n`);
  chmodSync(script, 0o755);
  const leases = join(folder, "dhclient.leases");
  if (!existsSync(leases)) writeFileSync(leases, "");
  const files = ["-sf", script, "-pf", join(folder, "dhclient.pid"), "-lf", leases];
  const own = join(folder, "dhclient.conf");
  if (conf !== undefined) {
    writeFileSync(own, conf);
    files.push("-cf", own);
  }
  return start("ip", "netns", "exec", guest, "dhclient", "-4", "-d", ...files, "wlan0");
}

async function fetchOnce(inGuest: string, asked: string[]): Promise<Fetched | null> {
  const args = ["curl", "--silent", "--max-time", "5", "--include", ...asked];
  const { code, stdout } = await tryRun(inGuest, args);
  if (code !== 0) return null;
  const cut = stdout.indexOf("\r\n\r\n");
  const [first = "", ...lines] = stdout.slice(0, cut).split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const;
    }),
  );
  return {
    status: Number(/^HTTP\/[\d.]+ (\d+)/.exec(first)?.[1] ?? 0),
    location: headers.get("location") ?? null,
    headers,
    body: stdout.slice(cut + 4),
  };
}

/** The name server that the lease gave, for a test to look at. */
export function readNameServer({ folder }: Network): string {
  return readFileSync(join(folder, "resolv.conf"), "utf8").trim();
}
