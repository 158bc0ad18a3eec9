export { chooseWords } from "@foyer/contract";

/** How long a link may be good, in days. */
export const LINK_DAYS_MAX = 60;
export const LINK_DAYS_USUAL = 7;

export const LINK_STATES = ["open", "answered", "over", "withdrawn"] as const;
export type LinkState = (typeof LINK_STATES)[number];

type Standing = { answeredAt: Date | null; withdrawnAt: Date | null; endsAt: Date };

/** What was answered stays answered, whatever becomes of its link. */
export function stateOf({ answeredAt, withdrawnAt, endsAt }: Standing, now: Date): LinkState {
  if (answeredAt !== null) return "answered";
  if (withdrawnAt !== null) return "withdrawn";
  return endsAt <= now ? "over" : "open";
}
