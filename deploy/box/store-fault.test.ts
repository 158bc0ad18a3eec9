import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { openBranchReader, openBranchStore, STORE_FILE } from "@foyer/branch-store";
import { expect, onTestFinished, test } from "vitest";
import { findDiskFault } from "./disk-fault.ts";
import { findStoreFault } from "./store-fault.ts";
import { say } from "./words.ts";

const IDENTITY = {
  tenantId: "01990000-0000-7000-8000-000000000101",
  branchId: "01990000-0000-7000-8000-000000000102",
  boxId: "01990000-0000-7000-8000-000000000103",
};
const clock = () => new Date("2026-03-04T05:06:07.000Z");

/** A store, and what SQLite says to whoever writes to it and may not. */
function refuseToWrite(): { folder: string; refusal: unknown } {
  const folder = mkdtempSync(join(tmpdir(), "foyer-store-fault-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  openBranchStore({ folder, identity: IDENTITY, clock }).close();
  const reader = openBranchReader({ folder, clock });
  try {
    reader.read((tx) => tx.sql("delete from guests").run());
  } catch (refusal) {
    return { folder, refusal };
  } finally {
    reader.close();
  }
  throw new Error("it was written");
}

test("a store of another's is no worn-out disk: whose it is is said, and how it is given back", () => {
  const { folder, refusal } = refuseToWrite();
  expect(refusal).toMatchObject({ code: "SQLITE_READONLY" });
  expect(findDiskFault(refusal)).toBeNull();
  const word = findStoreFault(refusal, { folder, user: "foyer" });
  const owner = userInfo().username;
  expect(word).toMatchObject({ kind: "store-of-another", owner });
  if (!word) throw new Error("nothing was found");
  for (const language of ["en", "vi"] as const) {
    expect(say(language, word)).toContain(join(folder, STORE_FILE));
    expect(say(language, word)).toContain(`sudo chown -R foyer:foyer ${folder}`);
  }
});

test("what the box's own user may not write, and what is no store's, is nobody's fault", () => {
  const { folder, refusal } = refuseToWrite();
  expect(findStoreFault(refusal, { folder, user: userInfo().username })).toBeNull();
  expect(findStoreFault(refusal, { folder: join(folder, "gone"), user: "foyer" })).toBeNull();
  expect(findStoreFault(new Error("attempt"), { folder, user: "foyer" })).toBeNull();
});
