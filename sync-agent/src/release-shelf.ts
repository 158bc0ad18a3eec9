import { createHash } from "node:crypto";
import {
  appendFileSync,
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import {
  FETCHED_FILE,
  ORDER_FILE,
  OUTCOME_FILE,
  type ReleaseAnnouncement,
  readUpgradeOutcome,
  UPGRADE_FOLDER,
  type UpgradeOutcome,
} from "@foyer/contract";
import { writeDurably } from "./box-key.ts";

/** What is being told: it outlives this process. */
const TAKEN_FILE = `${OUTCOME_FILE}.taken`;

/** A release that is on its way: what came of it before the uplink was cut stays. */
export type ReleaseShelf = {
  /**
   * What became of the last one that root was asked for; null: nothing that was not told. It is laid aside,
   * so that what root says while it is being told stays.
   */
  takeOutcome: () => UpgradeOutcome | null;
  /** Whether root has said something that was not taken yet. */
  hasOutcome: () => boolean;
  /** What was taken was told. */
  dropTaken: () => void;
  /** Root has been asked, and has not come yet. */
  isOrdered: () => boolean;
  /** How much of it is here already. */
  countBytes: (sha256: string) => number;
  freeBytes: () => number;
  append: (sha256: string, bytes: Buffer) => void;
  /** Forgets what came of it. */
  drop: (sha256: string) => void;
  /** False where what came is not what was announced: it is gone then. */
  isWhole: (announcement: ReleaseAnnouncement) => Promise<boolean>;
  /** Asks root for it. */
  order: (announcement: ReleaseAnnouncement) => void;
  /** Takes away what was fetched of any. */
  clear: () => void;
};

export function openReleaseShelf(stateFolder: string): ReleaseShelf {
  const folder = join(stateFolder, UPGRADE_FOLDER);
  const fetched = join(folder, FETCHED_FILE);
  const orderFile = join(folder, ORDER_FILE);
  const outcomeFile = join(folder, OUTCOME_FILE);
  const takenFile = join(folder, TAKEN_FILE);
  // Beside what root is asked for: one that is offered later may come meanwhile.
  const partOf = (sha256: string) => join(folder, `${sha256}.part`);
  const countBytes = (sha256: string) =>
    statSync(partOf(sha256), { throwIfNoEntry: false })?.size ?? 0;
  const drop = (sha256: string) => rmSync(partOf(sha256), { force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    ...{ countBytes, drop },
    takeOutcome() {
      if (!existsSync(takenFile) && existsSync(outcomeFile)) renameSync(outcomeFile, takenFile);
      return existsSync(takenFile) ? readOutcome(takenFile) : null;
    },
    hasOutcome: () => existsSync(outcomeFile),
    dropTaken: () => rmSync(takenFile, { force: true }),
    isOrdered: () => existsSync(orderFile),
    freeBytes() {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    },
    append: (sha256, bytes) => appendFileSync(partOf(sha256), bytes, { mode: 0o600 }),
    async isWhole({ sha256, bytes }) {
      const isSame = countBytes(sha256) === bytes && (await hashFile(partOf(sha256))) === sha256;
      if (!isSame) drop(sha256);
      return isSame;
    },
    order(announcement) {
      syncFile(partOf(announcement.sha256));
      renameSync(partOf(announcement.sha256), fetched);
      writeDurably(orderFile, JSON.stringify(announcement));
    },
    clear() {
      const kept = [ORDER_FILE, OUTCOME_FILE, TAKEN_FILE];
      for (const name of readdirSync(folder))
        if (!kept.includes(name)) rmSync(join(folder, name), { force: true });
    },
  };
}

/** Null for a file that says nothing. */
function readOutcome(path: string): UpgradeOutcome | null {
  try {
    return readUpgradeOutcome(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

function syncFile(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
