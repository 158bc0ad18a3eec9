import { setTimeout as wait } from "node:timers/promises";
import type { Dispatcher } from "undici";
import type { Logger } from "../log.ts";
import type { LetIn, LetInTools, NasTools } from "../nas/index.ts";
import { openOnce, REPEAT_SECONDS } from "../once.ts";
import { CONTEXT_SECONDS } from "../page-context.ts";

/** How long a guest waits for a NAS that is told, or asks, behind the browser's back. */
export const LET_IN_SECONDS_MAX = 30;
/** Between "not yet" and the next try. */
const PAUSE_SECONDS = 1;

export type LetInState =
  | { kind: "waiting" }
  | { kind: "in"; landingUrl: string }
  /** Whoever was not let in may try again. */
  | { kind: "refused" | "unreachable" | "too-long" };

export type LetInWork = {
  /** For the log. */
  nasId: string;
  tell(tools: LetInTools): Promise<LetIn>;
  /** Stores that the guest is online. */
  onIn(): void;
  /** Hears that they are not. */
  onOut?(how: "refused" | "unreachable" | "too-long"): void;
  landingUrl: string;
};

/**
 * Tells a NAS of a grant while the guest's page waits. What came of it is kept in memory: after a
 * restart the page offers to try again, and a NAS that was told already lets the guest in once more.
 */
export type LetIns = {
  find(key: string): LetInState | null;
  /** Begins, unless the same is under way or was done a moment ago. */
  begin(key: string, work: LetInWork): void;
  close(): void;
};

/** `at`: when it was begun, or was answered. */
type Entry = { at: number; ending: AbortController; state: LetInState };

export function openLetIns({
  clock,
  log,
  dispatcher,
  nasTools,
}: {
  clock: () => Date;
  log: Logger;
  dispatcher: Dispatcher | undefined;
  nasTools: NasTools;
}): LetIns {
  const entries = openOnce<Entry>(clock, CONTEXT_SECONDS);
  const closing = new AbortController();

  const find = (key: string): LetInState | null => {
    const entry = entries.find(key);
    if (entry?.state.kind !== "waiting") return entry?.state ?? null;
    const age = clock().getTime() - entry.at;
    return age < LET_IN_SECONDS_MAX * 1000 ? entry.state : { kind: "too-long" };
  };

  const run = async (key: string, entry: Entry, work: LetInWork): Promise<void> => {
    const { nasId } = work;
    const tooLong = AbortSignal.timeout(LET_IN_SECONDS_MAX * 1000);
    const signal = AbortSignal.any([closing.signal, entry.ending.signal, tooLong]);
    const answer = await tellUntilAnswered(work, {
      ...{ clock, log, dispatcher, signal },
      ...nasTools,
    });
    // Whoever tried again meanwhile is told what came of that.
    if (entries.find(key) !== entry || closing.signal.aborted) return;
    // Late is in all the same: the NAS has opened, whatever the page said.
    if (answer.kind === "in") work.onIn();
    const { kind } = answer;
    entry.state = kind === "in" ? { kind, landingUrl: work.landingUrl } : { kind };
    entry.at = clock().getTime();
    const reason = "reason" in answer ? answer.reason : null;
    if (kind === "in") log.info({ nasId }, "let in");
    else {
      log.warn({ nasId, outcome: kind, reason }, "not let in");
      work.onOut?.(kind);
    }
  };

  return {
    find,
    begin(key, work) {
      const earlier = entries.find(key);
      const state = find(key);
      const isJustIn =
        state?.kind === "in" && clock().getTime() - (earlier?.at ?? 0) < REPEAT_SECONDS * 1000;
      if (state?.kind === "waiting" || isJustIn) return;
      earlier?.ending.abort();
      const ending = new AbortController();
      const entry: Entry = { at: clock().getTime(), ending, state: { kind: "waiting" } };
      entries.keep(key, entry);
      run(key, entry, work).catch((err: unknown) => {
        entry.state = { kind: "unreachable" };
        log.error({ err, nasId: work.nasId }, "could not let in");
      });
    },
    close: () => closing.abort(),
  };
}

type Answer = Exclude<LetIn, { kind: "not-yet" }> | { kind: "too-long" };

async function tellUntilAnswered(work: LetInWork, tools: LetInTools): Promise<Answer> {
  const { signal } = tools;
  while (!signal.aborted) {
    const answer = await work.tell(tools).catch((fault: unknown) => {
      // What was under way when nobody waited any more may end in any way.
      if (signal.aborted) return { kind: "not-yet" as const };
      throw fault;
    });
    if (answer.kind !== "not-yet") return answer;
    // It ends early when nobody waits any more, which the loop then sees.
    await wait(PAUSE_SECONDS * 1000, null, { signal, ref: false }).catch(() => null);
  }
  return { kind: "too-long" };
}
