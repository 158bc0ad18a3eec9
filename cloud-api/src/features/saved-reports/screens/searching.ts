import { toPlain } from "../../../shell/plain-text.ts";
import type { SavedReply } from "../schema.ts";

export const WHOSE = ["all", "own", "shared"] as const;
export type Whose = (typeof WHOSE)[number];

type Searching<Saved> = {
  search: string;
  whose: Whose;
  /** What its report is called. */
  nameReport: (saved: Saved) => string;
};
type Searched = Pick<SavedReply, "name" | "note" | "ownerName" | "isOwn" | "shared">;

/** Those that have every word that was typed, wherever it stands; accents need not be typed. */
export function findMatching<Saved extends Searched>(
  list: readonly Saved[],
  { search, whose, nameReport }: Searching<Saved>,
): Saved[] {
  const words = toPlain(search).split(/\s+/);
  return list.filter((saved) => {
    if (whose === "own" ? !saved.isOwn : whose === "shared" && !saved.shared) return false;
    const said = toPlain(
      [saved.name, saved.note, saved.ownerName ?? "", nameReport(saved)].join(" "),
    );
    return words.every((word) => said.includes(word));
  });
}
