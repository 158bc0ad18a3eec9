/** A record as it was and as it is; null where there was or is none. */
export type Versions = { before: unknown; after: unknown };

/** The parts that differ. */
export type Difference = { before: unknown; after: unknown };

/** What is never written down, whatever it is part of: secrets, and who stays in which room. */
const HIDDEN_NAME = /secret|password|token|psk|credential|private|key$|^pin$|stays/i;
/** A field of the company's own is named by its key, which is no secret. */
const FIELD_KEY = /^own\.[a-z0-9-]+$/;
/** Parts that are read as one: a condition says little without the others. */
const WHOLE_NAME = "tree";
const HIDDEN = "•••";
const TEXT_LENGTH_MAX = 300;
/** A part beyond this is told by its length alone. */
const PART_LENGTH_MAX = 20_000;

/** The parts of a record that differ, without secrets; null where none does. */
export function findDifference({ before, after }: Versions): Difference | null {
  const found = compare(before ?? null, after ?? null);
  return found && { before: tidy(found.before), after: tidy(found.after) };
}

function compare(before: unknown, after: unknown): Difference | null {
  if (isRecord(before) && isRecord(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    const parts = [...names].flatMap((name) => {
      const find = name === WHOLE_NAME ? compareWhole : compare;
      const found = find(before[name] ?? null, after[name] ?? null);
      return found ? [[name, found] as const] : [];
    });
    if (parts.length === 0) return null;
    return {
      before: Object.fromEntries(parts.map(([name, part]) => [name, part.before])),
      after: Object.fromEntries(parts.map(([name, part]) => [name, part.after])),
    };
  }
  return compareWhole(before, after);
}

const compareWhole = (before: unknown, after: unknown): Difference | null =>
  isSame(before, after) ? null : { before, after };

/** Of what is written as JSON. Long texts are compared as they are, and not written for it. */
function isSame(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  if (Array.isArray(before) && Array.isArray(after))
    return before.length === after.length && before.every((each, at) => isSame(each, after[at]));
  if (typeof before === "string" && typeof after === "string") return false;
  if (!isPlain(before) || !isPlain(after)) return JSON.stringify(before) === JSON.stringify(after);
  const names = Object.keys(before).filter((name) => before[name] !== undefined);
  const others = Object.keys(after).filter((name) => after[name] !== undefined);
  return names.length === others.length && names.every((name) => isSame(before[name], after[name]));
}

/** Of no class of its own, which may be written otherwise than by its fields. */
const isPlain = (value: unknown): value is Record<string, unknown> =>
  isRecord(value) && Object.getPrototypeOf(value) === Object.prototype;

function tidy(value: unknown): unknown {
  if (isRecord(value)) return hideSecrets(value);
  const text = JSON.stringify(value);
  return text.length > PART_LENGTH_MAX ? shorten(text) : hideSecrets(value);
}

function hideSecrets(value: unknown): unknown {
  if (value instanceof Date) return value.toJSON();
  if (typeof value === "string") return shorten(value);
  if (Array.isArray(value)) {
    const items = value.map(hideSecrets);
    return JSON.stringify(items).length > PART_LENGTH_MAX ? `${value.length} × …` : items;
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      isSecret(name, part) ? HIDDEN : hideSecrets(part),
    ]),
  );
}

function isSecret(name: string, part: unknown): boolean {
  if (part === null || !HIDDEN_NAME.test(name)) return false;
  return !(name === "key" && typeof part === "string" && FIELD_KEY.test(part));
}

function shorten(text: string): string {
  return text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}…` : text;
}

/** Not a moment, which is one value: it has no fields, and is written as text. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}

export type AuditedRecord = { kind: string; id: string | null };

/** What a route is about: the last thing its path names, or the company's one of a kind. */
export function findRecord(
  route: string,
  parameters: Readonly<Record<string, string>>,
): AuditedRecord {
  const parts = route.split("/").slice(3);
  const at = parts.findLastIndex((part) => part.startsWith(":"));
  if (at < 1) return { kind: parts[0] ?? route, id: null };
  return { kind: parts[at - 1] ?? route, id: parameters[(parts[at] ?? "").slice(1)] ?? null };
}
