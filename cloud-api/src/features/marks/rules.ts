/** A group is one at most of a customer, and so is a tier; a tag is one of many. */
export type MarkKind = "group" | "tag" | "tier";

export const MARK_NAME_LENGTH_MAX = 60;
/** How many groups, tags and tiers each a tenant may have: they stand in one list. */
export const MARKS_MAX = 500;
/** Below what a box takes in of one guest (KnownGuest.tags). */
export const TAGS_OF_CUSTOMER_MAX = 50;

/** A list with one of it moved up (-1) or down (1); as it was where there is no room. */
export function moveMark(
  ids: readonly string[],
  { from, by }: { from: number; by: -1 | 1 },
): string[] {
  const [one, other] = [ids[from], ids[from + by]];
  if (one === undefined || other === undefined || from + by < 0) return [...ids];
  return ids.with(from, other).with(from + by, one);
}

export type Difference = { added: string[]; removed: string[] };

/** Whether two lists of ids name the same ones, each of them once. */
export function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && new Set([...one, ...other]).size === one.length;
}

/** What has to be added to one set of ids, and removed, to make the other of it. */
export function compareIds(before: readonly string[], after: readonly string[]): Difference {
  const [had, has] = [new Set(before), new Set(after)];
  return {
    added: [...has].filter((id) => !had.has(id)),
    removed: [...had].filter((id) => !has.has(id)),
  };
}

/** A group and the one it stands in; null: at the top. */
type Placed = { id: string; parentId: string | null };

/** Whether a group is another one, or stands somewhere below it. */
export function isWithin(
  groups: readonly Placed[],
  { id, outerId }: { id: string; outerId: string },
): boolean {
  const parents = new Map(groups.map((group) => [group.id, group.parentId]));
  const seen = new Set<string>();
  for (let at: string | null = id; at !== null && !seen.has(at); at = parents.get(at) ?? null) {
    if (at === outerId) return true;
    seen.add(at);
  }
  return false;
}

export type TreeRow<Group> = Group & {
  /** 0 at the top. */
  depth: number;
  /** Customers in it and in all below it. */
  customersWithin: number;
};

/** Groups as they stand in each other, brothers in the order they were given in. */
export function listTree<Group extends Placed & { customers: number }>(
  groups: readonly Group[],
): TreeRow<Group>[] {
  const below = Map.groupBy(groups, (group) => group.parentId);
  const listBelow = (parentId: string | null, depth: number): TreeRow<Group>[] =>
    (below.get(parentId) ?? []).flatMap((group) => {
      const inner = listBelow(group.id, depth + 1);
      const nearest = inner.filter((each) => each.parentId === group.id);
      const customersWithin = nearest.reduce(
        (sum, each) => sum + each.customersWithin,
        group.customers,
      );
      return [{ ...group, depth, customersWithin }, ...inner];
    });
  return listBelow(null, 0);
}

/** The names of the groups a group stands in, the outermost first, and its own. */
export function listPath<Group extends Placed & { name: string }>(
  groups: readonly Group[],
  id: string,
): string[] {
  const byId = new Map(groups.map((group) => [group.id, group]));
  const names: string[] = [];
  const seen = new Set<string>();
  for (let at = byId.get(id); at && !seen.has(at.id); at = byId.get(at.parentId ?? "")) {
    seen.add(at.id);
    names.unshift(at.name);
  }
  return names;
}
