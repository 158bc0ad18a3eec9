import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Long enough to see that the wrong back-up was taken, and no longer: there are guests in it. */
export const SET_ASIDE_DAYS = 14;
/** `foyer backup` takes minutes: what is older was left by a power cut, with an open key in it. */
const HALF_DONE_MS = DAY_MS;

const SET_ASIDE = /^before-restore-(\d{4}-\d{2}-\d{2})T/;
const HALF_DONE = /^\.(backup|restore)-/;

/**
 * Lets go of what a restoring has moved aside, which no erasure and no purge reaches, and of what one that
 * was cut short has left. Answers their names.
 */
export function removeSetAside({ folder, now }: { folder: string; now: Date }): string[] {
  const isOver = (name: string) => {
    const day = SET_ASIDE.exec(name)?.[1];
    if (day !== undefined) return now.getTime() - Date.parse(day) > SET_ASIDE_DAYS * DAY_MS;
    return HALF_DONE.test(name) && now.getTime() - changedAt(join(folder, name)) > HALF_DONE_MS;
  };
  const gone = readdirSync(folder).filter(isOver);
  for (const name of gone) rmSync(join(folder, name), { recursive: true, force: true });
  return gone;
}

/** One that ends in this very moment is of now. */
const changedAt = (path: string): number =>
  lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
