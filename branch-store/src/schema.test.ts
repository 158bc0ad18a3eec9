import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { openTestStore, sampleIdentity } from "../test/store.ts";
import { findSettings, openBranchStore, STORE_FILE, seeDevice } from "./index.ts";

const MAC = "00-00-5E-00-53-01";
const NAS_ID = "01990000-0000-7000-8000-000000000140";

/** What an upgrade does that is rolled back later: it adds to the schema, and says who still gets on. */
function upgrade(folder: string, oldestSchema: (schema: number) => number): number {
  const db = new Database(join(folder, STORE_FILE));
  const schema = (db.pragma("user_version", { simple: true }) as number) + 1;
  db.exec("alter table devices add column colour text; create table hats (id integer primary key)");
  db.pragma(`user_version = ${schema}`);
  db.pragma(`application_id = ${oldestSchema(schema)}`);
  db.close();
  return schema;
}

const reopen = (folder: string) =>
  openBranchStore({ folder, identity: sampleIdentity(), clock: () => new Date() });

test("a release works on after an upgrade that was rolled back, and leaves the newer schema", () => {
  const { folder, close } = openTestStore();
  close();
  const schema = upgrade(folder, (newer) => newer - 1);
  const store = reopen(folder);
  expect(store.read(findSettings)).not.toBeNull();
  const seen = { mac: MAC, nasId: NAS_ID, by: "portal" } as const;
  expect(store.transaction((tx) => seeDevice(tx, seen)).mac).toBe(MAC);
  store.close();
  const db = new Database(join(folder, STORE_FILE));
  expect(db.pragma("user_version", { simple: true })).toBe(schema);
  db.close();
});

test.each([
  ["took away what this release needs", (newer: number) => newer],
  ["says nothing of older ones", () => 0],
])("a store whose newest release %s is refused in words", (_, oldestSchema) => {
  const { folder, close } = openTestStore();
  close();
  upgrade(folder, oldestSchema);
  expect(() => reopen(folder)).toThrow("install the newer release");
});

test("a new store says which releases may stand in for the one that made it", () => {
  const { folder } = openTestStore();
  const db = new Database(join(folder, STORE_FILE), { readonly: true });
  const [schema, oldest] = ["user_version", "application_id"].map((name) =>
    db.pragma(name, { simple: true }),
  ) as [number, number];
  db.close();
  expect(oldest).toBeGreaterThan(0);
  expect(oldest).toBeLessThanOrEqual(schema);
});
