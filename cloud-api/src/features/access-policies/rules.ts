/** What of a policy says whom it is for; the rest are its limits. */
export type Conditions = {
  methods: readonly string[];
  visitNumberMin: number | null;
  visitNumberMax?: number | null | undefined;
  groups?: readonly string[] | undefined;
  tags?: readonly string[] | undefined;
  tiers?: readonly string[] | undefined;
};

type Listed = { id: string; when: Conditions };

/** Whether every guest fits it, whoever they are and however they come. */
export function fitsEverybody({ when }: Pick<Listed, "when">): boolean {
  const { methods, visitNumberMin, visitNumberMax = null, groups, tags, tiers } = when;
  const lists = [methods, groups ?? [], tags ?? [], tiers ?? []];
  return (visitNumberMin ?? 1) <= 1 && visitNumberMax === null && lists.every(isEmpty);
}

function isEmpty(list: readonly string[]): boolean {
  return list.length === 0;
}

/** The policies that nobody ever gets, since one before them fits everybody. */
export function listUnreachable(policies: readonly Listed[]): string[] {
  const last = policies.findIndex(fitsEverybody);
  return last < 0 ? [] : policies.slice(last + 1).map((policy) => policy.id);
}

/** The list with one policy moved up (-1) or down (1); as it was where there is no room. */
export function movePolicy<Policy>(
  policies: readonly Policy[],
  { from, by }: { from: number; by: -1 | 1 },
): Policy[] {
  const to = from + by;
  const [one, other] = [policies[from], policies[to]];
  if (one === undefined || other === undefined) return [...policies];
  return policies.with(from, other).with(to, one);
}

export type PolicyFault = { field: string; reason: string };

/** What neither a schema nor a box would mind. `field` is a JSON pointer; null: nothing is wrong. */
export function findListFault(policies: readonly Listed[]): PolicyFault | null {
  const ids = policies.map((policy) => policy.id);
  const twice = ids.findIndex((id, index) => ids.indexOf(id) < index);
  return twice < 0 ? null : { field: `/policies/${twice}/id`, reason: "is that of another policy" };
}

/** The groups, tags or tiers that policies name, each with the first place it is named at. */
export function listNamed(
  policies: readonly Listed[],
  kind: "groups" | "tags" | "tiers",
): Map<string, string> {
  const places = policies.flatMap(({ when }, index) =>
    (when[kind] ?? []).map((id, at) => [id, `/policies/${index}/when/${kind}/${at}`] as const),
  );
  return new Map(places.reverse());
}
