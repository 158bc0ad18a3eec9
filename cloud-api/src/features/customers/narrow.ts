import type { Hooks } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { CustomerFilter } from "./page-queries.ts";
import { readSearch } from "./rules.ts";

/** What a list of customers, or a file of them, is narrowed by. */
export type Narrowing = {
  search?: string | undefined;
  markId?: string | undefined;
  segmentId?: string | undefined;
  /** Conditions, as a segment has them: as they were sent, or as JSON. */
  tree?: unknown;
};

/** Throws a refusal where the conditions are none. */
export async function narrow(
  tx: TenantTransaction,
  hooks: Hooks,
  { search, markId, segmentId, tree }: Narrowing,
): Promise<CustomerFilter> {
  const marked = markId === undefined ? null : await hooks.selectMarkedCustomers?.(tx, markId);
  const inSegment =
    segmentId === undefined ? null : await hooks.selectSegmentCustomers?.(tx, segmentId);
  const fitting =
    tree == null ? null : await hooks.selectFittingCustomers?.(tx, readTreeText(tree));
  return {
    search: search === undefined ? null : readSearch(search),
    among: [marked, inSegment, fitting].filter((select) => select != null),
  };
}

function readTreeText(tree: unknown): unknown {
  if (typeof tree !== "string") return tree;
  try {
    return JSON.parse(tree);
  } catch {
    throw refuse("invalid", "The conditions are no JSON.", { field: "/tree" });
  }
}
