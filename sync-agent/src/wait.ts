import { setTimeout as sleep } from "node:timers/promises";
import type { BranchStore } from "@foyer/branch-store";

/** How soon a row written by another process is noticed. Asking costs a few microseconds. */
export const WAKE_POLL_MILLISECONDS = 50;

/** Waits, or returns early when the agent closes. */
export async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds <= 0 || signal.aborted) return;
  await sleep(milliseconds, undefined, { signal }).catch(() => {
    // Only the signal can break the sleep: closing is not a fault.
  });
}

/** Waits until somebody has committed to the store since `seen`, the time is over, or the end. */
export async function waitForChange(options: {
  store: BranchStore;
  seen: number;
  atMostMilliseconds: number;
  signal: AbortSignal;
}): Promise<void> {
  const polls = Math.ceil(options.atMostMilliseconds / WAKE_POLL_MILLISECONDS);
  for (let poll = 0; poll < polls; poll += 1) {
    if (options.signal.aborted || options.store.changeCount() !== options.seen) return;
    await rest(WAKE_POLL_MILLISECONDS, options.signal);
  }
}
