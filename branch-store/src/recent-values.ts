/** Keeps what was reckoned of late, at most so many values: the one that was not asked for longest goes. */
export function createRecent<Value>(max: number): (name: string, reckon: () => Value) => Value {
  const kept = new Map<string, Value>();
  return (name, reckon) => {
    const known = kept.get(name);
    if (known !== undefined) {
      kept.delete(name);
      kept.set(name, known);
      return known;
    }
    const value = reckon();
    kept.set(name, value);
    const [oldest] = kept.keys();
    if (kept.size > max && oldest !== undefined) kept.delete(oldest);
    return value;
  };
}
