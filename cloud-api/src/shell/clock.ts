import { useSyncExternalStore } from "react";

const TICK_SECONDS = 5;

let now = new Date();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = new Date();
    for (const each of listeners) each();
  }, TICK_SECONDS * 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function readNow(): Date {
  const real = new Date();
  // A first reader after a pause must not see the time of the last tick.
  if (!timer || real.getTime() - now.getTime() > 2 * TICK_SECONDS * 1000) now = real;
  return now;
}

/** The time of this browser, moving every few seconds: one timer for all the times on a page. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, readNow);
}
