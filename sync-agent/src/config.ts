import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type BoxEnrolment, readBoxIdentity } from "@foyer/branch-store";
import { BOX_KEY_FILE, readBoxKey } from "./box-key.ts";

export type Config = Readonly<{
  stateFolder: string;
  identity: BoxEnrolment;
  boxKey: string;
  logLevel: string;
}>;

export type ReadConfig = { kind: "config"; config: Config } | { kind: "faults"; faults: string[] };

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

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
  if (stateFolder === "")
    return { kind: "faults", faults: [...faults, "FOYER_STATE_FOLDER is not set"] };
  const identity = attempt(() => readBoxIdentity(stateFolder));
  const boxKey = attempt(() => readBoxKeyFile(join(stateFolder, BOX_KEY_FILE)));
  if (identity === null || boxKey === null || faults.length > 0) return { kind: "faults", faults };
  return { kind: "config", config: Object.freeze({ stateFolder, identity, boxKey, logLevel }) };
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
