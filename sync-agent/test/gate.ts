import type { IncomingMessage } from "node:http";
import {
  digestContent,
  isSignedBy,
  nameKey,
  readCallLabel,
  readPublicKey,
  type SignedCall,
} from "@foyer/contract";
import { readBoxKey } from "../src/box-key.ts";

type Key = { publicKey: string; taken: Set<number>; isOld: boolean };

/** What becomes of a call; `through` where its number is too low, `isOld` where its key is. */
type Passed = { kind: "refused"; through: number | null } | { kind: "taken"; isOld: boolean };

const STRANGER: Passed = { kind: "refused", through: null };

/** What stands before the double's routes: signatures of known keys, each number once. */
export function openGate(boxKey: string, callsThrough: number) {
  const keys = new Map<string, Key>();
  const add = (publicKey: string) =>
    keys.set(nameKey(Buffer.from(publicKey, "base64url")), {
      ...{ publicKey, taken: new Set(), isOld: false },
    });
  const first = readBoxKey(boxKey);
  if (!first) throw new Error("the double was given no box key");
  add(first.publicKey);

  function check(request: IncomingMessage, body: Buffer): Passed {
    const { headers, method = "" } = request;
    const hasContent = method !== "GET";
    const call: SignedCall = {
      ...{ method, target: request.url ?? "" },
      contentDigest: hasContent ? digestContent(body) : null,
      contentEncoding: (headers["content-encoding"] as string | undefined) ?? null,
    };
    if (hasContent && headers["content-digest"] !== call.contentDigest) return STRANGER;
    const label = readCallLabel(call, String(headers["signature-input"]));
    const key = label && keys.get(label.keyId);
    const publicKey = key ? readPublicKey(key.publicKey) : null;
    const signature = String(headers.signature);
    if (!label || !key || !publicKey || !isSignedBy(call, { ...label, publicKey, signature }))
      return STRANGER;
    if (label.number <= callsThrough || key.taken.has(label.number))
      return { kind: "refused", through: Math.max(callsThrough, ...key.taken) };
    key.taken.add(label.number);
    // The first call of a new key ends those before it.
    for (const id of keys.keys()) {
      if (id === label.keyId) break;
      keys.delete(id);
    }
    return { kind: "taken", isOld: key.isOld };
  }

  /** As a copy of the cloud from before all later keys. */
  const restore = (publicKey: string) => {
    keys.clear();
    add(publicKey);
  };
  /** The keys of now are old from here on, and none that comes. */
  const age = () => {
    for (const key of keys.values()) key.isOld = true;
  };
  return { add, age, check, restore, forget: () => keys.clear() };
}
