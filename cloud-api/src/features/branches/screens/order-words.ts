import type { CommandReply } from "../schema.ts";
import type { useTexts } from "./texts.ts";

type Texts = ReturnType<typeof useTexts>;

/** What staff may ask a box to do here, in the order of the list. */
export const ORDERS = [
  ...(["box.refresh", "guests.unblock", "box.send-logs"] as const),
  ...(["box.re-enrol", "box.upgrade"] as const),
] as const;
export type OrderKind = (typeof ORDERS)[number];

const NAMED = [...ORDERS, "guest.disconnect", "guests.trace", "credential.revoke"] as const;
const OUTCOMES = [
  "done",
  "acknowledged",
  "not-supported",
  "expired",
  "no-session",
  "no-logs",
  "timed-out",
  "refused",
  "not-offered",
  "up-to-date",
  "begun",
  "disk-fails",
] as const;
const DONE: readonly string[] = ["done", "acknowledged", "no-session", "up-to-date", "begun"];

/** A kind that a newer cloud knows is called by its own name. */
export function nameOrder(t: Texts, kind: string): string {
  const named = NAMED.find((each) => each === kind);
  return named ? t(`order-${named}`) : kind;
}

type Answer = Pick<CommandReply, "state" | "outcome">;

/** What became of an order, in words; what a NAS says beside its refusal stays as it is. */
export function nameOutcome(t: Texts, { state, outcome }: Answer): string {
  if (outcome === null) return t(state === "waiting" ? "order-waiting" : "order-no-answer");
  const [word = "", ...rest] = outcome.split(" ");
  const named = OUTCOMES.find((each) => each === word);
  return named ? [t(`outcome-${named}`), ...rest].join(" ") : outcome;
}

export function outcomeColour({ state, outcome }: Answer): string {
  if (outcome === null) return state === "waiting" ? "gray" : "red";
  return DONE.includes(outcome) ? "foyer" : "orange";
}
