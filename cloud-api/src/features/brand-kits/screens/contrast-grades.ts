/** WCAG 2.2: §1.4.6 (7), §1.4.3 (4.5), and 3 for large letters alone. */
export type Grade = "best" | "good" | "large" | "poor";

export function gradeOf(ratio: number): Grade {
  if (ratio >= 7) return "best";
  if (ratio >= 4.5) return "good";
  return ratio >= 3 ? "large" : "poor";
}

/** To one decimal, never up: 4.49 is not said to be 4.5. */
export function roundDown(ratio: number): number {
  return Math.floor(ratio * 10 + 1e-9) / 10;
}
