import { createHash } from "node:crypto";
import { Compile } from "typebox/compile";
import { EventEnvelope, findPersonalPaths } from "./event.ts";
import { beginSealing, type HpkeContext, readX25519 } from "./hpke.ts";
import { joinPersonal, splitPersonal } from "./personal.ts";
import type { SealedFields, SealingKey } from "./sealed-fields.ts";

/** What the keys of a box's events are derived for (RFC 9180 §5.1, `info`). */
export const SEALED_EVENTS = { info: Buffer.from("foyer box events 1") };

const KEY_NAME_CHARACTERS = 16;

export function nameSealingKey(publicKey: string): string {
  const octets = Buffer.from(publicKey, "base64url");
  return createHash("sha256").update(octets).digest("base64url").slice(0, KEY_NAME_CHARACTERS);
}

/** Whether a key is one, by its own name. */
export function isSealingKey({ id, publicKey }: SealingKey): boolean {
  return readX25519(publicKey) !== null && nameSealingKey(publicKey) === id;
}

type Sealable = Pick<EventEnvelope, "id" | "type" | "version" | "tenantId" | "boxId" | "payload">;

/**
 * What a sealed field stands beside. It opens in no other event, field, box or company: whoever holds a
 * stolen box's disk and has an account at the same cloud could read it there otherwise.
 */
const writePlace = (event: Sealable, field: string): Buffer =>
  Buffer.from([event.tenantId, event.boxId, event.id, event.type, event.version, field].join("\n"));

/** What a box has of an event once it is sealed: null where nothing in it is personal. */
export type Sealed = { payload: Record<string, unknown>; sealed: SealedFields | null };

export type EventSealer = {
  readonly key: SealingKey;
  /** How many fields were sealed under this encapsulated key. */
  count: () => number;
  seal: (event: Sealable) => Sealed;
};

/** Begins an encapsulated key; who seals begins a new one before long, and keeps none on a disk. */
export function openEventSealer(key: SealingKey): EventSealer {
  const recipient = readX25519(key.publicKey);
  if (!recipient) throw new Error(`sealing key ${key.id} is not one of X25519`);
  const { encapsulated, context } = beginSealing(recipient, SEALED_EVENTS);
  let next = 0;
  const seal = (event: Sealable): Sealed => {
    const paths = findPersonalPaths(event.type, event.version) ?? [];
    const { impersonal, personal } = splitPersonal(event.payload, paths);
    const byField = Map.groupBy(Object.entries(personal), ([path]) => fieldOf(path));
    if (byField.size === 0) return { payload: event.payload, sealed: null };
    const fields: SealedFields["fields"] = {};
    for (const [field, values] of byField) {
      const text = Buffer.from(JSON.stringify(Object.fromEntries(values)));
      const octets = context.seal(next, writePlace(event, field), text);
      fields[field] = [next, octets.toString("base64url")];
      next += 1;
    }
    return { payload: impersonal, sealed: { key: key.id, encapsulated, fields } };
  };
  return { key, count: () => next, seal };
}

const fieldOf = (path: string): string => path.split(".")[0] ?? path;

const SealedEvent = Compile(EventEnvelope);

/** The sealed part of an event as it came; null where it has none that can be read as one. */
export function findSealed(value: unknown): SealedFields | null {
  const hasOne = typeof value === "object" && value !== null && "sealed" in value;
  return hasOne && SealedEvent.Check(value) ? (value.sealed ?? null) : null;
}

/** An event as it was before it was sealed; null: the key is another one, or something was changed. */
export function openSealedEvent(event: EventEnvelope, context: HpkeContext): EventEnvelope | null {
  const { sealed, ...open } = event;
  let { payload } = event;
  for (const [field, [seq, octets]] of Object.entries(sealed?.fields ?? {})) {
    const text = context.open(seq, writePlace(event, field), Buffer.from(octets, "base64url"));
    const personal = text && readFields(text, field);
    if (!personal) return null;
    payload = joinPersonal(payload, personal);
  }
  return { ...open, payload };
}

/** Each path has to lead into its own field, and nowhere but into plain fields. */
function readFields(text: Buffer, field: string): Record<string, unknown> | null {
  const values = parse(text);
  if (typeof values !== "object" || values === null) return null;
  const isOwn = Object.keys(values).every(
    (path) => fieldOf(path) === field && /^[A-Za-z]+(\.[A-Za-z]+)*$/.test(path),
  );
  return isOwn ? (values as Record<string, unknown>) : null;
}

/** Whoever has the public key can seal anything. */
function parse(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString("utf8"));
  } catch {
    return null;
  }
}
