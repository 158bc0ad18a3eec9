import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import {
  FETCHED_FILE,
  ORDER_FILE,
  OUTCOME_FILE,
  type ReleaseAnnouncement,
  readAnnouncement,
  UPGRADE_FOLDER,
  type UpgradeOutcome,
} from "@foyer/contract";

const ORDER_BYTES_MAX = 4096;
const CHUNK_BYTES = 1024 * 1024;

/** What the box's own user asks of root: a release, and the open file that is said to be it. */
export type Order = { announcement: ReleaseAnnouncement; descriptor: number };

/**
 * Takes what was asked for, so that it is asked once. To be called with the rights of the box's user:
 * whatever lies or leads elsewhere in that folder is then no more than that user's. Null: nothing that
 * can be read.
 */
export function takeOrder(state: string): Order | null {
  const folder = join(state, UPGRADE_FOLDER);
  const text = readOrder(join(folder, ORDER_FILE));
  rmSync(join(folder, ORDER_FILE), { force: true });
  const announcement = text === null ? null : parse(text);
  const descriptor = announcement === null ? null : openFile(join(folder, FETCHED_FILE));
  rmSync(join(folder, FETCHED_FILE), { force: true });
  return announcement === null || descriptor === null ? null : { announcement, descriptor };
}

/** A pipe would have root wait for whoever writes into it. */
function openFile(path: string): number | null {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let descriptor: number;
  try {
    descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch {
    return null;
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  return null;
}

function readOrder(path: string): string | null {
  const descriptor = openFile(path);
  if (descriptor === null) return null;
  try {
    const bytes = Buffer.alloc(ORDER_BYTES_MAX);
    return bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, ORDER_BYTES_MAX, 0));
  } finally {
    closeSync(descriptor);
  }
}

function parse(text: string): ReleaseAnnouncement | null {
  try {
    return readAnnouncement(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Copies what was asked for to where root alone writes, and no more of it than was announced. False: the
 * copy is not what was announced; what is in the file that it came from no longer matters.
 */
export function copyOrdered({ announcement, descriptor }: Order, to: string): boolean {
  const hash = createHash("sha256");
  const copy = openSync(to, "wx", 0o600);
  let bytes = 0;
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (;;) {
      const read = readSync(descriptor, chunk, 0, CHUNK_BYTES, null);
      bytes += read;
      if (read === 0 || bytes > announcement.bytes) break;
      hash.update(chunk.subarray(0, read));
      for (let written = 0; written < read; )
        written += writeSync(copy, chunk, written, read - written);
    }
    fsyncSync(copy);
  } finally {
    closeSync(copy);
  }
  return bytes === announcement.bytes && hash.digest("hex") === announcement.sha256;
}

/** Says what became of it, with the rights of the box's user as well. */
export function tellOutcome(state: string, outcome: UpgradeOutcome): void {
  const path = join(state, UPGRADE_FOLDER, OUTCOME_FILE);
  const next = `${path}.next`;
  rmSync(next, { force: true });
  writeFileSync(next, JSON.stringify(outcome), { flag: "wx", mode: 0o600, flush: true });
  // The agent reads all of it or nothing.
  renameSync(next, path);
}
