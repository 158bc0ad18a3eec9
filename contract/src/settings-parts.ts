import { createHash } from "node:crypto";

/** A shorter picture costs less than asking for it. */
const PICTURE_CHARACTERS_MIN = 1024;
const PART_HASH_DIGITS = 32;
const PICTURE = "picture:sha256:";
/** Before a text that happens to begin as what stands for a picture does. */
const TEXT = "picture:text:";
const ANY = "picture:";

/** Puts the hash of each picture in its place. `pictures`: data: URLs by the SHA-256 of their letters. */
export function takePicturesOut(value: unknown): {
  value: unknown;
  pictures: ReadonlyMap<string, string>;
} {
  const pictures = new Map<string, string>();
  const taken = mapTexts(value, (text) => {
    if (text.startsWith(ANY)) return `${TEXT}${text}`;
    if (!text.startsWith("data:image/") || text.length < PICTURE_CHARACTERS_MIN) return text;
    const hash = hashPicture(text);
    pictures.set(hash, text);
    return `${PICTURE}${hash}`;
  });
  return { value: taken, pictures };
}

/** Undoes takePicturesOut. Throws for a picture that `find` does not have: list them first. */
export function putPicturesIn(value: unknown, find: (hash: string) => string | null): unknown {
  return mapTexts(value, (text) => {
    if (text.startsWith(TEXT)) return text.slice(TEXT.length);
    if (!text.startsWith(PICTURE)) return text;
    const picture = find(text.slice(PICTURE.length));
    if (picture === null) throw new Error(`${text} is missing`);
    return picture;
  });
}

/** The hashes of the pictures that a part without pictures speaks of, each once. */
export function listPictureHashes(value: unknown): string[] {
  const hashes = new Set<string>();
  mapTexts(value, (text) => {
    if (text.startsWith(PICTURE)) hashes.add(text.slice(PICTURE.length));
    return text;
  });
  return [...hashes];
}

export function hashPicture(picture: string | Buffer): string {
  return createHash("sha256").update(picture).digest("hex");
}

/** The same for the same words, whatever the order of fields: a database keeps none. */
export function hashPart(withoutPictures: unknown): string {
  const text = JSON.stringify(inOrder(withoutPictures));
  return createHash("sha256").update(text).digest("hex").slice(0, PART_HASH_DIGITS);
}

/** Of a settings document, as the box says what it holds and as the cloud compares. */
export function hashParts(document: object): Record<string, string> {
  return Object.fromEntries(
    listParts(document).map(([name, part]) => [name, hashPart(takePicturesOut(part).value)]),
  );
}

/** The document's fields but for its version; one that is undefined is none. */
export function listParts(document: object): [string, unknown][] {
  return Object.entries(document).filter(
    ([name, part]) => name !== "version" && part !== undefined,
  );
}

/** As a query says it: `brand:<hash>,nas:<hash>`. */
export function writePartHashes(hashes: Readonly<Record<string, string>>): string {
  return Object.entries(hashes)
    .map(([name, hash]) => `${name}:${hash}`)
    .join(",");
}

export function readPartHashes(text: string): Map<string, string> {
  const pairs = text.split(",").map((each) => each.split(":"));
  return new Map(pairs.flatMap(([name, hash]) => (name && hash ? [[name, hash]] : [])));
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, mapTexts(each, map)]),
  );
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, each]) => each !== undefined);
  const sorted = fields.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, each]) => [name, inOrder(each)]));
}
