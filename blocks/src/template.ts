import { fileURLToPath } from "node:url";
import { Eta } from "eta";

/** The templates of one folder, compiled once. `<%= %>` escapes; no block prints raw. */
export function openTemplates(folderUrl: URL): (name: string, view: object) => string {
  const eta = new Eta({ views: fileURLToPath(folderUrl), autoEscape: true, cache: true });
  return (name, view) => eta.render(`./${name}`, view).trim();
}
