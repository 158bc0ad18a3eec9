import { resolve } from "node:path";
import { findVersion, readText, replaceFile } from "./host.ts";
import { idsOf } from "./install.ts";
import type { Installation } from "./installation.ts";
import { readReleaseKey } from "./release-key.ts";
import type { Word } from "./words.ts";

/** From now on only what the other half of this key has signed is taken. */
export function runTrust(it: Installation, { words }: { words: readonly string[] }): number | null {
  const [name] = words;
  if (name === undefined) return null;
  const refuse = (word: Word) => {
    console.error(it.say(word));
    return 1;
  };
  if (findVersion(it.places.current) === null) return refuse({ kind: "not-installed" });
  const file = resolve(name);
  const text = readText(file);
  if (text === null) return refuse({ kind: "no-file", file });
  const read = readReleaseKey(text);
  if (read.kind === "private") return refuse({ kind: "key-private", file });
  if (read.kind === "other") return refuse({ kind: "key-other", file });
  const { gid } = idsOf(it.user);
  replaceFile(it.places.releaseKey, read.pem, { mode: 0o644, gid });
  console.log(it.say({ kind: "trusts", name: read.name, key: it.places.releaseKey }));
  return 0;
}
