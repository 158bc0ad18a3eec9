import { refuse } from "../../platform/errors.ts";
import { drawTokens, fullBucket, type Rate, type TokenBucket } from "./rules.ts";

/** More than a box can send by any line; one that is broken or stolen sends without end. */
const EVENTS: Rate = { perSecond: 30_000, burst: 120_000 };
const PUSHES: Rate = { perSecond: 50, burst: 200 };
/** Boxes that are remembered; whoever was quiet longest is forgotten first, and has full buckets. */
const BOXES_MAX = 20_000;

export type PushGate = {
  /** Throws a refusal that says when to come again where the box sends too much. */
  admit: (push: { boxId: string; events: number }) => void;
};

/** Holds each box to a rate of its own, so that one cannot keep the others waiting. */
export function openPushGate(clock: () => Date): PushGate {
  const boxes = new Map<string, { events: TokenBucket; pushes: TokenBucket }>();
  return {
    admit: ({ boxId, events }) => {
      const now = clock().getTime();
      const held = boxes.get(boxId) ?? {
        events: fullBucket(EVENTS, now),
        pushes: fullBucket(PUSHES, now),
      };
      const drawn = {
        events: drawTokens(held.events, { count: events, now, rate: EVENTS }),
        pushes: drawTokens(held.pushes, { count: 1, now, rate: PUSHES }),
      };
      // The last of the map is whoever spoke last.
      boxes.delete(boxId);
      boxes.set(boxId, { events: drawn.events.bucket, pushes: drawn.pushes.bucket });
      const [quietest] = boxes.keys();
      if (boxes.size > BOXES_MAX && quietest !== undefined) boxes.delete(quietest);
      const wait = Math.max(drawn.events.waitSeconds, drawn.pushes.waitSeconds);
      if (wait > 0)
        throw refuse("busy", "This box sends more than one box may. Wait, then send on.", {
          retryAfterSeconds: Math.ceil(wait),
        });
    },
  };
}
