import { randomBytes, randomUUIDv7 } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BoxEnrolment } from "@foyer/branch-store";
import { enrolFolder, readBoxKey } from "@foyer/sync-agent";
import type { DemoIds } from "./branch.ts";
import { INVENTED_GUESTS } from "./guests.ts";
import { makeRandomMac } from "./stations.ts";

/** Which box of the cloud the demonstration's is, and where it finds the cloud. */
export type Enrolment = BoxEnrolment;

/** What the demonstration keeps between its starts. */
export type DemoState = {
  ids: DemoIds;
  /** Generated at the first start; what a person would type into the access controller. */
  secrets: { radius: string; uam: string };
  enrolment: Enrolment | null;
  /** The invented guests' telephones, by name: they come back with the same ones. */
  telephones: Record<string, string>;
};

const STATE_FILE = "demo.json";
export const BOX_FOLDER = "box";
export const CLOUD_FOLDER = "cloud";
export const LOG_FOLDER = "logs";

/** Reads what was kept, or makes it. Throws when the file is there and cannot be read. */
export function readState(dataFolder: string): DemoState {
  const path = join(dataFolder, STATE_FILE);
  const secret = () => randomBytes(18).toString("base64url");
  const fresh: DemoState = {
    ids: { nas: randomUUIDv7(), policy: randomUUIDv7() },
    secrets: { radius: secret(), uam: secret() },
    enrolment: null,
    telephones: Object.fromEntries(INVENTED_GUESTS.map(({ name }) => [name, makeRandomMac()])),
  };
  // What a release before this one did not keep yet is made now.
  return existsSync(path) ? { ...fresh, ...JSON.parse(readFileSync(path, "utf8")) } : fresh;
}

/** Keeps the state and, beside the box's key, the file by which the box knows itself. */
export function keepState(dataFolder: string, state: DemoState): void {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  replaceFile(join(dataFolder, STATE_FILE), JSON.stringify(state, null, 2));
  if (!state.enrolment) return;
  const boxFolder = join(dataFolder, BOX_FOLDER);
  mkdirSync(boxFolder, { recursive: true, mode: 0o700 });
  replaceFile(join(boxFolder, "box.json"), JSON.stringify(state.enrolment, null, 2));
}

/** Whether the box has a key that it made itself. */
export function hasBoxKey(dataFolder: string): boolean {
  const path = join(dataFolder, BOX_FOLDER, "box-key");
  return existsSync(path) && readBoxKey(readFileSync(path, "utf8")) !== null;
}

/** Makes the box the one that the cloud gave a code for, as venue IT does once. */
export async function enrolDemoBox(
  dataFolder: string,
  offer: { cloudUrl: string; code: string },
): Promise<void> {
  const folder = join(dataFolder, BOX_FOLDER);
  // A box of an earlier start whose key is of no use any more.
  rmSync(join(folder, "box.json"), { force: true });
  const enrolled = await enrolFolder(folder, offer);
  if (enrolled.kind === "refused") throw new Error(`The box was not enrolled: ${enrolled.reason}`);
}

/** A reader sees the old file or the new one, never a half. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
