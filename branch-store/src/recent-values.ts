/**
 * Keeps what was reckoned of late, at most `max` values. Those that were asked for since half as many
 * came go on; in what order within their half nobody notes, which would cost more than the look-up.
 */
export function createRecent<Value>(max: number): (name: string, reckon: () => Value) => Value {
  const halfMax = Math.max(1, Math.floor(max / 2));
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  return (name, reckon) => {
    const known = young.get(name);
    if (known !== undefined) return known;
    const value = old.get(name) ?? reckon();
    if (young.size >= halfMax) {
      old = young;
      young = new Map();
    }
    young.set(name, value);
    return value;
  };
}
