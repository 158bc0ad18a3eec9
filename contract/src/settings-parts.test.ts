import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  hashPart,
  hashParts,
  listPictureHashes,
  putPicturesIn,
  readPartHashes,
  takePicturesOut,
  writePartHashes,
} from "./settings-parts.ts";

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "fixtures/settings/branch-settings.json"), "utf8"),
);
const picture = `data:image/png;base64,${"A".repeat(4000)}`;

test("pictures are taken out and put in again, and a text that looks like one stays a text", () => {
  const page = {
    blocks: [{ source: picture }, { source: picture }, { alt: "picture:sha256:0" }, { n: null }],
  };
  const { value, pictures } = takePicturesOut(page);
  expect(JSON.stringify(value).length).toBeLessThan(400);
  expect(listPictureHashes(value)).toEqual([...pictures.keys()]);
  expect(pictures.size).toBe(1);
  expect(putPicturesIn(value, (hash) => pictures.get(hash) ?? null)).toEqual(page);
  expect(() => putPicturesIn(value, () => null)).toThrow("is missing");
});

test("a short picture stays where it is", () => {
  const logo = "data:image/png;base64,AAAA";
  expect(takePicturesOut({ logo })).toEqual({ value: { logo }, pictures: new Map() });
});

test("a part's hash is of its words, not of the order in which a database gives its fields", () => {
  expect(hashPart({ a: [1, { b: 2, c: undefined }], d: "x" })).toBe(
    hashPart({ d: "x", a: [1, { b: 2 }] }),
  );
  expect(hashPart([1, 2])).not.toBe(hashPart([2, 1]));
});

test("the golden settings have one hash a part, none of them of the version, and say it in a query", () => {
  const hashes = hashParts(golden);
  expect(Object.keys(hashes).toSorted()).toEqual(
    Object.keys(golden)
      .filter((name) => name !== "version")
      .toSorted(),
  );
  expect(hashParts({ ...golden, version: 99 })).toEqual(hashes);
  expect(new Map(Object.entries(hashes))).toEqual(readPartHashes(writePartHashes(hashes)));
  expect(readPartHashes("")).toEqual(new Map());
});
