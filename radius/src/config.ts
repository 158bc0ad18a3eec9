import { isIP } from "node:net";
import { readBoxIdentity } from "@foyer/branch-store";
import type { CertificateFiles } from "./eap/certificate.ts";

export type Config = Readonly<{
  stateFolder: string;
  host: string;
  authPort: number;
  acctPort: number;
  logLevel: string;
  /** Null: the box makes its own. */
  certificate: CertificateFiles | null;
}>;

export type ReadConfig = { kind: "config"; config: Config } | { kind: "faults"; faults: string[] };

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"];
/** RFC 2865 §3 and RFC 2866 §3. */
const AUTH_PORT = "1812";
const ACCT_PORT = "1813";

/** Reads the environment and box.json; all faults are told together. */
export function readConfig(environment = process.env): ReadConfig {
  const faults: string[] = [];
  const port = (name: string, fallback: string): number => {
    const text = environment[name] ?? fallback;
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
    faults.push(`${name} is "${text}": give a port number from 0 to 65535`);
    return 0;
  };
  const stateFolder = environment.FOYER_STATE_FOLDER ?? "";
  const identityFault = findIdentityFault(stateFolder);
  if (identityFault) faults.push(identityFault);
  const host = environment.FOYER_RADIUS_HOST ?? "0.0.0.0";
  if (isIP(host) === 0)
    faults.push(`FOYER_RADIUS_HOST is "${host}": give an IPv4 or IPv6 address of this machine`);
  const logLevel = environment.FOYER_LOG_LEVEL ?? "info";
  if (!LOG_LEVELS.includes(logLevel))
    faults.push(`FOYER_LOG_LEVEL is "${logLevel}": choose one of ${LOG_LEVELS.join(", ")}`);
  const authPort = port("FOYER_RADIUS_AUTH_PORT", AUTH_PORT);
  const acctPort = port("FOYER_RADIUS_ACCT_PORT", ACCT_PORT);
  if (authPort !== 0 && authPort === acctPort)
    faults.push("FOYER_RADIUS_AUTH_PORT and FOYER_RADIUS_ACCT_PORT are the same port");
  const { FOYER_RADIUS_CERTIFICATE: certificateFile, FOYER_RADIUS_CERTIFICATE_KEY: keyFile } =
    environment;
  const certificate = certificateFile && keyFile ? { certificateFile, keyFile } : null;
  if (!certificate && (certificateFile || keyFile))
    faults.push("FOYER_RADIUS_CERTIFICATE and FOYER_RADIUS_CERTIFICATE_KEY go together: set both");
  if (faults.length > 0) return { kind: "faults", faults };
  const config = Object.freeze({ stateFolder, host, authPort, acctPort, logLevel, certificate });
  return { kind: "config", config };
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
