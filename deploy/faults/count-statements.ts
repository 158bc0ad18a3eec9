import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Client } from "pg";

// Loaded before a process (`--import count-statements.ts?file=…`): once the file holds a number, the process
// kills itself at that statement from there on, as kill -9 would. Of SQLite it is killed before the
// statement; of PostgreSQL as the statement has left, which it may carry out for nobody.

const file = new URL(import.meta.url).searchParams.get("file") ?? "";
const LOOK_MILLISECONDS = 20;
/** The store's own, as it is found from there. */
const STORE_DRIVER = "better-sqlite3";

let left = 0;
setInterval(() => {
  left ||= takeOrder();
}, LOOK_MILLISECONDS).unref();

function takeOrder(): number {
  try {
    const statement = Number(readFileSync(file, "utf8"));
    rmSync(file);
    return statement;
  } catch {
    return 0;
  }
}

function count(): void {
  if (left === 0) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, "SIGKILL");
}

type Method = (this: unknown, ...parts: unknown[]) => unknown;

/** `when`: on which side of the method it is counted. */
function countCalls(of: Record<string, Method>, name: string, when: "before" | "after"): void {
  const method = of[name];
  if (!method) throw new Error(`there is no ${name} to count`);
  of[name] = function (...parts) {
    if (when === "before") count();
    const result = method.apply(this, parts);
    if (when === "after") count();
    return result;
  };
}

const branchStore = fileURLToPath(import.meta.resolve("@foyer/branch-store"));
const Database = createRequire(branchStore)(STORE_DRIVER);
// Without a name it is in no folder.
const statement = Object.getPrototypeOf(new Database().prepare("select 1"));
for (const name of ["run", "get", "all"]) countCalls(statement, name, "before");
countCalls(Client.prototype as unknown as Record<string, Method>, "query", "after");
