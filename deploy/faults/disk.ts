import { spawnSync } from "node:child_process";
import { rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
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

const DISK_MEBIBYTES = 64;
const BALLAST = "ballast";
/** What is committed goes into this file, which starts over only once all of it is in the store's own. */
const WRITE_AHEAD_LOG = `${STORE_FILE}-wal`;
/** Kept free when it is full, as file systems round what they give. */
const ROOM_OCTETS = 8192;

/** Null where this machine lets nobody mount. */
export function mountDisk(folder: string): MountedDisk | null {
  const options = `size=${DISK_MEBIBYTES}m,mode=700`;
  if (!run("mount", "-t", "tmpfs", "-o", options, "foyer-faults", folder)) return null;
  const ballast = join(folder, BALLAST);
  return {
    fill: () => {
      const { bavail, bsize } = statfsSync(folder);
      try {
        writeFileSync(ballast, Buffer.alloc(Math.max(0, Number(bavail * bsize) - ROOM_OCTETS)));
      } catch (error) {
        // The box has written meanwhile, and the disk is as full as it gets.
        if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
      }
    },
    empty: () => rmSync(ballast, { force: true }),
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
