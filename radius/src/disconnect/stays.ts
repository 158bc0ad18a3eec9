const STAYS_MAX = 10_000;

/** Where a device that was led to the portal is, in its NAS's own words. */
export type Stay = {
  /** Null: the NAS did not name it. */
  auditSessionId: string | null;
  /** Which of a network of controllers asked. */
  nasAddress: string;
};

/**
 * Remembers where devices are that were led to the portal, for the order that lets them in. Lost at a
 * restart: such an order then names the device by its MAC, and goes to its NAS's one address.
 */
export type Stays = {
  note: (device: { nasId: string; mac: string }, stay: Stay) => void;
  find: (device: { nasId: string; mac: string }) => Stay | null;
};

export function createStays(): Stays {
  /** The one noted longest ago is in front. */
  const stays = new Map<string, Stay>();
  const keyOf = ({ nasId, mac }: { nasId: string; mac: string }) => `${nasId} ${mac}`;
  return {
    note: (device, stay) => {
      const key = keyOf(device);
      stays.delete(key);
      const [oldest] = stays.keys();
      if (stays.size >= STAYS_MAX && oldest !== undefined) stays.delete(oldest);
      stays.set(key, stay);
    },
    find: (device) => stays.get(keyOf(device)) ?? null,
  };
}
