import { holdAlone } from "@foyer/branch-store";
import { findStoreTrouble } from "./link.ts";

const LOCK_NAME = "sync-agent";

export type HeldFolder = { kind: "held" } | { kind: "refused"; reason: string };

/**
 * Makes this the only agent of its state folder, as long as the process lives: two would send the same
 * events, take each other's numbers and thin the same outbox.
 */
export function holdFolder(folder: string): HeldFolder {
  try {
    if (holdAlone(folder, LOCK_NAME)) return { kind: "held" };
  } catch (error) {
    // A disk in trouble must not keep the agent from emptying the outbox, which is what makes room.
    if (isOfDisk(error)) return { kind: "held" };
    throw error;
  }
  const reason = `another sync agent works in ${folder} already. Stop that one, or give this one the state folder of its own box.`;
  return { kind: "refused", reason };
}

const isOfDisk = (error: unknown): boolean =>
  findStoreTrouble(error) !== null ||
  (error instanceof Error && "code" in error && error.code === "SQLITE_CANTOPEN");
