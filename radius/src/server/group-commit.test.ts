import { setImmediate as nextTurn } from "node:timers/promises";
import type { BranchStore, Transaction } from "@foyer/branch-store";
import { findDeviceByMac, seeDevice } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { MAC, NAS_ID, OTHER_MAC, startTestBox } from "../../test/box.ts";
import { createGroupCommit } from "./group-commit.ts";

/** Counts the transactions of a real store. */
const counting = (store: BranchStore) => {
  const counted = { transactions: 0 };
  const transaction = <T>(work: (tx: Transaction) => T): T => {
    counted.transactions += 1;
    return store.transaction(work);
  };
  return { counted, store: { ...store, transaction } };
};

const see = (mac: string) => (tx: Transaction) =>
  seeDevice(tx, { mac, nasId: NAS_ID, by: "radius" });

describe("group commit", () => {
  test("what arrives in one event-loop turn is one transaction, answered after it", async () => {
    const box = await startTestBox();
    const { counted, store } = counting(box.store);
    const commit = createGroupCommit(store);
    const done: number[] = [];
    const failed = () => expect.unreachable();
    for (let at = 0; at < 5; at++)
      commit.enqueue({ work: () => at, done: (result) => done.push(result), failed });
    expect(done).toEqual([]);
    await nextTurn();
    expect(done).toEqual([0, 1, 2, 3, 4]);
    expect(counted.transactions).toBe(1);
  });

  test("one job's fault costs the others nothing", async () => {
    const box = await startTestBox();
    const commit = createGroupCommit(box.store);
    const outcomes: string[] = [];
    const job = (name: string, work: (tx: Transaction) => unknown) =>
      commit.enqueue({
        work,
        done: () => outcomes.push(`${name} done`),
        failed: () => outcomes.push(`${name} failed`),
      });
    job("a", see(MAC));
    job("b", (tx) => {
      see("AC-00-5E-00-53-09")(tx);
      throw new Error("a bug");
    });
    job("c", see(OTHER_MAC));
    await nextTurn();
    expect(outcomes).toEqual(["a done", "b failed", "c done"]);
    const find = (mac: string) => box.store.read((tx) => findDeviceByMac(tx, mac));
    expect(find(MAC)).not.toBeNull();
    expect(find(OTHER_MAC)).not.toBeNull();
    expect(find("AC-00-5E-00-53-09")).toBeNull();
  });

  test("a store that fails is tried once, and every job hears of it", async () => {
    const box = await startTestBox();
    const { counted, store } = counting(box.store);
    const commit = createGroupCommit(store);
    const errors: unknown[] = [];
    const full = Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
    const work = () => {
      throw full;
    };
    for (let at = 0; at < 3; at++)
      commit.enqueue({ work, done: () => {}, failed: (error) => errors.push(error) });
    await nextTurn();
    expect(errors).toEqual([full, full, full]);
    expect(counted.transactions).toBe(1);
  });

  test("a storm is committed in parts, and what is too much is turned away", async () => {
    const box = await startTestBox();
    const { counted, store } = counting(box.store);
    const commit = createGroupCommit(store);
    let done = 0;
    const job = { work: () => 1, done: () => (done += 1), failed: () => {} };
    const taken = Array.from({ length: 5000 }, () => commit.enqueue(job));
    expect(taken.filter(Boolean)).toHaveLength(4096);
    commit.flushAll();
    expect(done).toBe(4096);
    expect(counted.transactions).toBe(16);
  });
});
