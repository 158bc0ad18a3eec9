import { readDestination } from "@foyer/contract";
import type { ReadFields } from "./block.ts";

const URL_CHARACTERS_MAX = 500;

/** Reads one field that holds a web address. */
export function readUrl(fields: Record<string, unknown>, name: string): ReadFields<string> {
  const value = fields[name];
  const url =
    typeof value === "string" && value.length <= URL_CHARACTERS_MAX ? readDestination(value) : null;
  return url === null
    ? {
        kind: "invalid",
        reason: `${name} is not a web address of at most ${URL_CHARACTERS_MAX} characters`,
      }
    : { kind: "fields", fields: url.href };
}
