import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The pages that are put into a HotSpot's html-directory. */
export const HOTSPOT_PAGES = join(import.meta.dirname, "../../deploy/nas/mikrotik");

/** A page as RouterOS shows it: `$(name)` is replaced, `$(if name == 'x')` chooses. */
export function fillIn(page: string, variables: Record<string, string>): string {
  const text = readFileSync(join(HOTSPOT_PAGES, page), "utf8");
  const chosen = text.replaceAll(
    /\$\(if ([\w-]+) == '([^']*)'\)(.*?)\$\(else\)(.*?)\$\(endif\)/gs,
    (_, name: string, value: string, then: string, otherwise: string) =>
      variables[name] === value ? then : otherwise,
  );
  return chosen.replaceAll(/\$\(([\w-]+)\)/g, (_, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`${page} uses $(${name}), which is not filled in`);
    return value;
  });
}
