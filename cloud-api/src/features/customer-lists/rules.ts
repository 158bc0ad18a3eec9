/** How many customers may be chosen one by one; beyond that a filter says who is meant. */
export const CHOSEN_MAX = 1000;
export const VIEW_NAME_LENGTH_MAX = 60;
/** How many views each of the staff may keep. */
export const VIEWS_MAX = 100;
/** How many actions of one company may go on at once. */
export const RUNNING_MAX = 5;
/** For so long an action can be undone; then whom it changed is forgotten. */
export const UNDO_DAYS = 30;

export const ACTION_KINDS = ["add-tag", "remove-tag", "set-group"] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];
export const STATES = ["running", "finished", "cancelled", "failed", "undoing", "undone"] as const;
export type ActionState = (typeof STATES)[number];

/** Why a customer was not changed, or not changed back. */
export const REASONS = [
  "too-many-tags",
  "by-rule",
  "restricted",
  "changed-since",
  "out-of-reach",
] as const;
export type Reason = (typeof REASONS)[number];

type Undoable = { state: ActionState; changed: number; undone: number; left: number };

/** Whether there is anything to take back, and whoever did it is through. */
export function isUndoable(action: Undoable, isCleaned: boolean): boolean {
  const hasEnded = ["finished", "cancelled", "failed"].includes(action.state);
  return hasEnded && !isCleaned && action.changed > action.undone + action.left;
}

export const isBusy = ({ state }: { state: ActionState }) =>
  state === "running" || state === "undoing";

/**
 * How many customers to look through next: more where few of them are meant, so that a narrow filter
 * does not take a million small steps; never so many that one step takes long.
 */
export function findNextWindow(window: number, { found, batch }: { found: number; batch: number }) {
  if (found * 4 < batch) return Math.min(window * 2, WINDOW_MAX);
  return found >= batch ? Math.max(batch, Math.floor(window / 2)) : window;
}
const WINDOW_MAX = 16_000;
