import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";

const MIGRATIONS = join(import.meta.dirname, "migrations");

test("a browser that was given a token by an older release keeps it", () => {
  const files = readdirSync(MIGRATIONS).sort();
  const at = files.findIndex((name) => name.endsWith("-device-tokens.sql"));
  const db = new Database(":memory:");
  const run = (names: string[]) => {
    for (const name of names) db.exec(readFileSync(join(MIGRATIONS, name), "utf8"));
  };
  run(files.slice(0, at));
  const hash = createHash("sha256").update("token").digest("hex");
  const insert = db.prepare(
    `insert into devices (id, mac, randomised, token_sha256, first_seen_at, last_seen_at)
     values (?, ?, 0, ?, 1, 2)`,
  );
  insert.run("with", "AC-00-5E-00-53-01", hash);
  insert.run("without", "AC-00-5E-00-53-02", null);
  run(files.slice(at));
  expect(db.prepare("select token_sha256, device_id from device_tokens").all()).toEqual([
    { token_sha256: hash, device_id: "with" },
  ]);
  db.close();
});
