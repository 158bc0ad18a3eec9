import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Eta } from "eta";

/** Draws a template by its name, such as `welcome`, with the values that it calls `it`. */
export type Templates = (name: string, values: object) => string;

/**
 * The templates of one folder. `<%= %>` escapes. Each is read and compiled once, be it drawn by itself
 * or included: Eta would work out the file's path each time, which takes longer than drawing it.
 */
export function openTemplates(folderUrl: URL): Templates {
  const eta = new Eta({ autoEscape: true });
  const compile = (name: string) =>
    eta.compile(readFileSync(fileURLToPath(new URL(`${name}.eta`, folderUrl)), "utf8"));
  const compiled = new Map<unknown, ReturnType<typeof compile>>();
  eta.render = (name, values) => {
    const template = compiled.get(name) ?? compile(String(name));
    compiled.set(name, template);
    return template.call(eta, values);
  };
  return (name, values) => eta.render(name, values).trim();
}
