import { readFileSync } from "node:fs";

const PASSPHRASE_CHARACTERS_MIN = 12;

/** The first line of a file; null: none was asked for. A short one is no passphrase. */
export function readPassphrase(file: string | undefined): string | null {
  if (file === undefined) return null;
  const [line = ""] = readFileSync(file, "utf8").split("\n");
  if (line.trim().length >= PASSPHRASE_CHARACTERS_MIN) return line.trim();
  throw new Error(
    `${file}: its first line is to be a passphrase of ${PASSPHRASE_CHARACTERS_MIN} characters or more`,
  );
}
