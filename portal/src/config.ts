import { join, resolve } from "node:path";
import {
  BOX_CERTIFICATE_FILE,
  readBoxIdentity,
  readSupervision,
  type Supervision,
} from "@foyer/branch-store";
import type { SigningFiles } from "./member/sign-profile.ts";
import type { TlsOptions } from "./tls.ts";

export type PortalConfig = {
  stateFolder: string;
  host: string;
  port: number;
  /** What guests' browsers call the portal, without a slash at the end. */
  origin: string;
  logLevel: LogLevel;
  /** With what devices' profiles are signed; null: they are not. */
  profileSigning: SigningFiles | null;
  /** The certificate that venue IT gave radius; null: radius has made its own. */
  radiusCertificateFile: string | null;
  /** Where it serves https beside http; null: nowhere. */
  tls: TlsOptions | null;
  /** Null: nobody watches this process. */
  supervision: Supervision | null;
};

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type ReadConfig =
  | { kind: "config"; config: PortalConfig }
  | { kind: "invalid"; faults: string[] };

/** Reads the environment once, and box.json; all that is wrong is told together. */
export function readConfig(
  environment: Record<string, string | undefined> = process.env,
): ReadConfig {
  const faults: string[] = [];
  const stateFolder = environment.FOYER_STATE_FOLDER ?? "";
  const identityFault = findIdentityFault(stateFolder);
  if (identityFault) faults.push(identityFault);
  const host = environment.FOYER_PORTAL_HOST ?? "0.0.0.0";
  const port = Number(environment.FOYER_PORTAL_PORT ?? "8080");
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    faults.push(
      `FOYER_PORTAL_PORT is "${environment.FOYER_PORTAL_PORT}": give a port number from 0 to 65535`,
    );
  const origin = environment.FOYER_PORTAL_ORIGIN ?? "";
  if (!isOrigin(origin)) {
    const fault = origin === "" ? "not set" : `"${origin}"`;
    faults.push(`FOYER_PORTAL_ORIGIN is ${fault}: ${ORIGIN_WANTED}`);
  }
  const logLevel = LOG_LEVELS.find((each) => each === (environment.FOYER_LOG_LEVEL ?? "info"));
  if (!logLevel)
    faults.push(
      `FOYER_LOG_LEVEL is "${environment.FOYER_LOG_LEVEL}": choose one of ${LOG_LEVELS.join(", ")}`,
    );
  const profileSigning = readSigning(environment, faults);
  const tls = readTls(environment, faults, resolve(stateFolder));
  if (faults.length > 0 || !logLevel) return { kind: "invalid", faults };
  const config = {
    ...{ stateFolder: resolve(stateFolder), host, port, origin, logLevel, profileSigning },
    radiusCertificateFile: environment.FOYER_RADIUS_CERTIFICATE || null,
    tls,
    supervision: readSupervision(environment),
  };
  return { kind: "config", config: Object.freeze(config) };
}

const ORIGIN_WANTED =
  "give what guests' browsers call the portal, without a path or a slash at its end, such as http://10.1.0.2:8080";

function readSigning(
  environment: Record<string, string | undefined>,
  faults: string[],
): SigningFiles | null {
  const certificateFile = environment.FOYER_PORTAL_PROFILE_CERTIFICATE;
  const keyFile = environment.FOYER_PORTAL_PROFILE_KEY;
  if (certificateFile && keyFile) return { certificateFile, keyFile };
  if (certificateFile || keyFile)
    faults.push(
      "FOYER_PORTAL_PROFILE_CERTIFICATE and FOYER_PORTAL_PROFILE_KEY go together: set both",
    );
  return null;
}

function readTls(
  environment: Record<string, string | undefined>,
  faults: string[],
  stateFolder: string,
): TlsOptions | null {
  const {
    FOYER_PORTAL_TLS_PORT: port,
    FOYER_PORTAL_TLS_CERTIFICATE: certificateFile,
    FOYER_PORTAL_TLS_KEY: keyFile,
  } = environment;
  if (!port && !certificateFile && !keyFile) return null;
  const isPort = /^\d{1,5}$/.test(port ?? "") && Number(port) > 0 && Number(port) <= 65535;
  if (isPort && certificateFile && keyFile)
    return { port: Number(port), certificateFile, keyFile, isOwn: false };
  const own = join(stateFolder, BOX_CERTIFICATE_FILE);
  if (isPort && !certificateFile && !keyFile)
    return { port: Number(port), certificateFile: own, keyFile: own, isOwn: true };
  faults.push(
    "FOYER_PORTAL_TLS_PORT, FOYER_PORTAL_TLS_CERTIFICATE and FOYER_PORTAL_TLS_KEY go together: set the port, from 1 to 65535, alone for the certificate that the cloud gets the box, or all three",
  );
  return null;
}

function findIdentityFault(stateFolder: string): string | null {
  if (stateFolder === "") return "FOYER_STATE_FOLDER is not set: the box's state folder";
  try {
    readBoxIdentity(stateFolder);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}
