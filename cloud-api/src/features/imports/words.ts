import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Field, Reason } from "./rules.ts";

/** The words of this feature that stand in files, in the languages of staff. */
export type Words = Record<
  `reason-${Reason}` | `field-${Field}` | "reason-column" | "imports" | "bad",
  string
>;

const read = (language: string): Words =>
  JSON.parse(readFileSync(join(import.meta.dirname, "locales", `${language}.json`), "utf8"));

export const WORDS = { vi: read("vi"), en: read("en") };
