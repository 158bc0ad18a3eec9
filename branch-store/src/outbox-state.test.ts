import { copyFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openTestStore, sampleIdentity, type TestStore } from "../test/store.ts";
import {
  acknowledge,
  appendEvent,
  beginEpoch,
  findEpoch,
  findOutboxState,
  forgetVacant,
  leaveVacant,
  openBranchStore,
  STORE_FILE,
} from "./index.ts";

const append = (store: Pick<TestStore, "transaction">, count: number) =>
  store.transaction((tx) => {
    for (let n = 0; n < count; n++)
      appendEvent(tx, "box.started", { release: String(n), settingsVersion: 0 });
  });

const forget = (store: TestStore, ...ranges: { from: number; to: number }[]) =>
  store.transaction((tx) => acknowledge(tx, { epoch: findEpoch(tx), ranges }));

describe("how the outbox stands", () => {
  test("is the newest seq ever written, and the one through which nothing waits", () => {
    const store = openTestStore();
    expect(store.read(findOutboxState)).toEqual({ writtenThrough: 0, drainedThrough: 0 });
    append(store, 9);
    expect(store.read(findOutboxState)).toEqual({ writtenThrough: 9, drainedThrough: 0 });
    forget(store, { from: 1, to: 3 }, { from: 7, to: 9 });
    expect(store.read(findOutboxState)).toEqual({ writtenThrough: 9, drainedThrough: 3 });
    forget(store, { from: 4, to: 6 });
    expect(store.read(findOutboxState)).toEqual({ writtenThrough: 9, drainedThrough: 9 });
  });

  test("names the seqs that were left vacant until the cloud was told of them", () => {
    const store = openTestStore();
    append(store, 9);
    const vacant = [{ from: 2, to: 3 }];
    store.transaction((tx) => {
      tx.sql("delete from outbox where seq in (2, 3)").run();
      leaveVacant(tx, vacant);
    });
    expect(store.read(findOutboxState)).toMatchObject({ drainedThrough: 0, vacant });
    store.transaction((tx) => forgetVacant(tx, vacant));
    expect(store.read(findOutboxState)).not.toHaveProperty("vacant");
  });

  test("says of no seq that it is done with before the cloud can know it is vacant", () => {
    const store = openTestStore();
    append(store, 3000);
    store.transaction((tx) => {
      tx.sql("delete from outbox").run();
      const odd = Array.from({ length: 1500 }, (_, at) => ({ from: 2 * at + 1, to: 2 * at + 1 }));
      leaveVacant(tx, odd);
    });
    const state = store.read(findOutboxState);
    expect(state.vacant).toHaveLength(1000);
    expect(state.drainedThrough).toBe(2000);
  });
});

describe("a new epoch", () => {
  test("keeps what waits under its ids and seqs, and leaves the others vacant", () => {
    const store = openTestStore();
    append(store, 10);
    forget(store, { from: 1, to: 3 }, { from: 6, to: 7 }, { from: 10, to: 10 });
    const before = store.listEvents();
    const old = store.read(findEpoch);
    expect(store.transaction((tx) => beginEpoch(tx, old))).toBe(true);
    const epoch = store.read(findEpoch);
    expect(epoch).not.toBe(old);
    expect(store.listEvents()).toEqual(before.map((event) => ({ ...event, epoch })));
    expect(store.read(findOutboxState)).toEqual({
      ...{ writtenThrough: 10, drainedThrough: 3 },
      vacant: [
        { from: 1, to: 3 },
        { from: 6, to: 7 },
        { from: 10, to: 10 },
      ],
    });
  });

  test("is begun once for each that ended", () => {
    const store = openTestStore();
    const old = store.read(findEpoch);
    expect(store.transaction((tx) => beginEpoch(tx, old))).toBe(true);
    const epoch = store.read(findEpoch);
    expect(store.transaction((tx) => beginEpoch(tx, old))).toBe(false);
    expect(store.read(findEpoch)).toBe(epoch);
  });

  test("is begun by a copy of the file alone, and the original keeps its own", () => {
    const store = openTestStore();
    append(store, 5);
    store.transaction((tx) => tx.sql("select 1").get());
    const folder = mkdtempSync(join(tmpdir(), "foyer-copy-"));
    for (const suffix of ["", "-wal", "-shm"])
      copyFileSync(join(store.folder, STORE_FILE + suffix), join(folder, STORE_FILE + suffix));
    cpSync(join(store.folder, "store-key"), join(folder, "store-key"), { recursive: true });
    const copy = openBranchStore({ folder, identity: sampleIdentity(), clock: () => new Date() });
    onTestFinished(() => {
      copy.close();
      rmSync(folder, { recursive: true });
    });
    const old = store.read(findEpoch);
    expect(copy.read(findEpoch)).toBe(old);
    copy.transaction((tx) => beginEpoch(tx, old));
    append(copy, 1);
    expect(copy.read(findOutboxState)).toMatchObject({ writtenThrough: 6, drainedThrough: 0 });
    expect(store.read(findEpoch)).toBe(old);
  });
});
