import { TICKET_SECONDS } from "@foyer/branch-store";
import type { TicketFacts } from "./facts.ts";

/**
 * A branch has a few log-ins a second at the most, and each is kept for minutes. Beyond it the
 * oldest make room, but not so many that a use is forgotten which may wait for the disk still.
 */
const ENTRIES_MAX = 10_000;
const ROOM_ENTRIES = 1000;
/** A Map's front is far away once much was taken from there: what is old is taken away together. */
const SWEEP_MS = 1000;
/** Longer than any ticket lives, so that none is forgotten while it could be used again. */
const KEPT_MS = 2 * TICKET_SECONDS * 1000;

export type SpentTickets = {
  spend: (username: string, now: Date) => void;
  /** The same facts, with a use that may not be in the store yet. */
  correct: (facts: TicketFacts) => TicketFacts;
};

/**
 * Remembers which tickets were used, from the moment of the decision: their use is on the disk a
 * little later. What a crash takes away is bound all the same: a ticket is its own MAC's alone.
 */
export function createSpentTickets(): SpentTickets {
  const spent = new Map<string, Date>();
  let sweptAt = Number.NEGATIVE_INFINITY;
  const dropOld = (now: Date) => {
    const isFull = spent.size >= ENTRIES_MAX;
    if (!isFull && Math.abs(now.getTime() - sweptAt) < SWEEP_MS) return;
    sweptAt = now.getTime();
    const kept = isFull ? ENTRIES_MAX - ROOM_ENTRIES : ENTRIES_MAX;
    for (const [username, usedAt] of spent) {
      const age = Math.abs(now.getTime() - usedAt.getTime());
      if (age <= KEPT_MS && spent.size <= kept) return;
      spent.delete(username);
    }
  };
  return {
    spend: (username, now) => {
      dropOld(now);
      // The first use counts: repeats within its moment must not make that moment longer.
      if (!spent.has(username)) spent.set(username, now);
    },
    correct: (facts) => {
      const spentAt = spent.get(facts.ticket.username);
      if (!spentAt) return facts;
      const usedAt = earlier(facts.ticket.usedAt, spentAt);
      return { ...facts, ticket: { ...facts.ticket, usedAt } };
    },
  };
}

const earlier = (one: Date | null, other: Date): Date =>
  one === null || other < one ? other : one;
