import { readFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { join } from "node:path";
import {
  type BoxEnrolment,
  readBoxIdentity,
  readSupervision,
  type Supervision,
} from "@foyer/branch-store";
import { BOX_KEY_FILE, readBoxKey } from "./box-key.ts";

export type Config = Readonly<{
  stateFolder: string;
  identity: BoxEnrolment;
  boxKey: string;
  logLevel: string;
  outboxBytesMax: number;
  /** Null: it tells nobody. */
  statusPort: number | null;
  /** Where guests reach the portal by an IPv4 address of a private network; null: nowhere. */
  portalAddress: string | null;
  /** What root has installed here takes releases from this process. */
  takesReleases: boolean;
  /** Null: nobody watches this process. */
  supervision: Supervision | null;
}>;

export type ReadConfig = { kind: "config"; config: Config } | { kind: "faults"; faults: string[] };

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];
/** About 500,000 events; a thirtieth of an 8 GB card, the smallest that boxes are made with. */
export const OUTBOX_BYTES_MAX = 256 * 1024 * 1024;
const STATUS_PORT = 18121;
/** What one day of a busy branch takes; thinning leaves the newest of it alone. */
const OUTBOX_BYTES_MIN = 16 * 1024 * 1024;

/** Reads the environment and the files of the state folder; all faults are told together. */
export function readConfig(environment = process.env): ReadConfig {
  const faults: string[] = [];
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
      return null;
    }
  };
  const stateFolder = environment.FOYER_STATE_FOLDER ?? "";
  const logLevel = environment.FOYER_LOG_LEVEL ?? "info";
  if (!LOG_LEVELS.includes(logLevel))
    faults.push(`FOYER_LOG_LEVEL is "${logLevel}": choose one of ${LOG_LEVELS.join(", ")}`);
  const outboxBytesMax = Number(environment.FOYER_OUTBOX_BYTES_MAX ?? OUTBOX_BYTES_MAX);
  if (!Number.isSafeInteger(outboxBytesMax) || outboxBytesMax < OUTBOX_BYTES_MIN)
    faults.push(
      `FOYER_OUTBOX_BYTES_MAX is "${environment.FOYER_OUTBOX_BYTES_MAX}": a whole number of bytes, ${OUTBOX_BYTES_MIN} or more`,
    );
  const statusPort = Number(environment.FOYER_SYNC_STATUS_PORT ?? STATUS_PORT);
  if (!Number.isInteger(statusPort) || statusPort < 0 || statusPort > 65_535)
    faults.push(
      `FOYER_SYNC_STATUS_PORT is "${environment.FOYER_SYNC_STATUS_PORT}": a port, or 0 for none`,
    );
  if (stateFolder === "")
    return { kind: "faults", faults: [...faults, "FOYER_STATE_FOLDER is not set"] };
  const identity = attempt(() => readBoxIdentity(stateFolder));
  const boxKey = attempt(() => readBoxKeyFile(join(stateFolder, BOX_KEY_FILE)));
  if (identity === null || boxKey === null || faults.length > 0) return { kind: "faults", faults };
  const config = { stateFolder, identity, boxKey, logLevel, outboxBytesMax };
  const told = {
    statusPort: statusPort === 0 ? null : statusPort,
    portalAddress: findPortalAddress(environment.FOYER_PORTAL_ORIGIN ?? ""),
    takesReleases: environment.FOYER_TAKES_RELEASES === "yes",
    supervision: readSupervision(environment),
  };
  return { kind: "config", config: Object.freeze({ ...config, ...told }) };
}

/** RFC 1918 alone: a public name of the cloud's zone leads nowhere else. */
function findPortalAddress(origin: string): string | null {
  const host = URL.parse(origin)?.hostname ?? "";
  const isPrivate = /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.)/.test(host);
  return isPrivate && isIPv4(host) ? host : null;
}

function readBoxKeyFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(
      `${path} cannot be read: enrol this box with a code from the staff app (node sync-agent/src/enrol-main.ts)`,
      { cause },
    );
  }
  // The message must not quote the key.
  if (!readBoxKey(text)) throw new Error(`${path} does not hold a box key`);
  return text;
}

export type ReadEnrolConfig =
  | { kind: "config"; config: Readonly<{ stateFolder: string; cloudUrl: string }> }
  | { kind: "faults"; faults: string[] };

/** What enrolling needs: a folder, and the cloud's address as the one argument. */
export function readEnrolConfig(
  environment = process.env,
  commandLine = process.argv.slice(2),
): ReadEnrolConfig {
  const stateFolder = environment.FOYER_STATE_FOLDER ?? "";
  const [cloudUrl = "", ...more] = commandLine;
  const faults: string[] = [];
  if (stateFolder === "") faults.push("FOYER_STATE_FOLDER is not set");
  if (cloudUrl === "" || more.length > 0)
    faults.push("give the cloud's address, and it alone: enrol-main.ts https://cloud.example");
  if (faults.length > 0) return { kind: "faults", faults };
  return { kind: "config", config: Object.freeze({ stateFolder, cloudUrl }) };
}

export type ReadSetupConfig =
  | {
      kind: "config";
      config: Readonly<{ stateFolder: string; host: string; port: number; cloudUrl: string }>;
    }
  | { kind: "faults"; faults: string[] };

/** Where guests' pages are served once the box is one: so IT finds it where it will be. */
const SETUP_PORT = 8080;

/** What the set-up page of the first boot needs. */
export function readSetupConfig(environment = process.env): ReadSetupConfig {
  const stateFolder = environment.FOYER_STATE_FOLDER ?? "";
  const asked = environment.FOYER_SETUP_PORT ?? environment.FOYER_PORTAL_PORT;
  const port = Number(asked ?? SETUP_PORT);
  const faults: string[] = [];
  if (stateFolder === "") faults.push("FOYER_STATE_FOLDER is not set");
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    faults.push(`FOYER_SETUP_PORT (or FOYER_PORTAL_PORT) is "${asked}": a port`);
  if (faults.length > 0) return { kind: "faults", faults };
  const host = environment.FOYER_SETUP_HOST ?? environment.FOYER_PORTAL_HOST ?? "0.0.0.0";
  const cloudUrl = environment.FOYER_CLOUD_URL ?? "";
  return { kind: "config", config: Object.freeze({ stateFolder, host, port, cloudUrl }) };
}
