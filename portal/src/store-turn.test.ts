import type { BranchStore, Transaction } from "@foyer/branch-store";
import { describe, expect, it } from "vitest";
import { openTestPortal } from "../test/open-portal.ts";
import { openStoreTurns } from "./store-turn.ts";

/** A real store that counts how often the disk is waited for. */
async function openCounted() {
  const { store } = await openTestPortal();
  let [transactions, depth] = [0, 0];
  const counted: BranchStore = {
    ...store,
    transaction: (work) => {
      depth += 1;
      try {
        const result = store.transaction(work);
        if (depth === 1) transactions += 1;
        return result;
      } finally {
        depth -= 1;
      }
    },
  };
  const { inTurn, whenKept } = openStoreTurns(counted);
  const write = <T>(work: (tx: Transaction) => T) => inTurn(() => counted.transaction(work));
  return { store: counted, inTurn, whenKept, write, countTransactions: () => transactions };
}

const setMark = (mark: number) => (tx: Transaction) => {
  tx.sql("update pull set guests_position = guests_position + ?").run(mark);
  return mark;
};
const markOf = (store: BranchStore) =>
  store.read((tx) => tx.sql("select guests_position as mark from pull").get());

describe("what is asked of the store in one turn", () => {
  it("is one transaction, and each gets its own answer", async () => {
    const { store, write, countTransactions } = await openCounted();
    const before = (markOf(store) as { mark: number }).mark;
    expect(await Promise.all([1, 2, 3].map((mark) => write(setMark(mark))))).toEqual([1, 2, 3]);
    expect(countTransactions()).toBe(1);
    expect(markOf(store)).toEqual({ mark: before + 6 });
  });

  it("is done once for the others where one of them fails, and only that one is told", async () => {
    const { store, write } = await openCounted();
    const before = (markOf(store) as { mark: number }).mark;
    const fails = (tx: Transaction) => {
      setMark(100)(tx);
      throw new Error("a fault of one guest's");
    };
    const settled = await Promise.allSettled([write(setMark(1)), write(fails), write(setMark(2))]);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(settled[1]).toMatchObject({ reason: { message: "a fault of one guest's" } });
    expect(markOf(store)).toEqual({ mark: before + 3 });
  });

  it("fails with what was thrown where it stands alone, and the next turn goes on", async () => {
    const { write } = await openCounted();
    const alone = write(() => {
      throw new Error("alone");
    });
    await expect(alone).rejects.toThrow("alone");
    expect(await write(setMark(5))).toBe(5);
  });

  it("keeps what a handler wrote before it failed, as it would by itself", async () => {
    const { store, inTurn } = await openCounted();
    const before = (markOf(store) as { mark: number }).mark;
    const failing = inTurn(() => {
      store.transaction(setMark(7));
      throw new Error("the page could not be drawn");
    });
    await expect(failing).rejects.toThrow("the page could not be drawn");
    expect(markOf(store)).toEqual({ mark: before + 7 });
  });

  it("is seen by those who come later in the turn, and by nobody else before it is kept", async () => {
    const { store, inTurn, whenKept } = await openCounted();
    const before = (markOf(store) as { mark: number }).mark;
    expect(whenKept()).toBeNull();
    let isKept = false;
    const first = inTurn(() => {
      store.transaction(setMark(1));
      whenKept()?.then(() => {
        isKept = true;
      });
    });
    const second = inTurn(() => ({ mark: markOf(store), isKept }));
    await first;
    expect(await second).toEqual({ mark: { mark: before + 1 }, isKept: false });
    expect(isKept).toBe(true);
    expect(whenKept()).toBeNull();
  });

  it("fails for all of them where the disk takes none of it, and answers are told", async () => {
    const { store } = await openTestPortal();
    const full: BranchStore = {
      ...store,
      transaction: (work) =>
        store.transaction((tx) => {
          work(tx);
          throw new Error("the disk is full");
        }),
    };
    const { inTurn, whenKept } = openStoreTurns(full);
    const before = (markOf(store) as { mark: number }).mark;
    const told: unknown[] = [];
    const settled = await Promise.allSettled(
      [1, 2].map((mark) =>
        inTurn(() => {
          store.transaction(setMark(mark));
          whenKept()?.catch((cause: Error) => told.push(cause.message));
        }),
      ),
    );
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(told).toEqual(["the disk is full", "the disk is full"]);
    expect(markOf(store)).toEqual({ mark: before });
  });
});
