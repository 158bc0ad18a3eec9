import { isIP } from "node:net";
import { readBoxIdentity, readSupervision, type Supervision } from "@foyer/branch-store";
import type { CertificateFiles } from "./eap/certificate.ts";
import type { RadsecSettings } from "./server/ports.ts";
import { REJECT_DELAY_MILLISECONDS } from "./server/reject-delay.ts";
import type { Language } from "./server/words.ts";

export type Config = Readonly<{
  stateFolder: string;
  host: string;
  authPort: number;
  acctPort: number;
  logLevel: string;
  rejectDelayMilliseconds: number;
  /** Null: RadSec is not offered. */
  radsec: RadsecSettings | null;
  /** Null: the box makes its own. */
  certificate: CertificateFiles | null;
  /** Of 127.0.0.1, for /health and /metrics; null: neither is told. */
  statusPort: number | null;
  /** Null: nobody watches this process. */
  supervision: Supervision | null;
}>;

export type ReadConfig = { kind: "config"; config: Config } | { kind: "faults"; faults: string[] };

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"];
/** RFC 2865 §3 and RFC 2866 §3. */
const AUTH_PORT = "1812";
const ACCT_PORT = "1813";
/** TCP, on the box's own 127.0.0.1 alone. */
const STATUS_PORT = "18120";
/** A NAS that waits longer for an answer is rare. */
const REJECT_DELAY_MILLISECONDS_MAX = 5000;

/** Reads the environment and box.json; all faults are told together. */
export function readConfig(environment = process.env): ReadConfig {
  const faults: string[] = [];
  const port = readPorts(environment, faults);
  const stateFolder = environment.FOYER_STATE_FOLDER ?? "";
  const identityFault = findIdentityFault(stateFolder);
  if (identityFault) faults.push(identityFault);
  const host = environment.FOYER_RADIUS_HOST ?? "0.0.0.0";
  if (isIP(host) === 0)
    faults.push(`FOYER_RADIUS_HOST is "${host}": give an IPv4 or IPv6 address of this machine`);
  const logLevel = environment.FOYER_LOG_LEVEL ?? "info";
  if (!LOG_LEVELS.includes(logLevel))
    faults.push(`FOYER_LOG_LEVEL is "${logLevel}": choose one of ${LOG_LEVELS.join(", ")}`);
  const rejectDelayMilliseconds = readRejectDelay(environment, faults);
  const authPort = port("FOYER_RADIUS_AUTH_PORT", AUTH_PORT);
  const acctPort = port("FOYER_RADIUS_ACCT_PORT", ACCT_PORT);
  if (authPort !== 0 && authPort === acctPort)
    faults.push("FOYER_RADIUS_AUTH_PORT and FOYER_RADIUS_ACCT_PORT are the same port");
  const { FOYER_RADIUS_CERTIFICATE: certificateFile, FOYER_RADIUS_CERTIFICATE_KEY: keyFile } =
    environment;
  const certificate = certificateFile && keyFile ? { certificateFile, keyFile } : null;
  if (!certificate && (certificateFile || keyFile))
    faults.push("FOYER_RADIUS_CERTIFICATE and FOYER_RADIUS_CERTIFICATE_KEY go together: set both");
  const radsec = readRadsec(environment, { faults, port });
  const statusPort = port("FOYER_RADIUS_STATUS_PORT", STATUS_PORT) || null;
  if (faults.length > 0) return { kind: "faults", faults };
  const config = Object.freeze({
    ...{ stateFolder, host, authPort, acctPort, logLevel, rejectDelayMilliseconds, certificate },
    ...{ radsec, statusPort, supervision: readSupervision(environment) },
  });
  return { kind: "config", config };
}

type ReadPort = (name: string, fallback: string) => number;

function readPorts(environment: NodeJS.ProcessEnv, faults: string[]): ReadPort {
  return (name, fallback) => {
    const text = environment[name] ?? fallback;
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
    faults.push(`${name} is "${text}": give a port number from 0 to 65535`);
    return 0;
  };
}

/** What `test-nas.ts` needs of it, and the terminal's language. */
export type ReportConfig = Readonly<{
  stateFolder: string;
  statusPort: number | null;
  language: Language;
}>;

export function readReportConfig(
  environment = process.env,
): { kind: "config"; config: ReportConfig } | { kind: "faults"; faults: string[] } {
  const faults: string[] = [];
  const stateFolder = environment.FOYER_STATE_FOLDER ?? "";
  const identityFault = findIdentityFault(stateFolder);
  if (identityFault) faults.push(identityFault);
  const statusPort =
    readPorts(environment, faults)("FOYER_RADIUS_STATUS_PORT", STATUS_PORT) || null;
  if (faults.length > 0) return { kind: "faults", faults };
  // POSIX: the first that is set and not empty counts.
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  const language = /^vi\b|^vi_/.test(LC_ALL || LC_MESSAGES || LANG || "") ? "vi" : "en";
  return { kind: "config", config: Object.freeze({ stateFolder, statusPort, language }) };
}

function findIdentityFault(stateFolder: string): string | null {
  if (stateFolder === "") return "FOYER_STATE_FOLDER is not set";
  try {
    readBoxIdentity(stateFolder);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function readRejectDelay(environment: NodeJS.ProcessEnv, faults: string[]): number {
  const text = environment.FOYER_RADIUS_REJECT_DELAY_MILLISECONDS;
  if (text === undefined) return REJECT_DELAY_MILLISECONDS;
  if (/^\d{1,4}$/.test(text) && Number(text) <= REJECT_DELAY_MILLISECONDS_MAX) return Number(text);
  faults.push(
    `FOYER_RADIUS_REJECT_DELAY_MILLISECONDS is "${text}": give milliseconds from 0 to ${REJECT_DELAY_MILLISECONDS_MAX}`,
  );
  return REJECT_DELAY_MILLISECONDS;
}

const RADSEC_FILES = ["_CERTIFICATE", "_KEY", "_CA"].map((end) => `FOYER_RADIUS_RADSEC${end}`);

/** RadSec is off until its port is set, and then needs all of its files. */
function readRadsec(
  environment: NodeJS.ProcessEnv,
  { faults, port }: { faults: string[]; port: ReadPort },
): RadsecSettings | null {
  const [certificateFile, keyFile, authorityFile] = RADSEC_FILES.map((name) => environment[name]);
  const isOff = environment.FOYER_RADIUS_RADSEC_PORT === undefined;
  if (isOff && !certificateFile && !keyFile && !authorityFile) return null;
  if (isOff) {
    faults.push("FOYER_RADIUS_RADSEC_PORT is not set though its files are: 2083 is the usual one");
    return null;
  }
  const portNumber = port("FOYER_RADIUS_RADSEC_PORT", "");
  if (certificateFile && keyFile && authorityFile)
    return { portNumber, certificateFile, keyFile, authorityFile };
  const missing = RADSEC_FILES.filter((name) => !environment[name]);
  faults.push(`${missing.join(" and ")} is not set: RadSec needs certificate, key and CA files`);
  return null;
}
