import type { BranchStore, Transaction } from "@foyer/branch-store";
import { describe, expect, it } from "vitest";
import { openTestPortal } from "../test/open-portal.ts";
import { openStoreTurns } from "./store-turn.ts";

/** A real store that counts how often it is written to. */
async function openCounted() {
  const { store } = await openTestPortal();
  let transactions = 0;
  const counted: BranchStore = {
    ...store,
    transaction: (work) => {
      transactions += 1;
      return store.transaction(work);
    },
  };
  return { store, inTurn: openStoreTurns(counted), countTransactions: () => transactions };
}

const setMark = (mark: number) => (tx: Transaction) => {
  tx.sql("update pull set guests_position = guests_position + ?").run(mark);
  return mark;
};
const markOf = (store: BranchStore) =>
  store.read((tx) => tx.sql("select guests_position as mark from pull").get());

describe("what is asked of the store in one turn", () => {
  it("is one transaction, and each gets its own answer", async () => {
    const { store, inTurn, countTransactions } = await openCounted();
    const before = (markOf(store) as { mark: number }).mark;
    expect(await Promise.all([1, 2, 3].map((mark) => inTurn(setMark(mark))))).toEqual([1, 2, 3]);
    expect(countTransactions()).toBe(1);
    expect(markOf(store)).toEqual({ mark: before + 6 });
  });

  it("is done once for the others where one of them fails, and only that one is told", async () => {
    const { store, inTurn } = await openCounted();
    const before = (markOf(store) as { mark: number }).mark;
    const fails = (tx: Transaction) => {
      setMark(100)(tx);
      throw new Error("a fault of one guest's");
    };
    const settled = await Promise.allSettled([
      inTurn(setMark(1)),
      inTurn(fails),
      inTurn(setMark(2)),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(settled[1]).toMatchObject({ reason: { message: "a fault of one guest's" } });
    expect(markOf(store)).toEqual({ mark: before + 3 });
  });

  it("fails with what was thrown where it stands alone, and the next turn goes on", async () => {
    const { inTurn } = await openCounted();
    const alone = inTurn(() => {
      throw new Error("alone");
    });
    await expect(alone).rejects.toThrow("alone");
    expect(await inTurn(setMark(5))).toBe(5);
  });
});
