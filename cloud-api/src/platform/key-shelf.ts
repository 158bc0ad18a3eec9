import type { KeyObject } from "node:crypto";
import { nameKey, readPublicKey } from "@foyer/contract";
import type { BoxKey } from "./session.ts";

/** Keys that are remembered; the one that was not asked for longest is forgotten first. */
const KEYS_MAX = 20_000;

export type KeyShelf = {
  /** The public key of this name, if a box has it or had it since this process began. */
  find: (keyId: string) => Promise<KeyObject | null>;
  forget: (keyId: string) => void;
};

/**
 * Public keys by their names. A name is the key's own hash, so what is remembered can never be wrong;
 * whether a box still has the key is asked with each call. Unknown names are asked for together, one
 * question at a time: strangers who make names up cost one connection, and no more.
 */
export function openKeyShelf(
  findBoxKeys: (keyIds: readonly Buffer[]) => Promise<readonly BoxKey[]>,
): KeyShelf {
  const held = new Map<string, KeyObject>();
  let asking: Promise<ReadonlyMap<string, KeyObject>> | null = null;
  let next: { keyIds: Set<string>; answer: Promise<ReadonlyMap<string, KeyObject>> } | null = null;

  const ask = async (keyIds: ReadonlySet<string>) => {
    const found = await findBoxKeys([...keyIds].map((keyId) => Buffer.from(keyId, "base64url")));
    const keys = new Map<string, KeyObject>();
    for (const { publicKey } of found) {
      const key = readPublicKey(publicKey.toString("base64url"));
      if (key) keys.set(nameKey(publicKey), key);
    }
    return keys;
  };
  const askWithOthers = (keyId: string) => {
    if (next) {
      next.keyIds.add(keyId);
      return next.answer;
    }
    const keyIds = new Set([keyId]);
    const before = asking?.catch(() => {});
    const answer = Promise.resolve(before).then(() => {
      next = null;
      asking = ask(keyIds);
      return asking;
    });
    next = { keyIds, answer };
    return answer;
  };
  const keep = (keyId: string, key: KeyObject) => {
    // The last of the map is the one that was asked for last.
    held.delete(keyId);
    held.set(keyId, key);
    const [oldest] = held.keys();
    if (held.size > KEYS_MAX && oldest !== undefined) held.delete(oldest);
  };
  return {
    find: async (keyId) => {
      const key = held.get(keyId) ?? (await askWithOthers(keyId)).get(keyId) ?? null;
      if (key) keep(keyId, key);
      return key;
    },
    forget: (keyId) => {
      held.delete(keyId);
    },
  };
}
