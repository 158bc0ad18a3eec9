import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** How often files that may be renewed are looked at. */
const LOOK_SECONDS = 30;

export type RenewedFiles = {
  /** Calls `take` whenever they have changed since, and have not changed again between two looks. */
  follow: (take: () => void) => void;
  stop: () => void;
};

/**
 * Files that are renewed while this process runs, as certificates are: by their contents, since they may
 * be replaced, linked anew or written over. Of a certificate and its key one is written before the
 * other; what is taken has stood still. Call it before they are read: a change in between is seen.
 */
export function noteFiles(files: readonly string[], lookSeconds = LOOK_SECONDS): RenewedFiles {
  let taken = files.map(readMark);
  let seen = taken;
  let timer: NodeJS.Timeout | null = null;
  const look = async (take: () => void) => {
    const marks = await Promise.all(files.map(findMark));
    const isStill = areEqual(marks, seen);
    seen = marks;
    if (timer === null || !isStill || areEqual(marks, taken)) return;
    taken = marks;
    take();
  };
  return {
    follow: (take) => {
      timer = setInterval(look, lookSeconds * 1000, take);
      timer.unref();
    },
    stop: () => {
      if (timer) clearInterval(timer);
      timer = null;
    },
  };
}

const markOf = (octets: Buffer) => createHash("sha256").update(octets).digest("hex");
/** A file that cannot be read differs from one that can, and is told of by who takes it. */
const markOfFault = (error: unknown) => String((error as { code?: unknown }).code);

function readMark(file: string): string {
  try {
    return markOf(readFileSync(file));
  } catch (error) {
    return markOfFault(error);
  }
}

const findMark = (file: string): Promise<string> => readFile(file).then(markOf, markOfFault);

const areEqual = (one: readonly string[], other: readonly string[]) =>
  one.every((mark, index) => mark === other[index]);
