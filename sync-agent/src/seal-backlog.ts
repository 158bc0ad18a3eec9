import { sealUnsent } from "@foyer/branch-store";
import type { Link } from "./link.ts";
import { rest } from "./wait.ts";

/** Between two steps, for whoever else wants to write. */
const REST_MILLISECONDS = 5;

/** Seals what was written before the cloud's key was known, step by step; after a kill the next start goes on. */
export async function sealBacklog({ store, signal }: Link): Promise<void> {
  while (!signal.aborted && !store.transaction(sealUnsent)) await rest(REST_MILLISECONDS, signal);
}
