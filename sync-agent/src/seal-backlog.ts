import { sealUnsent } from "@foyer/branch-store";
import type { Link } from "./link.ts";
import { rest } from "./wait.ts";

/** Between two steps, for whoever else wants to write: at least so long, and so often what a step took. */
const REST_MILLISECONDS = 5;
const RESTS_PER_STEP = 4;

/** After a step of a backlog's sealing: the same process sends that backlog, and what is live beside it. */
export function chooseSealRest(tookMilliseconds: number): number {
  return Math.max(REST_MILLISECONDS, tookMilliseconds * RESTS_PER_STEP);
}

type Sealing = Pick<Link, "store" | "signal" | "way">;

/** Seals what was written before the cloud's key was known, step by step; after a kill the next start goes on. */
export async function sealBacklog({ store, signal, way }: Sealing): Promise<void> {
  while (!signal.aborted) {
    await way.waitForWay();
    const began = performance.now();
    if (store.transaction(sealUnsent)) return;
    await rest(chooseSealRest(performance.now() - began), signal);
  }
}
