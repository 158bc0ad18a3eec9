import type { Database, TenantTransaction } from "../../platform/db.ts";
import { drawTokens, fullBucket, type Rate } from "../../platform/rate-gate.ts";
import type { BoxIdentity } from "../../platform/session.ts";
import { findQuestionsLeft, keepQuestionsLeft } from "./question-queries.ts";

/** Of one box: more than come to a branch. By a stolen one somebody could try all the numbers that there are. */
const QUESTIONS: Rate = { perSecond: 2, burst: 600 };
/** A process takes so many at a time and gives them out, so that few questions cost a write. */
const TAKEN_AT_ONCE = 50;
/** Boxes of which a process remembers what it has taken; of whoever was quiet longest it is lost. */
const BOXES_MAX = 20_000;

/** `refusedUntil`, on performance.now(): before that the database is not asked again. */
type Held = { left: number; refusedUntil: number };
const NOTHING_HELD: Held = { left: 0, refusedUntil: 0 };

/** How many guests boxes may ask about: one count for each box, whichever process it asks. */
export type QuestionAllowance = {
  /** Takes so many; gives 0, or the seconds to wait where none are left. */
  draw: (box: BoxIdentity, count: number) => Promise<number>;
};

export function openQuestionAllowance(database: Database): QuestionAllowance {
  const boxes = new Map<string, Held>();
  const find = (boxId: string) => boxes.get(boxId) ?? NOTHING_HELD;
  const keep = (boxId: string, held: Held) => {
    // The last of the map is whoever asked last.
    boxes.delete(boxId);
    boxes.set(boxId, held);
    const [quietest] = boxes.keys();
    if (boxes.size > BOXES_MAX && quietest !== undefined) boxes.delete(quietest);
  };
  return {
    draw: async ({ tenantId, boxId }, count) => {
      const { left, refusedUntil } = find(boxId);
      if (left >= count) {
        keep(boxId, { left: left - count, refusedUntil });
        return 0;
      }
      const now = performance.now();
      if (refusedUntil > now) return (refusedUntil - now) / 1000;
      const taken = Math.max(TAKEN_AT_ONCE, count);
      const waitSeconds = await database.inTenant(tenantId, (tx) => take(tx, boxId, taken));
      // Others of the same box may have come and gone meanwhile.
      const held = find(boxId);
      if (waitSeconds > 0) keep(boxId, { ...held, refusedUntil: now + waitSeconds * 1000 });
      else keep(boxId, { left: held.left + taken - count, refusedUntil: 0 });
      return waitSeconds;
    },
  };
}

async function take(tx: TenantTransaction, boxId: string, count: number): Promise<number> {
  const now = tx.now.getTime();
  const before = (await findQuestionsLeft(tx, boxId)) ?? fullBucket(QUESTIONS, now);
  const { bucket, waitSeconds } = drawTokens(before, { count, now, rate: QUESTIONS });
  if (waitSeconds === 0) await keepQuestionsLeft(tx, boxId, bucket);
  return waitSeconds;
}
