import type { DeviceRule } from "@foyer/contract";

type ByMac = ReadonlyMap<string, readonly DeviceRule[]>;

/** Of each list, so that a request costs one look and not as many as there are rules. */
const indexes = new WeakMap<readonly DeviceRule[], ByMac>();

/** What staff say of this device just now; null: nothing. Where they say both, it is blocked. */
export function findDeviceRule(
  rules: readonly DeviceRule[] | undefined,
  { mac, now }: { mac: string; now: Date },
): DeviceRule | null {
  if (!rules || rules.length === 0) return null;
  const held = (indexOf(rules).get(mac) ?? []).filter(
    ({ until }) => until === null || Date.parse(until) > now.getTime(),
  );
  return held.find(({ kind }) => kind === "block") ?? held[0] ?? null;
}

export function isBlocked(
  rules: readonly DeviceRule[] | undefined,
  asked: { mac: string | null; now: Date },
): boolean {
  const { mac, now } = asked;
  return mac !== null && findDeviceRule(rules, { mac, now })?.kind === "block";
}

function indexOf(rules: readonly DeviceRule[]): ByMac {
  const known = indexes.get(rules);
  if (known) return known;
  const made = Map.groupBy(rules, ({ mac }) => mac);
  indexes.set(rules, made);
  return made;
}
