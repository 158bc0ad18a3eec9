/** What sort of place a branch is: what staff say of it, and what its visits are told apart by. */
export const BRANCH_KINDS = [
  "shop",
  "mall",
  "cafe",
  "restaurant",
  "bar",
  "hotel",
  "spa",
  "salon",
  "gym",
  "clinic",
  "hospital",
  "cinema",
  "school",
  "office",
  "other",
] as const;
export type BranchKind = (typeof BRANCH_KINDS)[number];
