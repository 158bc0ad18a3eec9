/** What of a box's public name was looked at; null: it has no certificate, and serves https to nobody. */
export type ExaminedName = {
  /** Whether https is served under it: FOYER_PORTAL_TLS_PORT without files of venue IT's own. */
  isServed: boolean;
  /** Null: there is none yet. */
  certificate: { name: string; days: number; isGood: boolean; lifePartLeft: number } | null;
};

export type NameFinding =
  | { kind: "public-name-waits" }
  | { kind: "public-name-unserved"; name: string }
  | { kind: "public-name-ended"; name: string }
  | { kind: "public-name-old"; name: string; days: number }
  | { kind: "public-name-right"; name: string; days: number };

/** At a third it is asked for anew: at less than a quarter that has not come about for days. */
const LIFE_PART_MIN = 0.25;

export function judgeName(found: ExaminedName | null): NameFinding[] {
  if (!found) return [];
  const { isServed, certificate } = found;
  if (!certificate) return isServed ? [{ kind: "public-name-waits" }] : [];
  const { name, days, isGood, lifePartLeft } = certificate;
  if (!isServed) return [{ kind: "public-name-unserved", name }];
  if (!isGood) return [{ kind: "public-name-ended", name }];
  const kind = lifePartLeft < LIFE_PART_MIN ? "public-name-old" : "public-name-right";
  return [{ kind, name, days }];
}
