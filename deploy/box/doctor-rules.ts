import {
  type ExaminedGateway,
  type GatewayFinding,
  judgeGateway,
  settingOf,
} from "./gateway-rules.ts";
import type { Service } from "./host.ts";
import { type ExaminedName, judgeName, type NameFinding } from "./public-name-rules.ts";

/** What the doctor has looked at. Null: it could not be looked at, or there is nothing to look at. */
export type Examined = {
  isEnrolled: boolean;
  services: readonly { service: Service; activeState: string; restarts: number }[];
  /** What a process would say of its settings before it ends. */
  settingFaults: readonly { service: Service; fault: string }[];
  portalOrigin: { origin: string; host: string; isOwnAddress: boolean; isName: boolean } | null;
  ports: readonly ExaminedPort[];
  disk: { freeBytes: number; freeFiles: number | null; isReadOnly: boolean } | null;
  memory: { freeBytes: number; totalBytes: number } | null;
  clock: { isSynchronised: boolean | null; aheadSeconds: number | null };
  uplink: Uplink;
  /** Null: this box is no gateway. */
  gateway: ExaminedGateway | null;
  certificates: readonly Certificate[];
  publicName: ExaminedName | null;
  isKeySealed: boolean;
  /** The agent's own word; null: it does not answer. */
  agent: { faults: readonly { part: string; words: string }[]; waiting: number } | null;
};

export type ExaminedPort = {
  port: number;
  protocol: "udp" | "tcp";
  service: Service;
  /** The variable that moves it. */
  variable: string;
  /** Who has it: our own process, or another by its name; null: nobody. */
  holder: { isOurs: boolean; name: string } | null;
};

export type Uplink = {
  hasRoute: boolean;
  hasNameServer: boolean;
  /** Of the cloud's name; null: it is an address, or the box is not enrolled. */
  lookUp: { kind: "found" } | { kind: "failed"; code: string } | null;
  host: string;
  cloud: CloudAnswer | null;
};

export type CloudAnswer =
  | { kind: "foyer" }
  /** Something answers that is no cloud of ours, as a log-in page of a hotel's or a provider's network does. */
  | { kind: "another"; status: number; leadsTo: string | null }
  | { kind: "certificate"; code: string }
  | { kind: "silent"; code: string };

export type Certificate = {
  file: string;
  purpose: string;
  /** Null: the file cannot be read as one. */
  endsInDays: number | null;
};

export type Finding =
  | GatewayFinding
  | NameFinding
  | { kind: "not-enrolled" }
  | { kind: "service-up"; services: Service[] }
  | { kind: "service-down"; service: Service; state: string }
  | { kind: "service-restarts"; service: Service; restarts: number }
  /** By whom one setting is refused, and what the first of them says of it. */
  | { kind: "setting"; services: (Service | "gateway")[]; fault: string }
  | { kind: "origin-foreign"; origin: string; host: string }
  | { kind: "origin-right"; origin: string }
  | { kind: "port-taken"; port: number; protocol: string; name: string; variable: string }
  | { kind: "port-closed"; port: number; protocol: string; service: Service }
  | { kind: "ports-right"; count: number }
  | { kind: "disk-full" | "disk-nearly-full" | "disk-right"; freeBytes: number }
  | { kind: "disk-read-only" }
  | { kind: "disk-no-files"; freeFiles: number }
  | { kind: "memory-short"; freeBytes: number }
  | { kind: "clock-off"; seconds: number; isSynchronised: boolean | null }
  | { kind: "clock-alone" }
  | { kind: "clock-right" }
  | { kind: "no-route" }
  | { kind: "no-name-server" }
  | { kind: "name-fails"; host: string; code: string }
  | { kind: "captive"; host: string; leadsTo: string | null; status: number }
  | { kind: "cloud-certificate"; host: string; code: string; isClock: boolean }
  | { kind: "cloud-silent"; host: string; code: string }
  | { kind: "cloud-right"; host: string }
  | { kind: "certificate-ended" | "certificate-ends"; purpose: string; file: string; days: number }
  | { kind: "certificate-unreadable"; purpose: string; file: string }
  | { kind: "certificates-right"; days: number }
  | { kind: "agent-fault"; part: string; words: string }
  | { kind: "waiting"; events: number }
  | { kind: "key-open" };

export type Level = "right" | "note" | "wrong";

/** The store's journal and a day of a busy branch's outbox fit into it. */
export const FREE_BYTES_MIN = 64 * 1024 * 1024;
/** Soon full: time to look. */
export const FREE_BYTES_NOTED = 512 * 1024 * 1024;
const FREE_FILES_MIN = 1000;
const FREE_MEMORY_PART_MIN = 0.08;
/** A certificate is refused by a clock that is off by less than its overlap; codes are timed in minutes. */
const CLOCK_SECONDS_MAX = 60;
const CERTIFICATE_DAYS_WRONG = 7;
const CERTIFICATE_DAYS_NOTED = 30;
const RESTARTS_NOTED = 3;
const NOT_YET_OR_NO_MORE = /^CERT_(NOT_YET_VALID|HAS_EXPIRED)$/;

/** All that is to be said of a box but of its access points, what is wrong and what is right. */
export function examine(found: Examined): Finding[] {
  return [
    ...judgeServices(found),
    ...judgePorts(found),
    ...judgeOrigin(found),
    ...judgeMachine(found),
    ...judgeClock(found),
    ...judgeUplink(found),
    ...judgeGateway(found.gateway, new Set(found.settingFaults.map(settingOf))),
    ...judgeCertificates(found.certificates),
    ...judgeName(found.publicName),
    ...judgeAgent(found),
  ];
}

export function levelOf({ kind }: Finding): Level {
  if (NOTES.has(kind)) return "note";
  return kind.endsWith("-right") || kind === "service-up" ? "right" : "wrong";
}
const NOTES = new Set<Finding["kind"]>([
  "service-restarts",
  "disk-nearly-full",
  "clock-alone",
  "certificate-ends",
  "public-name-waits",
  "public-name-unserved",
  "public-name-old",
  "waiting",
  "key-open",
  "gateway-cable",
  "gateway-line",
]);

function judgeServices(found: Examined): Finding[] {
  const { isEnrolled, services } = found;
  if (!isEnrolled) return [{ kind: "not-enrolled" }];
  const findings = judgeSettings(found);
  for (const { service, activeState: state, restarts } of services) {
    if (state !== "active") findings.push({ kind: "service-down", service, state });
    else if (restarts >= RESTARTS_NOTED)
      findings.push({ kind: "service-restarts", service, restarts });
  }
  if (findings.length > 0) return findings;
  return [{ kind: "service-up", services: services.map(({ service }) => service) }];
}

/** One that several go by is to be mended once, and is told once. */
function judgeSettings({ settingFaults, gateway }: Examined): Finding[] {
  const ofGateway = new Set(gateway?.settingFaults.map((fault) => settingOf({ fault })));
  return [...Map.groupBy(settingFaults, settingOf)].map(([setting, faults]) => ({
    kind: "setting",
    services: [
      ...new Set(faults.map(({ service }) => service)),
      ...(ofGateway.has(setting) ? (["gateway"] as const) : []),
    ],
    fault: faults[0]?.fault ?? setting,
  }));
}

/** Before the box is enrolled nobody has its ports, and whoever has keeps it from coming up later. */
function judgePorts({ isEnrolled, ports, services }: Examined): Finding[] {
  const isUp = (service: Service) =>
    services.some((each) => each.service === service && each.activeState === "active");
  const findings = ports.flatMap((each): Finding[] => {
    const { port, protocol, holder, service, variable } = each;
    if (holder && !holder.isOurs)
      return [{ kind: "port-taken", port, protocol, name: holder.name, variable }];
    const isClosed = !holder && isEnrolled && isUp(service);
    return isClosed ? [{ kind: "port-closed", port, protocol, service }] : [];
  });
  if (findings.length > 0 || !isEnrolled) return findings;
  return services.every(({ service }) => isUp(service))
    ? [{ kind: "ports-right", count: ports.length }]
    : [];
}

/** A name may lead here by whatever serves names; an address that is not ours leads guests nowhere. */
function judgeOrigin({ portalOrigin }: Examined): Finding[] {
  if (!portalOrigin) return [];
  const { origin, host, isOwnAddress, isName } = portalOrigin;
  if (isOwnAddress || isName) return [{ kind: "origin-right", origin }];
  return [{ kind: "origin-foreign", origin, host }];
}

function judgeMachine({ disk, memory }: Examined): Finding[] {
  const findings: Finding[] = [];
  if (disk?.isReadOnly) findings.push({ kind: "disk-read-only" });
  else if (disk) {
    const { freeBytes, freeFiles } = disk;
    if (freeFiles !== null && freeFiles < FREE_FILES_MIN)
      findings.push({ kind: "disk-no-files", freeFiles });
    if (freeBytes < FREE_BYTES_MIN) findings.push({ kind: "disk-full", freeBytes });
    else if (freeBytes < FREE_BYTES_NOTED) findings.push({ kind: "disk-nearly-full", freeBytes });
    else if (findings.length === 0) findings.push({ kind: "disk-right", freeBytes });
  }
  if (memory && memory.freeBytes < memory.totalBytes * FREE_MEMORY_PART_MIN)
    findings.push({ kind: "memory-short", freeBytes: memory.freeBytes });
  return findings;
}

function judgeClock({ clock: { isSynchronised, aheadSeconds } }: Examined): Finding[] {
  if (aheadSeconds !== null && Math.abs(aheadSeconds) > CLOCK_SECONDS_MAX)
    return [{ kind: "clock-off", seconds: aheadSeconds, isSynchronised }];
  if (isSynchronised === false) return [{ kind: "clock-alone" }];
  return isSynchronised === null && aheadSeconds === null ? [] : [{ kind: "clock-right" }];
}

/** The first link of the chain that is broken: what hangs on it says nothing of its own. */
function judgeUplink({ uplink }: Examined): Finding[] {
  const { hasRoute, hasNameServer, lookUp, host, cloud } = uplink;
  if (cloud?.kind === "foyer") return [{ kind: "cloud-right", host }];
  if (!hasRoute) return [{ kind: "no-route" }];
  if (lookUp && !hasNameServer) return [{ kind: "no-name-server" }];
  if (lookUp?.kind === "failed") return [{ kind: "name-fails", host, code: lookUp.code }];
  switch (cloud?.kind) {
    case "another":
      return [{ kind: "captive", host, status: cloud.status, leadsTo: cloud.leadsTo }];
    case "certificate": {
      const isClock = NOT_YET_OR_NO_MORE.test(cloud.code);
      return [{ kind: "cloud-certificate", host, code: cloud.code, isClock }];
    }
    case "silent":
      return [{ kind: "cloud-silent", host, code: cloud.code }];
    case undefined:
      return [];
  }
}

function judgeCertificates(certificates: readonly Certificate[]): Finding[] {
  const findings = certificates.flatMap(({ file, purpose, endsInDays: days }): Finding[] => {
    if (days === null) return [{ kind: "certificate-unreadable", purpose, file }];
    if (days >= CERTIFICATE_DAYS_NOTED) return [];
    const kind = days < CERTIFICATE_DAYS_WRONG ? "certificate-ended" : "certificate-ends";
    return [{ kind, purpose, file, days }];
  });
  if (findings.length > 0 || certificates.length === 0) return findings;
  const soonest = Math.min(...certificates.map(({ endsInDays }) => endsInDays ?? 0));
  return [{ kind: "certificates-right", days: soonest }];
}

/** What the uplink's own findings explain is not said a second time. */
function judgeAgent({ agent, uplink, isKeySealed, isEnrolled }: Examined): Finding[] {
  if (!isEnrolled) return [];
  const isUplinkRight = uplink.cloud?.kind === "foyer";
  const faults = (agent?.faults ?? []).filter(
    ({ part }) => (isUplinkRight || (part !== "push" && part !== "pull")) && part !== "clock",
  );
  const findings: Finding[] = faults.map(({ part, words }) => ({
    kind: "agent-fault",
    part,
    words,
  }));
  if (agent && agent.waiting > 0) findings.push({ kind: "waiting", events: agent.waiting });
  if (!isKeySealed) findings.push({ kind: "key-open" });
  return findings;
}
