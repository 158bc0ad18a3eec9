import { readText } from "./host.ts";
import { Told } from "./words.ts";

const PASSPHRASE_CHARACTERS_MIN = 12;

/** The first line of a file; null: none was asked for. A short one is no passphrase. */
export function readPassphrase(file: string | undefined): string | null {
  if (file === undefined) return null;
  const text = readText(file);
  if (text === null) throw new Told({ kind: "no-file", file });
  const [line = ""] = text.split("\n");
  if (line.trim().length >= PASSPHRASE_CHARACTERS_MIN) return line.trim();
  throw new Told({ kind: "short-passphrase", file, charactersMin: PASSPHRASE_CHARACTERS_MIN });
}
