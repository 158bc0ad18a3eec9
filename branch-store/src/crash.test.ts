import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { sampleIdentity } from "../test/store.ts";
import { openBranchStore, STORE_FILE } from "./open.ts";

const WRITER = join(import.meta.dirname, "..", "test", "writer.ts");
const KILLS = 20;

function startWriter(folder: string, number: number) {
  const child: ChildProcess = spawn(process.execPath, [WRITER, folder, String(number)]);
  let output = "";
  let faults = "";
  child.stdout?.on("data", (chunk) => (output += chunk));
  child.stderr?.on("data", (chunk) => (faults += chunk));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const written = new Promise<void>((resolve) => child.stdout?.once("data", () => resolve()));
  return {
    waitForCommit: async () => {
      const hasEnded = await Promise.race([written.then(() => false), ended.then(() => true)]);
      if (hasEnded) throw new Error(`writer ${number} ended before its first commit: ${faults}`);
    },
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
      expect(faults).toBe("");
      // The last line may be cut: a write that was not told whole was not told.
      return output.split("\n").slice(0, -1);
    },
  };
}

test("a store killed twenty times under two writers loses nothing it had told", async () => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-crash-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const identity = sampleIdentity();
  writeFileSync(
    join(folder, "box.json"),
    JSON.stringify({ ...identity, cloudUrl: "http://127.0.0.1:1" }),
  );
  openBranchStore({ folder, identity, clock: () => new Date() }).close();

  let told = 0;
  let lastSeq = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const writers = [startWriter(folder, 0), startWriter(folder, 1)];
    await Promise.all(writers.map((writer) => writer.waitForCommit()));
    await setTimeout(Math.random() * 60);
    const acknowledged = (await Promise.all(writers.map((writer) => writer.kill()))).flat();
    told += acknowledged.length;

    const db = new Database(join(folder, STORE_FILE));
    expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
    const find = db.prepare("select 1 from sessions where id = ?");
    expect(acknowledged.filter((id) => !find.get(id))).toEqual([]);
    const gaps = db
      .prepare("select count(*) as rows, min(seq) as low, max(seq) as high from outbox")
      .get() as { rows: number; low: number; high: number };
    expect(gaps.rows).toBe(gaps.high - gaps.low + 1);
    expect(gaps.high).toBeGreaterThan(lastSeq);
    lastSeq = gaps.high;
    // Each session came with all its events or not at all.
    const torn = db
      .prepare(
        `select count(*) as torn from outbox as started where type = 'session.started'
         and not exists (select 1 from sessions where id = started.payload ->> 'sessionId')`,
      )
      .get();
    expect(torn).toEqual({ torn: 0 });
    db.close();
  }
  expect(told).toBeGreaterThan(KILLS * 2);
}, 120_000);
