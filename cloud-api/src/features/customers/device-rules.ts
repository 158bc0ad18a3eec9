import { DEVICE_FORMS, DEVICE_SYSTEMS, type DeviceForm, type DeviceSystem } from "@foyer/contract";

/** What a device is, as its browser said. `form` null: it did not say. */
export type DeviceDescription = { system: DeviceSystem; form: DeviceForm | null };

/**
 * What an event says of a device. Only one that saw its MAC says it, and whether it is randomised; and
 * one alone says what it is.
 */
export type DeviceWord = {
  deviceId: string;
  mac: string | null;
  randomised: boolean;
  description: DeviceDescription | null;
  at: Date;
};

/** What all of some words come to, for a device that may be known already. */
export type ToldDevice = {
  deviceId: string;
  mac: string | null;
  randomised: boolean;
  description: DeviceDescription | null;
  /** When that was said. */
  describedAt: Date | null;
  firstAt: Date;
  lastAt: Date;
};

/** A box of a newer release may say a word that this one does not know. */
export function readDescription(said: { system: string; form: string | null }): DeviceDescription {
  return {
    system: DEVICE_SYSTEMS.find((each) => each === said.system) ?? "other",
    form: said.form === null ? null : (DEVICE_FORMS.find((each) => each === said.form) ?? "other"),
  };
}

/** The last MAC counts, and what was said with it; a word without one changes neither. */
export function foldDevices(words: readonly DeviceWord[]): ToldDevice[] {
  const told = new Map<string, ToldDevice>();
  for (const { deviceId, mac, randomised, description, at } of words) {
    const before = told.get(deviceId);
    const isOlder = description === null || at < (before?.describedAt ?? at);
    const address = mac === null && before ? before : { mac, randomised };
    told.set(deviceId, {
      ...{ deviceId, mac: address.mac, randomised: address.randomised },
      description: isOlder ? (before?.description ?? null) : description,
      describedAt: isOlder ? (before?.describedAt ?? null) : at,
      firstAt: before && before.firstAt < at ? before.firstAt : at,
      lastAt: before && before.lastAt > at ? before.lastAt : at,
    });
  }
  return [...told.values()];
}

/** A device was proved to be a guest's. */
export type Proof = { guestId: string; deviceId: string; at: Date; position: number };
export type Link = { guestId: string; deviceId: string; firstAt: Date; lastAt: Date };

/** Boxes hear of a device of a guest's again after so long: they believe it for a number of days. */
const PROOF_NEWS_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * What proofs come to, one after another: from when to when each device was each guest's, and the last
 * proof of each guest that boxes should hear of, since its device is new, or was theirs long ago.
 */
export function foldProofs(
  kept: readonly Link[],
  proofs: readonly Proof[],
): { links: Link[]; news: { guestId: string; position: number }[] } {
  const keyOf = ({ guestId, deviceId }: { guestId: string; deviceId: string }) =>
    `${guestId} ${deviceId}`;
  const links = new Map(kept.map((link) => [keyOf(link), link]));
  const changed = new Set<string>();
  const news = new Map<string, number>();
  for (const { guestId, deviceId, at, position } of proofs) {
    const key = keyOf({ guestId, deviceId });
    const link = links.get(key);
    const isNews = !link || link.lastAt.getTime() <= at.getTime() - PROOF_NEWS_MS;
    if (isNews) news.set(guestId, Math.max(position, news.get(guestId) ?? 0));
    links.set(key, {
      ...{ guestId, deviceId },
      firstAt: link && link.firstAt < at ? link.firstAt : at,
      lastAt: link && link.lastAt > at ? link.lastAt : at,
    });
    changed.add(key);
  }
  return {
    links: [...links].flatMap(([key, link]) => (changed.has(key) ? [link] : [])),
    news: [...news].map(([guestId, position]) => ({ guestId, position })),
  };
}
