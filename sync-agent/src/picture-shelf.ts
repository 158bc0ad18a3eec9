import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { hashPicture } from "@foyer/contract";

/** Pictures of settings that are on their way: what came of one before the uplink was cut stays. */
export type PictureShelf = {
  /** Null: not here, or not whole. */
  find: (hash: string) => string | null;
  /** How much of it is here already. */
  countBytes: (hash: string) => number;
  append: (hash: string, bytes: Buffer) => void;
  /** Forgets what came of it. */
  drop: (hash: string) => void;
  /** False where what came is not that picture: it is gone then. */
  finish: (hash: string) => boolean;
  /** The settings hold theirs by themselves once they are in force. */
  clear: () => void;
};

export function openPictureShelf(stateFolder: string): PictureShelf {
  const folder = join(stateFolder, "pictures");
  const pathOf = (hash: string) => join(folder, hash);
  const partOf = (hash: string) => join(folder, `${hash}.part`);
  const read = (path: string): Buffer | null =>
    statSync(path, { throwIfNoEntry: false }) ? readFileSync(path) : null;
  return {
    find(hash) {
      const bytes = read(pathOf(hash));
      return bytes && hashPicture(bytes) === hash ? bytes.toString("utf8") : null;
    },
    countBytes: (hash) => statSync(partOf(hash), { throwIfNoEntry: false })?.size ?? 0,
    append(hash, bytes) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      appendFileSync(partOf(hash), bytes, { mode: 0o600 });
    },
    drop: (hash) => rmSync(partOf(hash), { force: true }),
    finish(hash) {
      const bytes = read(partOf(hash));
      const isWhole = bytes !== null && hashPicture(bytes) === hash;
      if (isWhole) renameSync(partOf(hash), pathOf(hash));
      else rmSync(partOf(hash), { force: true });
      return isWhole;
    },
    clear: () => rmSync(folder, { recursive: true, force: true }),
  };
}
