import type { BranchStore } from "@foyer/branch-store";
import { findSettings } from "@foyer/branch-store";
import {
  hashPart,
  hashParts,
  listParts,
  listPictureHashes,
  putPicturesIn,
  type SettingsParts,
  takePicturesOut,
} from "@foyer/contract";
import type { Cloud } from "./cloud.ts";
import type { Failure } from "./link.ts";
import type { PictureShelf } from "./picture-shelf.ts";

/** The hashes of the parts this box holds; none before its first settings. */
export function findPartHashes(store: BranchStore): Record<string, string> {
  const settings = store.read(findSettings);
  return settings ? hashParts(settings) : {};
}

export type Assembled =
  | { kind: "document"; document: Record<string, unknown> }
  /** A picture did not come: what came of it stays, and the settings are asked for again. */
  | { kind: "failure"; failure: Failure }
  /** Parts are missing that this box said it holds, or are not what their hashes say. */
  | { kind: "mismatch"; reason: string };

/**
 * Makes the whole document of what came and of what this box holds. Pictures that it has nowhere are
 * asked for, each from where it was broken off.
 */
export async function assembleSettings(
  { store, cloud, shelf }: { store: BranchStore; cloud: Cloud; shelf: PictureShelf },
  { version, hashes, parts }: SettingsParts,
): Promise<Assembled> {
  const held = takePicturesOut(Object.fromEntries(listParts(store.read(findSettings) ?? {})));
  const bare: Record<string, unknown> = {};
  for (const [name, hash] of Object.entries(hashes)) {
    const part = parts[name] ?? (held.value as Record<string, unknown>)[name];
    if (part === undefined || hashPart(part) !== hash)
      return { kind: "mismatch", reason: `/${name} is not what its hash says` };
    bare[name] = part;
  }
  const find = (hash: string) => held.pictures.get(hash) ?? shelf.find(hash);
  for (const hash of listPictureHashes(bare)) {
    if (find(hash) !== null) continue;
    const failure = await fetchPicture({ cloud, shelf }, hash);
    if (failure) return { kind: "failure", failure };
  }
  const document = putPicturesIn(bare, find) as Record<string, unknown>;
  return { kind: "document", document: { ...document, version } };
}

/** Null when it is on the shelf, whole and the right one. */
async function fetchPicture(
  { cloud, shelf }: { cloud: Cloud; shelf: PictureShelf },
  hash: string,
): Promise<Failure | null> {
  const answer = await cloud.fetchPicture({
    hash,
    from: shelf.countBytes(hash),
    take: (bytes) => shelf.append(hash, bytes),
    // A cloud that does not go on from there sends it whole.
    restart: () => shelf.drop(hash),
  });
  if (answer.kind !== "answered") return answer;
  if (shelf.finish(hash)) return null;
  return { kind: "failed", reason: "a picture is not the one its hash names" };
}
