import { setTimeout as sleep } from "node:timers/promises";
import {
  type BranchStore,
  type CodeRequest,
  claimCodeRequest,
  getRequest,
  giveCodeRequestUp,
} from "@foyer/branch-store";
import type { CloudChannel, CodeChannel } from "@foyer/contract";

/** How long the agent has to take a code up, before the box sends it by itself. */
export const PICK_UP_SECONDS = 5;
/** Beside the time-outs of its senders: what the way to the cloud and back may take. */
const WAY_SECONDS = 10;
/** How often the store is asked whether anybody has written to it. */
const LOOK_MILLISECONDS = 50;

/** How long after the request its guest is told that nobody knows. */
export function waitSecondsOf({ steps }: CloudChannel): number {
  return steps.reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, WAY_SECONDS);
}

/** What is to be done about a request that stands as it does. */
export type Patience = "wait" | "claim" | "give-up" | "none";

/** Pure: `now` on the box's clock, which may have been put back since. */
export function judgePatience(
  request: CodeRequest,
  { now, waitSeconds }: { now: Date; waitSeconds: number },
): Patience {
  if (!isOpenRequest(request)) return "none";
  const { state, createdAt, expiresAt } = request;
  const seconds = (now.getTime() - createdAt.getTime()) / 1000;
  const isOver = seconds < 0 || now >= expiresAt;
  if (state === "waiting") return isOver || seconds >= PICK_UP_SECONDS ? "claim" : "wait";
  return isOver || seconds >= waitSeconds ? "give-up" : "wait";
}

/** Whether the cloud has still to say what became of it. */
export function isOpenRequest({ state }: CodeRequest): boolean {
  return state === "waiting" || state === "pushed" || state === "sending";
}

export type CloudOutcome = "sent" | "unknown" | "failed" | "claimed";

/**
 * Waits until it is known what became of a request, or until waiting is over: then it is taken back
 * where the agent has not begun with it, and given up where it has. Null: the portal is closing.
 */
export async function awaitCloud(
  { store, clock, signal }: { store: BranchStore; clock: () => Date; signal: AbortSignal },
  { messageId, waitSeconds }: { messageId: string; waitSeconds: number },
): Promise<CloudOutcome | null> {
  while (!signal.aborted) {
    const request = store.read((tx) => getRequest(tx, messageId));
    switch (judgePatience(request, { now: clock(), waitSeconds })) {
      case "claim":
        store.transaction((tx) => claimCodeRequest(tx, messageId));
        continue;
      case "give-up":
        store.transaction((tx) => giveCodeRequestUp(tx, messageId));
        continue;
      case "none":
        return request.state as CloudOutcome;
      default:
        await sleep(LOOK_MILLISECONDS, undefined, { signal }).catch(() => {});
    }
  }
  return null;
}

/** The branch's channels before the cloud, the cloud, and those after it. */
export function splitAtCloud(channels: readonly CodeChannel[]): {
  before: CodeChannel[];
  cloud: CloudChannel | null;
  after: CodeChannel[];
} {
  const at = channels.findIndex(({ kind }) => kind === "cloud");
  const cloud = channels[at];
  if (cloud?.kind !== "cloud") return { before: [...channels], cloud: null, after: [] };
  return { before: channels.slice(0, at), cloud, after: channels.slice(at + 1) };
}
