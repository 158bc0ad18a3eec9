import type { Database } from "../../platform/db.ts";
import { drawTokens, fullBucket, type Rate } from "../../platform/rate-gate.ts";
import type { BoxIdentity } from "../../platform/session.ts";
import { findQuestionsLeft, keepQuestionsLeft } from "./question-queries.ts";

/** Of one box: more than come to a branch. By a stolen one somebody could try all the numbers that there are. */
const QUESTIONS: Rate = { perSecond: 2, burst: 600 };
/** A process takes so many at a time and gives them out, so that few questions cost a write. */
const TAKEN_AT_ONCE = 50;
/** Boxes of which a process remembers what it has taken; of whoever was quiet longest it is lost. */
const BOXES_MAX = 20_000;

/**
 * By the process's count of milliseconds: when it last took some of the box's, and until when it was refused:
 * before that the database is not asked again.
 */
type Held = { left: number; takenAt: number; refusedUntil: number };

/** How many guests boxes may ask about: one count for each box, whichever process it asks. */
export type QuestionAllowance = {
  /** Takes so many; gives 0, or the seconds to wait where none are left. */
  draw: (box: BoxIdentity, count: number) => Promise<number>;
};

type Clocks = {
  clock: () => Date;
  /** Milliseconds that nobody sets: they never jump. */
  count?: () => number;
};

/**
 * What comes to a box is counted from when any process took some, by the cloud's clock, and no further back
 * than this one took some itself, by its own count of time: a clock that jumps gives nothing, and one that
 * goes back counts on from where it is. Two processes whose clocks differ give no more together; of three,
 * one that is behind makes those ahead count the same stretch each, no longer than it is behind. A process
 * that has just begun counts nothing from before: a drained box, quiet since, waits as if it had just asked.
 */
export function openQuestionAllowance(
  database: Database,
  { clock, count: milliseconds = () => performance.now() }: Clocks,
): QuestionAllowance {
  const openedAt = milliseconds();
  const boxes = new Map<string, Held>();
  const find = (boxId: string): Held =>
    boxes.get(boxId) ?? { left: 0, takenAt: openedAt, refusedUntil: 0 };
  const keep = (boxId: string, held: Held) => {
    // The last of the map is whoever asked last.
    boxes.delete(boxId);
    boxes.set(boxId, held);
    const [quietest] = boxes.keys();
    if (boxes.size > BOXES_MAX && quietest !== undefined) boxes.delete(quietest);
  };
  const take = (tenantId: string, { boxId, count, ownMilliseconds }: Take) =>
    database.inTenant(tenantId, async (tx) => {
      const now = clock().getTime();
      const kept = (await findQuestionsLeft(tx, boxId)) ?? fullBucket(QUESTIONS, now);
      const before = { ...kept, at: Math.max(kept.at, now - ownMilliseconds) };
      const { bucket, waitSeconds } = drawTokens(before, { count, now, rate: QUESTIONS });
      // What is refused changes nothing, but where the clock has gone back: from there on it counts again.
      if (waitSeconds === 0 || kept.at > now) await keepQuestionsLeft(tx, boxId, bucket);
      return waitSeconds;
    });
  return {
    draw: async ({ tenantId, boxId }, count) => {
      const { left, takenAt, refusedUntil } = find(boxId);
      if (left >= count) {
        keep(boxId, { left: left - count, takenAt, refusedUntil });
        return 0;
      }
      const now = milliseconds();
      if (refusedUntil > now) return (refusedUntil - now) / 1000;
      const taken = Math.max(TAKEN_AT_ONCE, count);
      const ownMilliseconds = now - takenAt;
      const waitSeconds = await take(tenantId, { boxId, count: taken, ownMilliseconds });
      // Others of the same box may have come and gone meanwhile.
      const held = find(boxId);
      if (waitSeconds > 0) keep(boxId, { ...held, refusedUntil: now + waitSeconds * 1000 });
      else keep(boxId, { left: held.left + taken - count, takenAt: now, refusedUntil: 0 });
      return waitSeconds;
    },
  };
}

type Take = { boxId: string; count: number; ownMilliseconds: number };
