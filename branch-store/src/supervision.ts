import { writeSync } from "node:fs";

/** What the system has given a process that it watches. */
export type Supervision = Readonly<{
  /** A datagram socket that leads to it, open since before this process was Node. */
  descriptor: number;
  /** How long it waits for a sign of life before it ends the process; null: it does not. */
  watchdogMilliseconds: number | null;
}>;

export type Supervisor = {
  /** What follows on this process may begin. From now on signs of life are sent. */
  tellReady: () => void;
  tellStopping: () => void;
};

/** sd_watchdog_enabled(3) asks for half the time; a third outlasts a sign that is lost. */
const SIGNS_WITHIN_WATCHDOG = 3;
const DESCRIPTOR_MAX = 1023;

/**
 * Null: nobody watches, as in tests and at a terminal. `deploy/box/supervised.pl` opens the socket, since
 * Node has none of this kind.
 */
export function readSupervision(
  environment: Readonly<Record<string, string | undefined>>,
): Supervision | null {
  const { FOYER_NOTIFY_DESCRIPTOR: text = "", WATCHDOG_USEC: microseconds = "" } = environment;
  const descriptor = Number(text);
  // 0 to 2 are what a terminal or a log has.
  if (!/^\d+$/.test(text) || descriptor < 3 || descriptor > DESCRIPTOR_MAX) return null;
  const isWatched = /^\d{1,15}$/.test(microseconds) && Number(microseconds) > 0;
  return { descriptor, watchdogMilliseconds: isWatched ? Number(microseconds) / 1000 : null };
}

/**
 * Tells the system that this process works: sd_notify(3). Signs of life come from the event loop that
 * answers guests, so that one which stands still sends none.
 */
export function openSupervisor(supervision: Supervision | null): Supervisor {
  if (!supervision) return { tellReady: () => {}, tellStopping: () => {} };
  const { descriptor, watchdogMilliseconds } = supervision;
  const tell = (words: string) => {
    try {
      writeSync(descriptor, words);
    } catch {
      // It listens to nobody just now (EAGAIN, ECONNREFUSED); guests are served all the same.
    }
  };
  return {
    tellReady() {
      tell("READY=1");
      if (watchdogMilliseconds === null) return;
      const every = watchdogMilliseconds / SIGNS_WITHIN_WATCHDOG;
      setInterval(() => tell("WATCHDOG=1"), every).unref();
    },
    tellStopping: () => tell("STOPPING=1"),
  };
}
