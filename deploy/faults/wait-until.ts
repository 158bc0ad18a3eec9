import { setTimeout as pause } from "node:timers/promises";

export const LOOK_MILLISECONDS = 100;

/** Throws, in a sentence, where it takes longer. */
export async function waitUntil(
  what: string,
  holds: () => boolean,
  milliseconds: number,
): Promise<void> {
  const until = Date.now() + milliseconds;
  while (!holds()) {
    if (Date.now() > until) throw new Error(`waited in vain until ${what}`);
    await pause(LOOK_MILLISECONDS);
  }
}
