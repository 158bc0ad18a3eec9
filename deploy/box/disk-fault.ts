import type { Word } from "./words.ts";

/**
 * How whoever writes to a disk is told why not: errno(3), the C library's words, SQLite's own, and tar's for
 * a file of which the disk took a part.
 */
const FULL =
  /\b(ENOSPC|EDQUOT|SQLITE_FULL)\b|No space left on device|Disk quota exceeded|Wrote only \d+ of/;
/** SQLITE_READONLY is none of it: SQLite says so of any file that it may not write. */
const READ_ONLY = /\bEROFS\b|Read-only file system/;

/** What a disk refused, by a call of ours or to a program that was run; null: it was no disk. */
export function findDiskFault(error: unknown): Word | null {
  if (!(error instanceof Error)) return null;
  const said = `${(error as { code?: unknown }).code ?? ""} ${error.message}`;
  if (FULL.test(said)) return { kind: "disk-full", said: error.message };
  return READ_ONLY.test(said) ? { kind: "disk-read-only", said: error.message } : null;
}
