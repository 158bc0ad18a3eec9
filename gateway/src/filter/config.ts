import { readFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { findUplink } from "./host.ts";
import { captiveApiAt, type OwnNames } from "./names.ts";
import { type GuestNetwork, hostPart, isInterface, PREFIX_MAX, PREFIX_MIN } from "./network.ts";

export type Environment = Readonly<Record<string, string | undefined>>;
export type Read<Config> =
  | { kind: "config"; config: Config }
  | { kind: "faults"; faults: string[] };

/** What the packet filter is told. */
export type FilterConfig = Readonly<{
  network: Omit<GuestNetwork, "shopNetworks">;
  names: OwnNames;
  stateFolder: string;
  runtimeFolder: string;
  logLevel: string;
  /** Whether systemd waits to be told that it works, and for signs of life: sd_notify(3). */
  isSupervised: boolean;
}>;

const ADDRESS = "10.42.0.1/22";
const DOORSTEP_PORT = 5301;
/** Less is no line that guests are let on; more is more than a box shapes. */
const LINE_KBPS_MIN = 256;
const LINE_KBPS_MAX = 10_000_000;
const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"];
/** Where its socket is. */
export const RUNTIME_FOLDER = "/run/foyer-filter";
const STATE_FOLDER = "/var/lib/foyer-filter";

/** All faults are told together. */
export function readFilterConfig(
  environment: Environment = process.env,
  look: (path: string) => string = lookAt,
): Read<FilterConfig> {
  const faults: string[] = [];
  const common = readCommon(environment, faults);
  const port = portReader(environment, faults);
  const uplink = environment.FOYER_GATEWAY_UPLINK || findUplink(look("/proc/net/route")) || "";
  if (uplink === "") faults.push("FOYER_GATEWAY_UPLINK is not set, and no route leads anywhere");
  else if (!isInterface(uplink) || uplink === common.guestInterface)
    faults.push(
      `FOYER_GATEWAY_UPLINK is "${uplink}": give the interface that leads to the internet`,
    );
  const nameServers = (environment.FOYER_GATEWAY_NAME_SERVERS ?? "")
    .split(/[\s,]+/)
    .filter((each) => each !== "");
  if (!nameServers.every((each) => isIPv4(each)))
    faults.push("FOYER_GATEWAY_NAME_SERVERS: give IPv4 addresses, with blanks between");
  const line = {
    uploadKbps: readRateOf(environment, "FOYER_GATEWAY_LINE_UPLOAD_KBPS", faults),
    downloadKbps: readRateOf(environment, "FOYER_GATEWAY_LINE_DOWNLOAD_KBPS", faults),
  };
  const portalPorts = [port("FOYER_PORTAL_PORT", "8080"), port("FOYER_PORTAL_TLS_PORT", "0")];
  if (faults.length > 0) return { kind: "faults", faults };
  const { guestInterface, gatewayIp, prefix, redirectPort, logLevel } = common;
  const network = {
    ...{ guestInterface, uplink, gatewayIp, prefix, redirectPort, doorstepPort: DOORSTEP_PORT },
    ...{ portalPorts: portalPorts.filter((each) => each !== 0), line },
  };
  const config = {
    network,
    names: {
      ...{ nameServers, tlsPort: portalPorts[1] || null },
      ...portalOf(environment.FOYER_PORTAL_ORIGIN ?? ""),
    },
    stateFolder: environment.FOYER_GATEWAY_STATE_FOLDER || STATE_FOLDER,
    runtimeFolder: environment.FOYER_GATEWAY_RUNTIME_FOLDER || RUNTIME_FOLDER,
    logLevel,
    isSupervised: (environment.NOTIFY_SOCKET ?? "") !== "",
  };
  return { kind: "config", config: Object.freeze(config) };
}

/** What both halves of the gateway go by. */
export function readCommon(environment: Environment, faults: string[]) {
  const guestInterface = environment.FOYER_GATEWAY_INTERFACE ?? "";
  if (!isInterface(guestInterface))
    faults.push(
      `FOYER_GATEWAY_INTERFACE is "${guestInterface}": give the interface that the access points hang on, such as eth1`,
    );
  const [gatewayIp = "", bits = ""] = (environment.FOYER_GATEWAY_ADDRESS || ADDRESS).split("/");
  const prefix = Number(bits);
  const isRight = isIPv4(gatewayIp) && /^\d{2}$/.test(bits) && isHost(gatewayIp, prefix);
  if (!isRight)
    faults.push(
      `FOYER_GATEWAY_ADDRESS is "${environment.FOYER_GATEWAY_ADDRESS}": give the box's address on the guests' network, such as ${ADDRESS}, /${PREFIX_MIN} to /${PREFIX_MAX}`,
    );
  const logLevel = environment.FOYER_LOG_LEVEL ?? "info";
  if (!LOG_LEVELS.includes(logLevel))
    faults.push(`FOYER_LOG_LEVEL is "${logLevel}": choose one of ${LOG_LEVELS.join(", ")}`);
  const redirectPort = portReader(environment, faults)("FOYER_GATEWAY_REDIRECT_PORT", "3990");
  return { guestInterface, gatewayIp, prefix, redirectPort, logLevel };
}

function isHost(ip: string, prefix: number): boolean {
  if (prefix < PREFIX_MIN || prefix > PREFIX_MAX) return false;
  const part = hostPart(ip, prefix);
  return part !== 0 && part !== 2 ** (32 - prefix) - 1;
}

/** Null: it is not set. */
function readRateOf(environment: Environment, name: string, faults: string[]): number | null {
  const text = environment[name] ?? "";
  if (text === "") return null;
  const rate = Number(text);
  if (/^\d{1,8}$/.test(text) && rate >= LINE_KBPS_MIN && rate <= LINE_KBPS_MAX) return rate;
  faults.push(
    `${name} is "${text}": give what the line carries in kbit/s, from ${LINE_KBPS_MIN} to ${LINE_KBPS_MAX}`,
  );
  return null;
}

export function portReader(environment: Environment, faults: string[]) {
  return (name: string, fallback: string): number => {
    const text = environment[name] || fallback;
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
    faults.push(`${name} is "${text}": give a port number from 0 to 65535`);
    return 0;
  };
}

/** RFC 8908 §3: the API wants a certificate, and a name that it is for. Rather none than a bad one. */
function portalOf(origin: string): Pick<OwnNames, "captiveApi" | "portalNames"> {
  const url = URL.parse(origin);
  const name = nameIn(url);
  const portalNames = name === null ? [] : [name];
  if (url?.protocol !== "https:" || url.origin !== origin) return { captiveApi: null, portalNames };
  return { captiveApi: captiveApiAt(url.hostname, Number(url.port || 443)), portalNames };
}

const nameIn = (url: URL | null) =>
  url === null || isIPv4(url.hostname) || url.hostname.startsWith("[") ? null : url.hostname;

function lookAt(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
