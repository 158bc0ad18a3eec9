import type { BranchStore, Transaction } from "@foyer/branch-store";
import { findDeviceByMac, seeDevice } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { MAC, NAS_ID, OTHER_MAC, startTestBox } from "../../test/box.ts";
import { commitTogether } from "./commit-together.ts";

/** Counts the transactions of a real store. */
const counting = (store: BranchStore) => {
  const counted = { transactions: 0 };
  const transaction = <T>(work: (tx: Transaction) => T): T => {
    counted.transactions += 1;
    return store.transaction(work);
  };
  return { counted, store: { ...store, transaction } };
};
const BROKEN = "AC-00-5E-00-53-09";
const work = (run: (tx: Transaction) => unknown, at = 0) => ({ at, run });
const see = (mac: string) => (tx: Transaction) =>
  seeDevice(tx, { mac, nasId: NAS_ID, by: "radius" });

describe("works that are committed together", () => {
  test("are one transaction, each at its own moment", async () => {
    const box = await startTestBox();
    const { counted, store } = counting(box.store);
    const moments = [1, 2, 3].map((at) => work((tx) => tx.now.getTime(), at));
    const replies = commitTogether(store, moments);
    expect(replies.map((each) => each.kind === "done" && each.result)).toEqual([1, 2, 3]);
    expect(counted.transactions).toBe(1);
  });

  test("cost each other nothing by the fault of one", async () => {
    const box = await startTestBox();
    const fault = (tx: Transaction) => {
      see(BROKEN)(tx);
      throw new Error("a bug");
    };
    const replies = commitTogether(box.store, [work(see(MAC)), work(fault), work(see(OTHER_MAC))]);
    expect(replies.map(({ kind }) => kind)).toEqual(["done", "failed", "done"]);
    const find = (mac: string) => box.store.read((tx) => findDeviceByMac(tx, mac));
    expect(find(MAC)).not.toBeNull();
    expect(find(OTHER_MAC)).not.toBeNull();
    expect(find(BROKEN)).toBeNull();
  });

  test("all hear of a store that fails, which is tried once", async () => {
    const box = await startTestBox();
    const { counted, store } = counting(box.store);
    const full = Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
    const fail = work(() => {
      throw full;
    });
    const reply = { kind: "failed", message: "database or disk is full", code: "SQLITE_FULL" };
    expect(commitTogether(store, [fail, fail, fail])).toEqual([reply, reply, reply]);
    expect(counted.transactions).toBe(1);
  });
});
