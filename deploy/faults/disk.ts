import { spawnSync } from "node:child_process";
import { statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { STORE_FILE } from "@foyer/branch-store";

/** The box's disk, that can be filled and made read-only. */
export type FaultyDisk = {
  fill: () => void;
  makeReadOnly: () => void;
  /** Room again, and writable. */
  mend: () => void;
};

/** A disk of memory at a folder. */
export type MountedDisk = {
  fill: () => void;
  /** Room again. */
  empty: () => void;
  close: () => void;
};

/** More than the longest run writes: only a strike is to fill it. It takes no more memory than it holds. */
const DISK_OCTETS = 512 * 1024 * 1024;
/** The box may write while it is made as small as what it holds. */
const FILLS_MAX = 20;
/** What is committed goes into this file, which starts over only once all of it is in the store's own. */
const WRITE_AHEAD_LOG = `${STORE_FILE}-wal`;
/** Kept free when it is full, as file systems round what they give. */
const ROOM_OCTETS = 8192;

/** Null where this machine lets nobody mount. */
export function mountDisk(folder: string): MountedDisk | null {
  const options = `size=${DISK_OCTETS},mode=700`;
  if (!run("mount", "-t", "tmpfs", "-o", options, "foyer-faults", folder)) return null;
  const resize = (octets: number) => run("mount", "-o", `remount,size=${octets}`, folder);
  return {
    fill: () => {
      for (let fills = 0; fills < FILLS_MAX; fills += 1) {
        const { blocks, bfree, bsize } = statfsSync(folder);
        // Refused where it would be smaller than what lies on it.
        if (resize((blocks - bfree) * bsize + ROOM_OCTETS)) return;
      }
      throw new Error("the disk could not be made full");
    },
    empty: () => {
      if (!resize(DISK_OCTETS)) throw new Error("the disk could not be given its room back");
    },
    close: () => {
      run("umount", "-l", folder);
    },
  };
}

/**
 * What the kernel lets some processes write, it can be told to end: no further into any file than so many
 * octets (setrlimit(2), RLIMIT_FSIZE). So a disk becomes read-only under files that are open, which no
 * remount is let do, and is full where nobody may mount one. Null where there is no prlimit(1).
 */
export function openFaultyDisk(
  folder: string,
  { mounted, listPids }: { mounted: MountedDisk | null; listPids: () => number[] },
): FaultyDisk | null {
  if (!run("prlimit", "--fsize", "--pid", String(process.pid))) return null;
  const limit = (octets: number | "unlimited") => {
    for (const pid of listPids())
      if (!run("prlimit", "--pid", String(pid), `--fsize=${octets}:`))
        throw new Error(`process ${pid} could not be limited to ${octets} octets a file`);
  };
  const limitToNow = () => {
    const log = statSync(join(folder, WRITE_AHEAD_LOG), { throwIfNoEntry: false });
    limit((log?.size ?? 0) + ROOM_OCTETS);
  };
  return {
    fill: () => {
      emptyLog(folder);
      (mounted?.fill ?? limitToNow)();
    },
    makeReadOnly: () => limit(0),
    mend: () => {
      limit("unlimited");
      mounted?.empty();
    },
  };
}

/** A store that has room in its own files needs none of the disk's for a long while. */
function emptyLog(folder: string): void {
  const store = new DatabaseSync(join(folder, STORE_FILE));
  try {
    store.exec("pragma busy_timeout = 5000; pragma wal_checkpoint(truncate)");
  } finally {
    store.close();
  }
}

function run(command: string, ...commandLine: string[]): boolean {
  return spawnSync(command, commandLine, { stdio: "ignore" }).status === 0;
}
