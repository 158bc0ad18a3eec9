import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";

/** How our files name each other: the end of an import, a worker's file, a manifest's door. */
const NAMED = /\.ts(?=["'`])/g;

/**
 * Makes plain JavaScript of what is TypeScript below a folder. Types are blanked out, so that lines and
 * columns stay. Node could do it at each start, and does in a checkout; on a box of 1 GB the compiler for it
 * takes tens of megabytes in each process and seconds at each start.
 */
export function stripTypes(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name === "node_modules" || entry.isSymbolicLink()) continue;
    if (entry.isDirectory()) stripTypes(path);
    else if (entry.name === "package.json")
      writeFileSync(path, readFileSync(path, "utf8").replace(NAMED, ".js"));
    else if (entry.name.endsWith(".ts")) {
      const stripped = stripTypeScriptTypes(readFileSync(path, "utf8"));
      writeFileSync(path.replace(/ts$/, "js"), stripped.replace(NAMED, ".js"));
      rmSync(path);
    }
  }
}
