import { setImmediate as turn } from "node:timers/promises";
import { type Backlog, isRead } from "./backlog.ts";
import type { CloudAnswer } from "./cloud-answer.ts";
import type { Link } from "./link.ts";
import { type Batch, isAwaited, readFurther, type Taking } from "./take-batch.ts";

/**
 * How long the next batch waits at most, after the answer to the one before, until all that waits was read:
 * nothing overtakes before. Each batch reads on, so that a backlog of any length goes on.
 */
const READ_ON_MILLISECONDS = 1_500;

type Meanwhile = {
  /** To the batch that is under way. */
  answer: Promise<CloudAnswer<unknown>>;
  /** The store's change count when the batches were put together. */
  seen: number;
  place: Pick<Taking, "afterSeq" | "overtakenSeq">;
  /** What is under way, or packed behind it. */
  sent: readonly Batch[];
};

/**
 * Reads what waits behind a batch until the answer is here, and a while longer unless somebody asks for a
 * code: the sooner all is read, the sooner it is overtaken by what is live. Gives the batch, which knows it.
 */
export async function readMeanwhile(
  link: Link,
  behind: Batch,
  { answer, seen, place, sent }: Meanwhile,
): Promise<Batch> {
  if (!behind.lost || isRead(behind.lost)) return behind;
  let lastSeen = seen;
  let readUntil = Number.POSITIVE_INFINITY;
  const note = (isAnswered: boolean) => {
    readUntil = isAnswered ? performance.now() + READ_ON_MILLISECONDS : 0;
  };
  answer.then(
    ({ kind }) => note(kind === "answered"),
    () => note(false),
  );
  const isFree = () => {
    if (readUntil === Number.POSITIVE_INFINITY) return true;
    const count = link.store.changeCount();
    if (count === lastSeen) return true;
    lastSeen = count;
    return !isAwaited(link, place, sent);
  };
  const goesOn = () => performance.now() < readUntil && isFree();
  const backlog = await readWhile(link, behind.lost, goesOn);
  // Nothing overtakes before all is read: the batch itself is what it was.
  return { ...behind, arrived: backlog, lost: backlog };
}

/** Reads on until all is read, or it is enough: a live event waits for no more than that. */
export function readWhile(link: Link, begun: Backlog, goesOn: () => boolean): Promise<Backlog> {
  return link.way.hold(async () => {
    let backlog = begun;
    while (!isRead(backlog) && goesOn() && !link.signal.aborted) {
      backlog = readFurther(link, backlog);
      await turn();
    }
    return backlog;
  });
}
