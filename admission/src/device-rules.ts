import type { DeviceRule } from "@foyer/contract";

type ByMac = ReadonlyMap<string, readonly DeviceRule[]>;

/** Of each list, so that a request costs one look and not as many as there are rules. */
const indexes = new WeakMap<readonly DeviceRule[], ByMac>();

/**
 * What staff say of this device just now; null: nothing. Where they say both, it is blocked, and for as
 * long as the last of its blocks goes on.
 */
export function findDeviceRule(
  rules: readonly DeviceRule[] | undefined,
  { mac, now }: { mac: string; now: Date },
): DeviceRule | null {
  if (!rules || rules.length === 0) return null;
  const held = (indexOf(rules).get(mac) ?? []).filter(
    ({ until }) => until === null || Date.parse(until) > now.getTime(),
  );
  const blocks = held.filter(({ kind }) => kind === "block");
  return blocks.toSorted(byEnd).at(-1) ?? held[0] ?? null;
}

const endOf = ({ until }: DeviceRule): number =>
  until === null ? Number.POSITIVE_INFINITY : Date.parse(until);
const byEnd = (one: DeviceRule, other: DeviceRule): number =>
  endOf(one) === endOf(other) ? 0 : endOf(one) - endOf(other);

/** The rule by which staff block this device just now; null: none does. */
export function findBlock(
  rules: readonly DeviceRule[] | undefined,
  { mac, now }: { mac: string | null; now: Date },
): DeviceRule | null {
  const rule = mac === null ? null : findDeviceRule(rules, { mac, now });
  return rule?.kind === "block" ? rule : null;
}

export function isBlocked(
  rules: readonly DeviceRule[] | undefined,
  asked: { mac: string | null; now: Date },
): boolean {
  return findBlock(rules, asked) !== null;
}

function indexOf(rules: readonly DeviceRule[]): ByMac {
  const known = indexes.get(rules);
  if (known) return known;
  const made = Map.groupBy(rules, ({ mac }) => mac);
  indexes.set(rules, made);
  return made;
}
