import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { basename, join } from "node:path";

// Runs the benchmarks, one after the other so that they do not disturb each other's figures:
// pnpm bench [name [options]], where the name is a script's, such as ingest, or a package's. What
// takes an hour runs by its own name alone.

const root = join(import.meta.dirname, "..");
const BY_NAME_ALONE = new Set(["soak"]);
const [wanted, ...options] = process.argv.slice(2);
const scripts = globSync("*/bench/*.ts", { cwd: root })
  .filter((path) => !path.endsWith(".test.ts"))
  .sort();
const chosen = scripts.filter((path) => {
  const name = basename(path, ".ts");
  if (name === wanted) return true;
  return !BY_NAME_ALONE.has(name) && (!wanted || path.startsWith(`${wanted}/`));
});

if (chosen.length === 0) {
  const names = scripts.map((path) => basename(path, ".ts")).join(", ");
  console.error(wanted ? `No benchmark is called ${wanted}.` : "There is no benchmark.");
  if (names !== "") console.error(`There are: ${names}.`);
  process.exit(1);
}

let failed = 0;
for (const path of chosen) {
  console.log(`# ${path}`);
  const { status } = spawnSync(process.execPath, [path, ...options], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);
