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
