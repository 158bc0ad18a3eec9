/** What was kept by a key of late. */
export type RecentMap<K, V> = {
  get: (key: K) => V | undefined;
  set: (key: K, value: V) => void;
  delete: (key: K) => void;
};

/**
 * Keeps what was set last, `entriesMin` of it at the least and twice as many at the most: beyond that the
 * older half is forgotten at once. To take the oldest away one by one costs more the more there are, for a
 * Map's front is far away once much was taken from there.
 */
export function createRecentMap<K, V>(entriesMin: number): RecentMap<K, V> {
  let [fresh, old] = [new Map<K, V>(), new Map<K, V>()];
  return {
    get: (key) => fresh.get(key) ?? old.get(key),
    set: (key, value) => {
      if (fresh.size >= entriesMin && !fresh.has(key)) [fresh, old] = [new Map(), fresh];
      fresh.set(key, value);
    },
    delete: (key) => {
      fresh.delete(key);
      old.delete(key);
    },
  };
}
