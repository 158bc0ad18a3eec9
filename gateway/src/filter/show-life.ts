import type { Logger } from "../log.ts";
import { runCommand } from "./commands.ts";

/** Of the unit's WatchdogSec a third. */
const SIGN_MS = 30_000;

/**
 * Tells systemd that this process works, and goes on telling. By its own program: the socket is one that
 * Node cannot open, and the store's package, which can be handed it, is no part of what has these rights.
 */
export function showLife(log: Logger): { end: () => void } {
  const tell = (...words: string[]) =>
    runCommand("systemd-notify", words).catch((err: unknown) =>
      log.warn({ err }, "systemd cannot be told"),
    );
  void tell("--ready");
  const timer = setInterval(() => void tell("WATCHDOG=1"), SIGN_MS);
  return {
    end: () => {
      clearInterval(timer);
      void tell("STOPPING=1");
    },
  };
}
