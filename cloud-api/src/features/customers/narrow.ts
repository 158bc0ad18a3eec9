import type { Hooks } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { CustomerFilter } from "./page-queries.ts";
import { readSearch } from "./rules.ts";

/** What a list of customers, or a file of them, is narrowed by. */
export type Narrowing = {
  search?: string | undefined;
  markId?: string | undefined;
  segmentId?: string | undefined;
};

export async function narrow(
  tx: TenantTransaction,
  hooks: Hooks,
  { search, markId, segmentId }: Narrowing,
): Promise<CustomerFilter> {
  const marked = markId === undefined ? null : await hooks.selectMarkedCustomers?.(tx, markId);
  const inSegment =
    segmentId === undefined ? null : await hooks.selectSegmentCustomers?.(tx, segmentId);
  return {
    search: search === undefined ? null : readSearch(search),
    among: [marked, inSegment].filter((select) => select != null),
  };
}
