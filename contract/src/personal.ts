import { type Static, Type } from "typebox";

/** A string about a person. Ingest keeps it in an erasable row beside the log; see splitPersonal. */
export const personalText = (maxLength: number) => Type.String({ maxLength, personal: true });

/** E.164, such as +84912345678. */
export const Phone = Type.String({ pattern: "^\\+[1-9][0-9]{6,14}$", personal: true });

/** Six octets, upper-case hex with dashes (RFC 3580 §3.21): AA-BB-CC-DD-EE-FF. */
export const Mac = Type.String({ pattern: "^([0-9A-F]{2}-){5}[0-9A-F]{2}$", personal: true });

/** An IPv4 or IPv6 address as text. */
export const IpAddress = Type.String({ maxLength: 45, personal: true });

export const Id = Type.String({ format: "uuid" });
/** A moment from 1970 to 2999. No 60th second: neither JavaScript nor PostgreSQL can hold one. */
export const Timestamp = Type.String({
  format: "date-time",
  pattern: "^(19[7-9][0-9]|2[0-9]{3})-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-5]",
});
/** A day of the calendar, YYYY-MM-DD. */
export const Day = Type.String({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" });

/** Whether there is such a day, as YYYY-MM-DD. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The number of a text's or a document's version; a database keeps it in four octets. */
export const VersionNumber = Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 });
/** Of a web page or an API. */
export const Url = Type.String({ pattern: "^https?://", maxLength: 500 });
export const Language = Type.Union([Type.Literal("vi"), Type.Literal("en"), Type.Literal("fa")]);
export type Language = Static<typeof Language>;

type SchemaNode = {
  personal?: boolean;
  properties?: Record<string, SchemaNode>;
};

/**
 * The dotted paths of the personal fields of an object schema, such as `details.name`.
 * Personal fields live in objects, never inside arrays: an array has no stable path to erase.
 */
export function listPersonalPaths(schema: object): string[] {
  const paths: string[] = [];
  const walk = (node: SchemaNode, path: string) => {
    if (node.personal) paths.push(path);
    for (const [key, child] of Object.entries(node.properties ?? {}))
      walk(child, path ? `${path}.${key}` : key);
  };
  walk(schema as SchemaNode, "");
  return paths;
}

export type SplitPayload = {
  /** The payload without its personal fields: what the log keeps for good. */
  impersonal: Record<string, unknown>;
  /** Dotted path → value. Empty when the event says nothing personal. */
  personal: Record<string, unknown>;
};

/** Takes the given paths out of a payload; the payload itself is left as it was. */
export function splitPersonal(
  payload: Record<string, unknown>,
  paths: readonly string[],
): SplitPayload {
  const personal: Record<string, unknown> = {};
  let impersonal = payload;
  for (const path of paths) {
    const keys = path.split(".");
    const last = keys.pop() as string;
    const parent = descend(payload, keys);
    if (!parent || !Object.hasOwn(parent, last)) continue;
    personal[path] = parent[last];
    impersonal = leaveOut(impersonal, keys, last);
  }
  return { impersonal, personal };
}

/** A copy without one field: only the objects on the way to it are made anew. */
function leaveOut(
  root: Record<string, unknown>,
  [key, ...keys]: readonly string[],
  last: string,
): Record<string, unknown> {
  const copy = { ...root };
  if (key === undefined) delete copy[last];
  else copy[key] = leaveOut(root[key] as Record<string, unknown>, keys, last);
  return copy;
}

/** The inverse of splitPersonal; an erased field stays absent. */
export function joinPersonal(
  impersonal: Record<string, unknown>,
  personal: Record<string, unknown>,
): Record<string, unknown> {
  const payload = structuredClone(impersonal);
  for (const [path, value] of Object.entries(personal)) {
    const keys = path.split(".");
    const last = keys.pop() as string;
    const parent = descend(payload, keys);
    if (parent) parent[last] = value;
  }
  return payload;
}

function descend(
  root: Record<string, unknown>,
  keys: readonly string[],
): Record<string, unknown> | null {
  let node: unknown = root;
  for (const key of keys) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, key)) return null;
    node = (node as Record<string, unknown>)[key];
  }
  return typeof node === "object" && node !== null ? (node as Record<string, unknown>) : null;
}
