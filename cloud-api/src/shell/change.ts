/** How a number stands beside the one before it. */
export type Change =
  | { kind: "same" }
  | { kind: "more" | "less"; share: number }
  /** There was nothing before: no share says anything. */
  | { kind: "new" };

export function compare(now: number, before: number): Change {
  if (now === before) return { kind: "same" };
  if (before === 0) return { kind: "new" };
  const share = Math.abs(now - before) / before;
  return { kind: now > before ? "more" : "less", share };
}

/** What it means that a number rises. */
export type Rise = "good" | "bad" | "neutral";

/** Whether a change is one to the better; null: it is neither, or nobody can say. */
export function judge({ kind }: Change, rise: Rise): "better" | "worse" | null {
  if (rise === "neutral" || kind === "same" || kind === "new") return null;
  return (kind === "more") === (rise === "good") ? "better" : "worse";
}

/** The mean, or a share of a whole; null: of nothing there is none. */
export const meanOf = (sum: number, count: number): number | null =>
  count === 0 ? null : sum / count;
