import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type BoxEnrolment, readBoxIdentity } from "@foyer/branch-store";

export type Config = Readonly<{
  stateFolder: string;
  identity: BoxEnrolment;
  boxKey: string;
  logLevel: string;
  outboxBytesMax: number;
  /** Null: it tells nobody. */
  statusPort: number | null;
}>;

export type ReadConfig = { kind: "config"; config: Config } | { kind: "faults"; faults: string[] };

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];
/** About 500,000 events; a thirtieth of an 8 GB card, the smallest that boxes are made with. */
export const OUTBOX_BYTES_MAX = 256 * 1024 * 1024;
const STATUS_PORT = 18121;
/** What one day of a busy branch takes; thinning leaves the newest of it alone. */
const OUTBOX_BYTES_MIN = 16 * 1024 * 1024;
/** The key travels in a header: printable, without spaces. */
const BOX_KEY = /^[\x21-\x7e]{20,200}$/;

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
  const boxKey = attempt(() => readBoxKey(join(stateFolder, "box-key")));
  if (identity === null || boxKey === null || faults.length > 0) return { kind: "faults", faults };
  const config = { stateFolder, identity, boxKey, logLevel, outboxBytesMax };
  const told = { statusPort: statusPort === 0 ? null : statusPort };
  return { kind: "config", config: Object.freeze({ ...config, ...told }) };
}

function readBoxKey(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new Error(
      `${path} cannot be read: the staff app shows it once, where the box is added to its branch`,
      { cause },
    );
  }
  // The message must not quote the key.
  if (!BOX_KEY.test(text)) throw new Error(`${path} does not hold a box key`);
  return text;
}
