import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { TlsOptions } from "@foyer/portal";
import { PORTAL_NAME, readCertificate } from "./certificate.ts";
import type { Network } from "./network.ts";
import { type Running, run, start, waitFor } from "./processes.ts";

const LIBRARY = "/usr/lib/opennds/libopennds.sh";
const BINAUTH = join(import.meta.dirname, "../nas/opennds/foyer-binauth.sh");
const CONFIG = join(import.meta.dirname, "../nas/opennds/opennds.conf");
const HTTPS_CONFIG = join(import.meta.dirname, "../nas/opennds/opennds-https.conf");
const START_MS = 30_000;
const NDSCTL_PAUSE_MS = 1000;

export type OpenndsOptions = {
  fasLevel: 1 | 2 | 3;
  fasKey: string;
  /** http://host:port of the portal, host an address. */
  portalOrigin: string;
  /** How it speaks https with the portal; null below level 3. */
  tls: TlsOptions | null;
};

/** Times in seconds since 1970, or "null". */
export type OpenndsGuest = {
  state: string;
  token: string;
  session_start: string;
  session_end: string;
};

export type Opennds = {
  /** What openNDS holds for the guest, as `ndsctl json` says it. */
  findGuest: () => Promise<OpenndsGuest | null>;
  /** `ndsctl` with the given arguments. */
  control: (...args: string[]) => Promise<string>;
  output: () => string;
  close: () => Promise<void>;
};

/**
 * Debian's openNDS 9 as the access controller of the lab, with Foyer's BinAuth, and dnsmasq as its
 * DHCP and DNS server. Every name resolves to the lab's internet.
 */
export async function startOpennds(network: Network, options: OpenndsOptions): Promise<Opennds> {
  layFiles(network, options);
  const { folder, nas } = network;
  const dnsmasq = start("ip", "netns", "exec", nas, "dnsmasq", ...dnsmasqArguments(network));
  const opennds = start("ip", "netns", "exec", nas, "unshare", "--mount", "sh", `${folder}/enter`);
  const enter = async (...args: string[]) => {
    const pid = readFileSync(join(folder, "opennds.pid"), "utf8").trim();
    // ndsctl is locked while another one runs, such as authmon's, and ends with an error then.
    const ask = () => run("nsenter", "--target", pid, "--net", "--mount", ...args);
    return ask().catch(async () => {
      await pause(NDSCTL_PAUSE_MS);
      return ask();
    });
  };
  const close = async () => {
    // openNDS takes its leave of the guests (shutdown_deauth) when it is asked to end.
    await opennds.stop();
    await dnsmasq.stop();
  };
  try {
    await waitFor(
      "openNDS runs",
      () => mustRun(opennds, dnsmasq) && opennds.output().includes("openNDS is now running"),
      START_MS,
    );
    await waitFor("ndsctl answers", async () => (await tryEnter(enter, "ndsctl", "json")) !== null);
  } catch (error) {
    const said = `${opennds.output()}\n${dnsmasq.output()}`;
    await close();
    throw new Error(`openNDS did not start: ${said}`, { cause: error });
  }
  const mac = network.guestMac.replaceAll("-", ":").toLowerCase();
  return {
    control: (...args) => enter("ndsctl", ...args),
    findGuest: async () => {
      const { clients } = JSON.parse(await enter("ndsctl", "json"));
      return clients?.[mac] ?? null;
    },
    output: opennds.output,
    close,
  };
}

function mustRun(...processes: Running[]): true {
  for (const each of processes) if (!each.isRunning()) throw new Error(each.output());
  return true;
}

async function tryEnter(enter: (...args: string[]) => Promise<string>, ...args: string[]) {
  try {
    return await enter(...args);
  } catch {
    return null;
  }
}

function dnsmasqArguments(network: Network): string[] {
  return [
    ...["--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts"],
    ...["--interface=lan0", "--bind-interfaces", "--user=root", "--dhcp-authoritative"],
    `--dhcp-range=${network.guestNetwork}.50,${network.guestNetwork}.99,10m`,
    // Where openNDS looks up who has a lease: see the mounts below.
    `--dhcp-leasefile=${network.folder}/leases/dnsmasq.leases`,
    `--pid-file=${network.folder}/dnsmasq.pid`,
    `--address=/#/${network.internetIp}`,
    `--address=/${PORTAL_NAME}/${network.portalIp}`,
  ];
}

/**
 * openNDS 9 edits /etc/hosts and /etc/dnsmasq.conf, and keeps state under /run and /tmp: it gets
 * copies of its own. Its base chains stand at priority -100, which iptables-nft 1.8.9 then refuses
 * to touch on newer kernels; at 0 they work.
 */
function layFiles(network: Network, options: OpenndsOptions): void {
  const { folder } = network;
  cpSync("/etc", join(folder, "etc"), { recursive: true, verbatimSymlinks: true });
  for (const each of ["leases", "etc/foyer", "etc/opennds"])
    mkdirSync(join(folder, each), { recursive: true });
  writeFileSync(join(folder, "etc/dnsmasq.conf"), "");
  writeFileSync(join(folder, "etc/opennds/opennds.conf"), openndsConfig(options));
  const settings = [
    `portal=${options.portalOrigin}`,
    `fas_key=${options.fasKey}`,
    "interface=lan0",
  ];
  writeFileSync(join(folder, "etc/foyer/opennds.conf"), settings.join("\n"), { mode: 0o600 });
  // What the guests resolve by the NAS, the NAS itself has to know as well.
  appendFileSync(join(folder, "etc/hosts"), `\n${network.portalIp} ${PORTAL_NAME}\n`);
  if (options.tls) {
    const authorities = join(folder, "etc/ssl/certs/ca-certificates.crt");
    appendFileSync(authorities, `\n${readCertificate(options.tls)}`);
  }
  copyFileSync(BINAUTH, join(folder, "etc/foyer/foyer-binauth.sh"));
  const library = readFileSync(LIBRARY, "utf8").replaceAll("priority -100", "priority 0");
  writeFileSync(join(folder, "libopennds.sh"), library);
  for (const each of ["etc/foyer/foyer-binauth.sh", "libopennds.sh"])
    chmodSync(join(folder, each), 0o755);
  const enter = [
    "set -e",
    `echo $$ > ${folder}/opennds.pid`,
    "mount --make-rprivate /",
    `mount --bind ${folder}/etc /etc`,
    `mount --bind ${folder}/libopennds.sh ${LIBRARY}`,
    `mount --bind ${folder}/leases /var/lib/misc`,
    "mount -t tmpfs tmpfs /run",
    "mkdir /run/tmpfiles.d",
    "mount -t tmpfs tmpfs /tmp",
    // Its PHP asks for the folder of certificates by their hashes, where ours is none of.
    "export SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
    "exec opennds -f -d 1",
  ];
  writeFileSync(join(folder, "enter"), enter.join("\n"));
}

/** The configuration that the guide gives, with this network's values in it. */
function openndsConfig({ fasLevel, fasKey, portalOrigin, tls }: OpenndsOptions): string {
  const portal = new URL(portalOrigin);
  const values = {
    GatewayInterface: "lan0",
    fasremoteip: portal.hostname,
    fasport: tls ? String(tls.port) : portal.port,
    faspath: tls ? "/nas/opennds/fas" : "/",
    ...(tls ? { fasremotefqdn: PORTAL_NAME } : {}),
    fas_secure_enabled: String(fasLevel),
    faskey: fasKey,
  };
  return Object.entries(values).reduce(
    (text, [name, value]) => {
      const line = new RegExp(`^${name} .*$`, "m");
      if (!line.test(text)) throw new Error(`${CONFIG} does not set ${name}`);
      return text.replace(line, `${name} ${value}`);
    },
    readFileSync(CONFIG, "utf8") + (tls ? readFileSync(HTTPS_CONFIG, "utf8") : ""),
  );
}
