import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a line of a log has of its own, and chance may make look like a code. */
const OWN_NUMBERS = new Set(["time", "pid", "level"]);

/** Every file of a folder of logs, line by line. */
export function listLogLines(folder: string): { file: string; line: string }[] {
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => ({ file, line })),
  );
}

/** The lines that say one of the words: as a word of its own, for ids and hashes hold anything by chance. */
export function findInLogs(folder: string, words: readonly string[]): string[] {
  const whole = words.map((word) => {
    const escaped = word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`(?<![\\p{L}\\p{N}_-])${escaped}(?![\\p{L}\\p{N}_-])`, "u");
  });
  return listLogLines(folder).flatMap(({ file, line }) => {
    const texts = readTexts(line);
    const isTold = whole.some((word) => texts.some((text) => word.test(text)));
    return isTold ? [`${file}: ${line}`] : [];
  });
}

function readTexts(line: string): string[] {
  let fields: unknown = line;
  try {
    fields = JSON.parse(line);
  } catch {
    // A line of words, as a process that cannot start writes.
  }
  return listValues(fields);
}

function listValues(value: unknown): string[] {
  if (value === null || typeof value !== "object") return [String(value)];
  return Object.entries(value).flatMap(([name, inside]) =>
    OWN_NUMBERS.has(name) ? [] : listValues(inside),
  );
}
