import { describe, expect, test } from "vitest";
import { openTestStore, report, signIn, type TestStore } from "../test/store.ts";
import {
  countOtherDevices,
  endSession,
  findUsage,
  findVisitNumber,
  openBranchReader,
  type Reader,
  startSession,
  type Transaction,
  updateSession,
} from "./index.ts";

/** A step of a plan that walks through a table that grows with the branch. */
const WALK = /^SCAN (devices|guests|sessions|visits|tickets|outbox|known_guests)\b/;

type Steps = (store: TestStore, work: (tx: Transaction) => unknown) => string[];

/** How SQLite works on each statement that `work` runs. */
const listSteps: Steps = (store, work) => {
  const texts = new Set<string>();
  store.transaction((tx) => {
    const sql: Reader["sql"] = (text) => {
      texts.add(text);
      return tx.sql(text);
    };
    return work({ ...tx, sql });
  });
  const reader = openBranchReader({ folder: store.folder, clock: () => new Date() });
  const steps = [...texts].flatMap((text) => {
    const named = [...text.matchAll(/@(\w+)/g)].map(([, name]) => [name, null]);
    const bound = named.length > 0 ? [Object.fromEntries(named)] : text.match(/\?/g)?.fill("");
    const plan = reader.read((tx) => tx.sql(`explain query plan ${text}`).all(...(bound ?? [])));
    return (plan as { detail: string }[]).map(({ detail }) => `${detail} for ${text}`);
  });
  reader.close();
  return steps;
};

describe("what is asked at every record and log-in", () => {
  test("walks through no table that grows with the branch", () => {
    const store = openTestStore();
    const { guest, device } = signIn(store);
    const who = { guestId: guest.id, deviceId: device.id };
    const used = (seconds: number) => ({ ...report(store), connectedSeconds: seconds });
    const works: readonly ((tx: Transaction) => unknown)[] = [
      (tx) => startSession(tx, report(store)),
      (tx) => startSession(tx, report(store, "s-2")),
      (tx) => updateSession(tx, used(600)),
      (tx) => endSession(tx, { ...used(900), cause: "User-Request" }),
      (tx) => findUsage(tx, { ...who, dayStart: tx.now, weekStart: tx.now }),
      (tx) => [findVisitNumber(tx, guest.id), countOtherDevices(tx, who)],
    ];
    const steps = works.flatMap((work) => listSteps(store, work));
    expect(steps.length).toBeGreaterThan(works.length);
    expect(steps.filter((step) => WALK.test(step))).toEqual([]);
  });
});
