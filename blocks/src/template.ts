import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Eta } from "eta";

/** Draws a template by its name, such as `welcome`, with the values that it calls `it`. */
export type Templates = (name: string, values: object) => string;

/**
 * The templates of one folder. `<%= %>` escapes. Each is read and compiled once, be it drawn by itself
 * or included: Eta would work out the file's path each time, which takes longer than drawing it. What is not in
 * the folder is taken from the one beside it.
 */
export function openTemplates(folderUrl: URL, besideUrl: URL = folderUrl): Templates {
  const draw = openWholePages(folderUrl, besideUrl);
  return (name, values) => draw(name, values).trim();
}

/**
 * The same for whole pages, whose ends nobody looks at: to cut blanks off what was drawn, all of it has
 * to be copied into one piece first, which is done once more as it is sent.
 */
export function openWholePages(folderUrl: URL, besideUrl: URL = folderUrl): Templates {
  const eta = new Eta({ autoEscape: true });
  const compile = (name: string) => {
    const [found] = [folderUrl, besideUrl]
      .map((folder) => fileURLToPath(new URL(`${name}.eta`, folder)))
      .filter((path) => existsSync(path));
    if (found === undefined) throw new Error(`there is no template ${name} in ${folderUrl}`);
    return eta.compile(readFileSync(found, "utf8"));
  };
  const compiled = new Map<unknown, ReturnType<typeof compile>>();
  eta.render = (name, values) => {
    const template = compiled.get(name) ?? compile(String(name));
    compiled.set(name, template);
    return template.call(eta, values);
  };
  return (name, values) => eta.render(name, values);
}
