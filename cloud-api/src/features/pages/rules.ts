import type { PageContent, PageState } from "./schema.ts";

export type Owned = { brandId: string | null; branchId: string | null };

/** How far somebody may write pages; null: nowhere. */
export type Writes =
  | { kind: "tenant" }
  | { kind: "some"; brandIds: readonly string[]; branchIds: readonly string[] }
  | null;

/**
 * Whether somebody may change a page: the company's only with the whole company, a brand's with that
 * brand, a branch's with it or its brand. `branches`: those they see.
 */
export function mayEdit(
  { brandId, branchId }: Owned,
  writes: Writes,
  branches: readonly { id: string; brandId: string | null }[],
): boolean {
  if (writes === null) return false;
  if (writes.kind === "tenant") return true;
  const branch = branches.find(({ id }) => id === branchId);
  if (branchId !== null && writes.branchIds.includes(branchId)) return true;
  const ofBrand = branchId === null ? brandId : (branch?.brandId ?? null);
  return ofBrand !== null && writes.brandIds.includes(ofBrand);
}

/** Archived before all; on any branch: published; waiting for its time: scheduled. */
export function stateOf(page: {
  archivedAt: Date | null;
  standsAt: number;
  plansWaiting: number;
}): PageState {
  if (page.archivedAt) return "archived";
  if (page.standsAt > 0) return "published";
  return page.plansWaiting > 0 ? "scheduled" : "draft";
}

/** The same for the same words, whatever the order of fields: a database keeps none. */
export function isSameContent(one: unknown, other: unknown): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, each]) => each !== undefined);
  const sorted = fields.toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, each]) => [name, inOrder(each)]));
}

/** What of a page on a branch staff write. */
export function contentOf(page: PageContent & { id: string; version: number }): PageContent {
  const { id: _id, version: _version, ...content } = page;
  return content;
}
