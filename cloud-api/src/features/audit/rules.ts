import type { Place } from "./queries.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function writePlace({ at, id }: Place): string {
  return Buffer.from(`${at} ${id}`).toString("base64url");
}

/** Null for a cursor this program did not write. */
export function readPlace(cursor: string): Place | null {
  const [at = "", id = "", ...rest] = Buffer.from(cursor, "base64url").toString("utf8").split(" ");
  const isTime = !Number.isNaN(Date.parse(at)) && new Date(at).toISOString() === at;
  return rest.length === 0 && isTime && UUID.test(id) ? { at, id } : null;
}

export type Deeds = {
  actorKind: "staff" | "api-key";
  actorId: string;
  entries: number;
  lastAt: Date;
  kinds: { kind: string; entries: number }[];
};
type ActorCount = Omit<Deeds, "kinds"> & { kind: string };

/** What each person or key did, the busiest first, and of it the most frequent first. */
export function sumByActor(rows: readonly ActorCount[]): Deeds[] {
  const actors = new Map<string, Deeds>();
  for (const { kind, entries, ...actor } of rows) {
    const known = actors.get(actor.actorId) ?? { ...actor, entries: 0, kinds: [] };
    actors.set(actor.actorId, {
      ...known,
      entries: known.entries + entries,
      lastAt: new Date(Math.max(known.lastAt.getTime(), actor.lastAt.getTime())),
      kinds: [...known.kinds, { kind, entries }],
    });
  }
  const busiest = (one: { entries: number }, other: { entries: number }) =>
    other.entries - one.entries;
  return [...actors.values()]
    .map((deeds) => ({ ...deeds, kinds: deeds.kinds.toSorted(busiest) }))
    .toSorted(busiest);
}

const HIDDEN = "•••";

/** A change without what customers are looked for by: a search, and the values of conditions. */
export function hideLookedFor(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hideLookedFor);
  if (typeof value !== "object" || value === null) return value;
  const isCondition = "kind" in value && value.kind === "field";
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      if (isCondition && name === "test") return [name, hideValues(part)];
      return [name, name === "search" && part !== null ? HIDDEN : hideLookedFor(part)];
    }),
  );
}

/** What compares with nothing that is somebody's own: whether it is known, and a month. */
const TELLS_NOBODY: readonly unknown[] = ["known", "unknown", "in-months"];

/** Days and numbers cannot be written hidden: of these it is told that something was compared. */
function hideValues(test: unknown): unknown {
  if (typeof test !== "object" || test === null) return test;
  if ("text" in test) return { ...test, text: HIDDEN };
  if ("values" in test) return { ...test, values: [HIDDEN] };
  return "is" in test && !TELLS_NOBODY.includes(test.is)
    ? { is: "one-of", values: [HIDDEN] }
    : test;
}

/** The ids of records that stand anywhere in a value, each once. */
export function listIds(value: unknown): string[] {
  const found = new Set<string>();
  const look = (part: unknown): void => {
    if (typeof part === "string" && UUID.test(part)) found.add(part);
    if (typeof part === "object" && part !== null)
      for (const each of Object.values(part)) look(each);
  };
  look(value);
  return [...found];
}
