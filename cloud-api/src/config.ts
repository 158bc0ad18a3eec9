import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import {
  type CertificateSettings,
  readCertificateSettings,
} from "./platform/certificate-settings.ts";
import type { LogLevel } from "./platform/log.ts";
import { type MailConfig, readMailServer } from "./platform/mailer.ts";
import { readScannerAddress, type ScannerAddress } from "./platform/virus-scan.ts";

export type CloudRole = "web" | "worker" | "all";

export type CloudConfig = {
  host: string;
  /** 0: any free port. */
  port: number;
  /** A socket that listens already, given by systemd: sd_listen_fds(3). Null: host and port count. */
  listenDescriptor: number | null;
  /** Where a process that is a worker alone tells how it is; null: nowhere. */
  workerHost: string;
  workerPort: number | null;
  /** For how long it serves on, and says that it is about to end, before it takes no more requests. */
  drainSeconds: number;
  /** Where browsers and boxes reach this cloud; null: at its own host and port. */
  origin: string | null;
  /** Holds the embedded database and what was generated at the first start. */
  dataFolder: string;
  /** The administrator's address of a PostgreSQL server; null: the embedded one. */
  databaseUrl: string | null;
  role: CloudRole;
  selfSignUp: boolean;
  /** Whether senders may be at private addresses: everybody's settings then reach this network. */
  privateGateways: boolean;
  /** By what staff are written to; null: nobody is. */
  mail: MailConfig | null;
  /** From whom it gets certificates for boxes; null: it gets none. */
  certificates: CertificateSettings | null;
  /** PEM: by whose other half releases of the box are announced; null: it takes none. */
  releaseKey: string | null;
  /** clamd, which looks at files from customers; null: none does. */
  scanner: ScannerAddress | null;
  logLevel: LogLevel;
  /** Addresses or ranges of reverse proxies whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment once. Throws one error that names every fault. */
export function readConfig(
  environment: Environment = process.env,
  processId = process.pid,
): Readonly<CloudConfig> {
  const faults: string[] = [];
  const pick = <T extends string>(name: string, choices: readonly T[], otherwise: T): T => {
    const value = environment[name] || otherwise;
    const found = choices.find((choice) => choice === value);
    if (found) return found;
    faults.push(`${name} is ${value}, but must be one of ${choices.join(", ")}`);
    return otherwise;
  };
  const config: CloudConfig = {
    host: environment.FOYER_CLOUD_HOST || "127.0.0.1",
    port: readPort(environment, faults),
    listenDescriptor: findListenDescriptor(environment, processId),
    workerHost: environment.FOYER_WORKER_HOST || "127.0.0.1",
    workerPort: readWorkerPort(environment, faults),
    drainSeconds: readDrainSeconds(environment, faults),
    origin: readOrigin(environment, faults),
    dataFolder: resolve(environment.FOYER_DATA_FOLDER || ".foyer/cloud"),
    databaseUrl: readDatabaseUrl(environment, faults),
    role: pick("FOYER_CLOUD_ROLE", ["web", "worker", "all"], "all"),
    selfSignUp: pick("FOYER_SELF_SIGN_UP", ["on", "off"], "off") === "on",
    privateGateways: pick("FOYER_PRIVATE_GATEWAYS", ["on", "off"], "off") === "on",
    mail: readMail(environment, faults),
    certificates: readCertificateSettings(environment, faults),
    releaseKey: readReleaseKey(environment, faults),
    scanner: readScanner(environment, faults),
    logLevel: pick("FOYER_LOG_LEVEL", ["silent", "error", "warn", "info", "debug"], "info"),
    trustedProxies: readProxies(environment, faults),
  };
  if (faults.length > 0) throw new Error(`Foyer cannot start:\n- ${faults.join("\n- ")}`);
  return Object.freeze(config);
}

/** The public half, Ed25519, in a file. */
function readReleaseKey(environment: Environment, faults: string[]): string | null {
  const path = environment.FOYER_RELEASE_KEY_FILE || null;
  if (path === null) return null;
  try {
    const text = readFileSync(path, "utf8");
    // Of a private key Node.js would make the public one: it must not lie with a cloud.
    const isPublic = !text.includes("PRIVATE KEY");
    if (isPublic && createPublicKey(text).asymmetricKeyType === "ed25519") return text;
  } catch {
    // A file that cannot be read holds no key either.
  }
  faults.push(`FOYER_RELEASE_KEY_FILE is ${path}, which must hold a public key (Ed25519, PEM)`);
  return null;
}

const DEFAULT_PORT = 8200;
const DEFAULT_WORKER_PORT = 8201;
/** systemd waits 90 seconds for a process to end unless it is told otherwise. */
const DRAIN_SECONDS_MAX = 60;
const FIRST_DESCRIPTOR = 3;

const readPort = (environment: Environment, faults: string[]): number =>
  readNumber(environment, faults, {
    ...{ name: "FOYER_CLOUD_PORT", fallback: DEFAULT_PORT, max: 65535, what: "a port: 0 to 65535" },
  });

function readWorkerPort(environment: Environment, faults: string[]): number | null {
  const port = readNumber(environment, faults, {
    ...{ name: "FOYER_WORKER_PORT", fallback: DEFAULT_WORKER_PORT, max: 65535 },
    what: "a port: 0, for none, to 65535",
  });
  return port === 0 ? null : port;
}

const readDrainSeconds = (environment: Environment, faults: string[]): number =>
  readNumber(environment, faults, {
    ...{ name: "FOYER_CLOUD_DRAIN_SECONDS", fallback: 0, max: DRAIN_SECONDS_MAX },
    what: `seconds: 0 to ${DRAIN_SECONDS_MAX}`,
  });

function readNumber(
  environment: Environment,
  faults: string[],
  { name, fallback, max, what }: { name: string; fallback: number; max: number; what: string },
): number {
  const text = environment[name] || String(fallback);
  if (/^[0-9]+$/.test(text) && Number(text) <= max) return Number(text);
  faults.push(`${name} is ${text}, but must be ${what}`);
  return fallback;
}

/** What was meant for another process that started this one is not taken. */
function findListenDescriptor(environment: Environment, processId: number): number | null {
  const { LISTEN_FDS: count, LISTEN_PID: forProcess } = environment;
  return count === "1" && forProcess === String(processId) ? FIRST_DESCRIPTOR : null;
}

function readOrigin(environment: Environment, faults: string[]): string | null {
  const text = environment.FOYER_CLOUD_ORIGIN;
  if (!text) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isWeb = url?.protocol === "http:" || url?.protocol === "https:";
  if (url && isWeb && url.pathname === "/" && !url.search) return url.origin;
  faults.push(
    `FOYER_CLOUD_ORIGIN is ${text}, but must be an origin such as https://foyer.example.com`,
  );
  return null;
}

/** The address may hold a password, so it is not repeated. */
function readMail(environment: Environment, faults: string[]): MailConfig | null {
  const { FOYER_MAIL_URL: url, FOYER_MAIL_FROM: from } = environment;
  if (!url && !from) return null;
  const server = url ? readMailServer(url) : null;
  if (!server)
    faults.push("FOYER_MAIL_URL must look like smtps://user:password@mail.example.com:465");
  // RFC 5322 §3.4: an address, or a name and an address in angle brackets.
  const isSender = /^([^<>@\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(from ?? "");
  if (!isSender) faults.push("FOYER_MAIL_FROM must look like Foyer <foyer@example.com>");
  return server && from && isSender ? { server, from } : null;
}

function readScanner(environment: Environment, faults: string[]): ScannerAddress | null {
  const text = environment.FOYER_CLAMD;
  const address = text ? readScannerAddress(text) : null;
  if (text && !address)
    faults.push(
      `FOYER_CLAMD is ${text}, but must look like unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310`,
    );
  return address;
}

function readProxies(environment: Environment, faults: string[]): string[] {
  const proxies = (environment.FOYER_TRUSTED_PROXIES ?? "").split(/[\s,]+/).filter(Boolean);
  for (const proxy of proxies.filter((each) => !isAddressOrRange(each)))
    faults.push(`FOYER_TRUSTED_PROXIES has ${proxy}, but must list addresses or ranges`);
  return proxies;
}

function isAddressOrRange(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const bitsMax = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (bitsMax === -1 || rest.length > 0) return false;
  return bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= bitsMax);
}

function readDatabaseUrl(environment: Environment, faults: string[]): string | null {
  const text = environment.DATABASE_URL;
  if (!text) return null;
  if (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)) return text;
  // The value is not repeated: it may hold a password.
  faults.push("DATABASE_URL must look like postgres://administrator:password@host:5432/foyer");
  return null;
}
