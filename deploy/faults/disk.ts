import { spawnSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A small disk of memory, that can be filled and made read-only. */
export type FaultyDisk = {
  fill: () => void;
  makeReadOnly: () => void;
  /** Room again, and writable. */
  mend: () => void;
  close: () => void;
};

const DISK_MEBIBYTES = 64;
const BALLAST = "ballast";
/** Kept free when it is full, as file systems round what they give. */
const ROOM_OCTETS = 8192;

/** Mounts one at a folder; null where this machine lets nobody mount. */
export function mountDisk(folder: string): FaultyDisk | null {
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
    makeReadOnly: () => {
      // Refused while somebody writes: by force, as an SD card that fails does it.
      run("mount", "-o", "remount,ro", folder);
    },
    mend: () => {
      run("mount", "-o", "remount,rw", folder);
      rmSync(ballast, { force: true });
    },
    close: () => {
      run("umount", "-l", folder);
    },
  };
}

function run(command: string, ...commandLine: string[]): boolean {
  return spawnSync(command, commandLine, { stdio: "ignore" }).status === 0;
}
