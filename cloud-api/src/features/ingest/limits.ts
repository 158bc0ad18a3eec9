import { refuse } from "../../platform/errors.ts";
import { openRateGate, type Rate } from "../../platform/rate-gate.ts";

/** More than a box can send by any line; one that is broken or stolen sends without end. */
const EVENTS: Rate = { perSecond: 60_000, burst: 240_000 };
const PUSHES: Rate = { perSecond: 50, burst: 200 };

export type PushGate = {
  /** Throws a refusal that says when to come again where the box sends too much. */
  admit: (push: { boxId: string; events: number }) => void;
};

/** Holds each box to a rate of its own, so that one cannot keep the others waiting. */
export function openPushGate(clock: () => Date): PushGate {
  const events = openRateGate(EVENTS, clock);
  const pushes = openRateGate(PUSHES, clock);
  return {
    admit: ({ boxId, events: count }) => {
      const wait = Math.max(events.draw(boxId, count), pushes.draw(boxId));
      if (wait > 0)
        throw refuse("busy", "This box sends more than one box may. Wait, then send on.", {
          retryAfterSeconds: Math.ceil(wait),
        });
    },
  };
}
