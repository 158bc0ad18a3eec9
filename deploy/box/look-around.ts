import { X509Certificate } from "node:crypto";
import { accessSync, constants, existsSync, readFileSync, statfsSync } from "node:fs";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import {
  findBoxCertificate,
  isCertificateGood,
  isKeySealed,
  RADIUS_AUTHORITY_FILE,
  RADIUS_CERTIFICATE_FILE,
  readBoxIdentity,
} from "@foyer/branch-store";
import { readConfig as readPortalConfig } from "@foyer/portal";
import { readConfig as readRadiusConfig } from "@foyer/radius";
import { readConfig as readAgentConfig } from "@foyer/sync-agent";
import { lookAtUplink } from "./ask-cloud.ts";
import type { BoxEnvironment } from "./config.ts";
import type { Certificate, Examined, ExaminedPort } from "./doctor-rules.ts";
import {
  PLACES,
  readText,
  run,
  SERVICES,
  SETUP_UNIT,
  type Service,
  succeeds,
  unitOf,
} from "./host.ts";
import { askHealth, findHealthUrl, isEnrolled, showUnit } from "./look.ts";
import { lookAtGateway } from "./look-at-gateway.ts";
import type { ExaminedName } from "./public-name-rules.ts";
import { findOwners, listOpenSockets } from "./sockets.ts";

const DAY_MILLISECONDS = 86_400_000;

/** Looks at everything the doctor judges. */
export async function lookAround(environment: BoxEnvironment): Promise<Examined> {
  const enrolled = isEnrolled();
  const units = SERVICES.map((service) => ({
    service,
    ...showUnit(unitOf(service), "ActiveState", "NRestarts", "MainPID"),
  })) as (Record<string, string> & { service: Service })[];
  const cloudUrl = enrolled ? readBoxIdentity(PLACES.state).cloudUrl : null;
  const { uplink, aheadSeconds } = await lookAtUplink(cloudUrl);
  // Before this machine is a box its set-up page has the portal's port.
  const setup = showUnit(SETUP_UNIT, "MainPID");
  const processIds = new Set([...units, setup].map(({ MainPID }) => Number(MainPID)));
  return {
    isEnrolled: enrolled,
    services: units.map(({ service, ActiveState, NRestarts }) => ({
      ...{ service, activeState: ActiveState ?? "unknown", restarts: Number(NRestarts ?? "0") },
    })),
    settingFaults: enrolled ? listSettingFaults(environment) : [],
    portalOrigin: lookAtOrigin(environment.portalOrigin),
    ports: lookAtPorts(environment, processIds),
    disk: lookAtDisk(),
    memory: lookAtMemory(readText("/proc/meminfo") ?? ""),
    clock: { isSynchronised: isSynchronised(), aheadSeconds },
    uplink,
    gateway: await lookAtGateway(environment),
    certificates: lookAtCertificates(environment),
    publicName: enrolled ? lookAtName(PLACES.state, environment) : null,
    isKeySealed: isKeySealed(PLACES.state),
    agent: await askAgent(environment),
  };
}

/** By the processes' own readers, with what systemd will give them. */
export function listSettingFaults({ variables }: BoxEnvironment): Examined["settingFaults"] {
  const readers: [Service, () => string[]][] = [
    ["radius", () => faultsOf(readRadiusConfig(variables))],
    ["portal", () => faultsOf(readPortalConfig(variables))],
    ["sync-agent", () => faultsOf(readAgentConfig(variables))],
  ];
  return readers.flatMap(([service, read]) => read().map((fault) => ({ service, fault })));
}

const faultsOf = (read: { faults?: readonly string[] } | { kind: string }): string[] =>
  "faults" in read && read.faults ? [...read.faults] : [];

function lookAtOrigin(origin: string): Examined["portalOrigin"] {
  const host = URL.parse(origin)?.hostname.replace(/^\[|\]$/g, "") ?? "";
  if (host === "") return null;
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const isOwnAddress = own.some(({ address }) => address === host);
  return { origin, host, isOwnAddress, isName: isIP(host) === 0 };
}

/** Every port that a process of this box wants, and who has it. */
function lookAtPorts(environment: BoxEnvironment, ours: ReadonlySet<number>): ExaminedPort[] {
  const wanted = listPorts(environment);
  const sockets = listOpenSockets();
  const owners = findOwners(new Set(sockets.map(({ inode }) => inode)));
  return wanted.map((each) => {
    const holders = sockets
      .filter(({ protocol, port }) => protocol === each.protocol && port === each.port)
      .map(({ inode }) => owners.get(inode) ?? { pid: 0, name: "?" });
    const [holder] = holders.toSorted((a, b) => Number(ours.has(b.pid)) - Number(ours.has(a.pid)));
    const told = holder ? { isOurs: ours.has(holder.pid), name: holder.name } : null;
    return { ...each, holder: told };
  });
}

function listPorts(environment: BoxEnvironment): Omit<ExaminedPort, "holder">[] {
  const { authPort, acctPort, radsecPort, radiusStatusPort, syncStatusPort } = environment;
  const { portalPort, portalTlsPort } = environment;
  const rows: [number | null, "udp" | "tcp", Service, string][] = [
    [authPort, "udp", "radius", "FOYER_RADIUS_AUTH_PORT"],
    [acctPort, "udp", "radius", "FOYER_RADIUS_ACCT_PORT"],
    [radsecPort, "tcp", "radius", "FOYER_RADIUS_RADSEC_PORT"],
    [radiusStatusPort, "tcp", "radius", "FOYER_RADIUS_STATUS_PORT"],
    [portalPort, "tcp", "portal", "FOYER_PORTAL_PORT"],
    [portalTlsPort, "tcp", "portal", "FOYER_PORTAL_TLS_PORT"],
    [syncStatusPort, "tcp", "sync-agent", "FOYER_SYNC_STATUS_PORT"],
  ];
  return rows.flatMap(([port, protocol, service, variable]) =>
    port === null || port === 0 ? [] : [{ port, protocol, service, variable }],
  );
}

function lookAtDisk(): Examined["disk"] {
  if (!existsSync(PLACES.state)) return null;
  const { bavail, bsize, ffree, files } = statfsSync(PLACES.state);
  // Some file systems (btrfs) make room for files as they come, and count none.
  return {
    freeBytes: bavail * bsize,
    freeFiles: files === 0 ? null : ffree,
    isReadOnly: isReadOnly(),
  };
}

/** Root may write wherever the disk lets it. */
function isReadOnly(): boolean {
  try {
    accessSync(PLACES.state, constants.W_OK);
    return false;
  } catch (error) {
    return (error as { code?: unknown }).code === "EROFS";
  }
}

export function lookAtMemory(meminfo: string): Examined["memory"] {
  const read = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(meminfo)?.[1] ?? Number.NaN) * 1024;
  const [freeBytes, totalBytes] = [read("MemAvailable"), read("MemTotal")];
  return Number.isNaN(freeBytes) || Number.isNaN(totalBytes) ? null : { freeBytes, totalBytes };
}

/** Null: this system does not say. */
function isSynchronised(): boolean | null {
  if (!succeeds("timedatectl", "show")) return null;
  const told = run("timedatectl", "show", "-p", "NTPSynchronized", "--value").trim();
  return told === "yes" ? true : told === "no" ? false : null;
}

/** The box's public name, and how it is with its certificate. */
export function lookAtName(
  folder: string,
  { portalTlsPort, variables }: Pick<BoxEnvironment, "portalTlsPort" | "variables">,
  now = new Date(),
): ExaminedName {
  const isServed = portalTlsPort !== null && !variables.FOYER_PORTAL_TLS_CERTIFICATE;
  const found = findBoxCertificate(folder);
  if (!found) return { isServed, certificate: null };
  const { name, validFrom, validUntil } = found;
  const left = validUntil.getTime() - now.getTime();
  const certificate = {
    ...{ name, days: Math.floor(left / DAY_MILLISECONDS), isGood: isCertificateGood(found, now) },
    lifePartLeft: left / (validUntil.getTime() - validFrom.getTime()),
  };
  return { isServed, certificate };
}

/** Those that venue IT gave, and those that the box has made itself. */
function lookAtCertificates({ certificateFiles }: BoxEnvironment): Certificate[] {
  const own = [RADIUS_AUTHORITY_FILE, RADIUS_CERTIFICATE_FILE]
    .map((name) => join(PLACES.state, name))
    .filter((file) => existsSync(file));
  const given = Object.entries(certificateFiles).map(([purpose, file]) => ({ purpose, file }));
  const all = [...given, ...own.map((file) => ({ purpose: "RADIUS", file }))];
  return all.map((each) => ({ ...each, endsInDays: findEnd(each.file) }));
}

export function findEnd(file: string, now = Date.now()): number | null {
  try {
    const { validTo } = new X509Certificate(readFileSync(file));
    return Math.floor((Date.parse(validTo) - now) / DAY_MILLISECONDS);
  } catch {
    return null;
  }
}

async function askAgent(environment: BoxEnvironment): Promise<Examined["agent"]> {
  const url = findHealthUrl("sync-agent", environment);
  const answer = url === null ? null : await askHealth(url);
  if (answer === null) return null;
  try {
    const told = JSON.parse(answer.body) as {
      faults?: { part: string; words: string; until: string | null }[];
      outbox?: { events: number };
    };
    const faults = (told.faults ?? []).filter(({ until }) => until === null);
    return { faults, waiting: told.outbox?.events ?? 0 };
  } catch {
    return null;
  }
}
