/** One value of a record that changed; null where there was or is none. */
export type Line = { path: string; before: string | null; after: string | null };

const BETWEEN = " › ";

/** The part that a line is of, by its own name. */
export const partOf = (path: string): string => path.split(BETWEEN).at(-1) ?? path;

type IsWhole = (part: string) => boolean;

/** The path of a line in words, part by part. `wordOf` gives null where it has none. */
export function spellPath(path: string, wordOf: (part: string) => string | null): string {
  return path
    .split(BETWEEN)
    .map((part) => wordOf(part) ?? part)
    .join(BETWEEN);
}

/**
 * What changed as lines, one a value, the name of each part before it. Of a part that `isWhole` the
 * value is all of it, as JSON.
 */
export function listLines(before: unknown, after: unknown, isWhole: IsWhole = () => false): Line[] {
  const old = flatten(before, isWhole);
  const now = flatten(after, isWhole);
  return (
    [...new Set([...old.keys(), ...now.keys()])]
      .flatMap((path) => compareParts(path, old.get(path) ?? [], now.get(path) ?? []))
      // The record's own is what the entry is about.
      .filter(({ path }) => path !== "id")
  );
}

/** A list of words is told by those that went and came; where none did, by its order. */
function compareParts(path: string, old: readonly string[], now: readonly string[]): Line[] {
  const isHidden = old.includes(HIDDEN) && now.includes(HIDDEN);
  if (!isHidden && old.join("\n") === now.join("\n")) return [];
  const gone = old.filter((value) => !now.includes(value));
  const come = now.filter((value) => !old.includes(value));
  const isMoved = gone.length + come.length === 0;
  const [before, after] = isMoved ? [old, now] : [gone, come];
  return Array.from({ length: Math.max(before.length, after.length) }, (_, at) => ({
    ...{ path, before: before[at] ?? null, after: after[at] ?? null },
  }));
}

type Told = { action: string; kind: string; before: unknown; after: unknown };

/** What was done to a record: by the method and path of the route, and by what it was and is. */
export function verbOf({
  action,
  kind,
  before,
  after,
}: Told): "made" | "changed" | "removed" | "ordered" | "taken" {
  if (action.startsWith("GET ")) return "taken";
  if (action.startsWith("DELETE ")) return "removed";
  if (before !== null) return "changed";
  // POST /webhooks/:webhookId/test: something is asked of a record that there is.
  const asked = /^POST .*:\w+\/([\w-]+)$/.exec(action)?.[1];
  if (asked !== undefined && asked !== kind) return "ordered";
  return after !== null || /^POST [^:]*$/.test(action) ? "made" : "changed";
}

type About = { recordId: string | null; before: unknown; after: unknown };

/** What a record is called now, or was when it was told of; null: nobody knows. */
export function titleOf(
  { recordId, before, after }: About,
  names: ReadonlyMap<string, string>,
): string | null {
  const [noted] = [after, before].flatMap((told) => {
    const name = (told as { name?: unknown } | null)?.name;
    return typeof name === "string" && name !== HIDDEN ? [name] : [];
  });
  return names.get(recordId ?? "") ?? noted ?? null;
}

const HIDDEN = "•••";

/** Each value by its path; a list of words by its own, all of them together. */
function flatten(value: unknown, isWhole: IsWhole, path = ""): Map<string, string[]> {
  if (value === null || value === undefined) return new Map();
  if (isWhole(partOf(path))) return new Map([[path, [JSON.stringify(value)]]]);
  if (typeof value !== "object") return new Map([[path, [String(value)]]]);
  if (Array.isArray(value) && value.every((item) => typeof item !== "object"))
    return new Map([[path, value.map(String)]]);
  const parts: [string, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [nameOf(item, index), item])
    : Object.entries(value);
  return new Map(
    parts.flatMap(([name, part]) => [
      ...flatten(part, isWhole, path === "" ? name : `${path}${BETWEEN}${name}`),
    ]),
  );
}

/** Items of a list by what they are called, so that one more does not change all that follow. */
function nameOf(item: unknown, index: number): string {
  const name = (item as { name?: unknown } | null)?.name;
  return typeof name === "string" ? name : String(index + 1);
}
