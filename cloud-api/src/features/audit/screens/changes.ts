/** One value of a record that changed; null where there was or is none. */
export type Line = { path: string; before: string | null; after: string | null };

const BETWEEN = " › ";

/** The path of a line in words, part by part. `wordOf` gives null where it has none. */
export function spellPath(path: string, wordOf: (part: string) => string | null): string {
  return path
    .split(BETWEEN)
    .map((part) => wordOf(part) ?? part)
    .join(BETWEEN);
}

/** What changed as lines, one a value, the name of each part before it. */
export function listLines(before: unknown, after: unknown): Line[] {
  const old = flatten(before);
  const now = flatten(after);
  return (
    [...new Set([...old.keys(), ...now.keys()])]
      .map((path) => ({ path, before: old.get(path) ?? null, after: now.get(path) ?? null }))
      .filter((line) => line.before !== line.after || line.before === HIDDEN)
      // The record's own is what the entry is about.
      .filter(({ path }) => path !== "id")
  );
}

const HIDDEN = "•••";

function flatten(value: unknown, path = ""): Map<string, string> {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== "object") return new Map([[path, String(value)]]);
  const parts: [string, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [nameOf(item, index), item])
    : Object.entries(value);
  return new Map(
    parts.flatMap(([name, part]) => [
      ...flatten(part, path === "" ? name : `${path}${BETWEEN}${name}`),
    ]),
  );
}

/** Items of a list by what they are called, so that one more does not change all that follow. */
function nameOf(item: unknown, index: number): string {
  const name = (item as { name?: unknown } | null)?.name;
  return typeof name === "string" ? name : String(index + 1);
}
