import { describe, expect, test } from "vitest";
import { MAC, NAS, OTHER_MAC, openTestStore, PHONE, type TestStore } from "../test/store.ts";
import {
  countCodeMessages,
  countTry,
  createCode,
  findCode,
  findLastSentCode,
  findPendingCode,
  findPendingCodeByContact,
  findPendingCodeByDevice,
  noteCodeAsked,
  noteCodeMessage,
  useCode,
} from "./index.ts";

describe("pending codes", () => {
  const make = (store: TestStore, phone = PHONE, mac = MAC) =>
    store.transaction((tx) =>
      createCode(tx, {
        nasId: NAS,
        mac,
        contact: { kind: "phone", value: phone },
        language: "vi",
        secret: "S",
        codeSeconds: 300,
        terms: null,
      }),
    );

  test("are found again by device and by number, for as long as they live", () => {
    const store = openTestStore();
    const { id } = make(store);
    const find = () =>
      store.read((tx) => [
        findPendingCodeByDevice(tx, { nasId: NAS, mac: MAC })?.id,
        findPendingCodeByContact(tx, { contact: { kind: "phone", value: PHONE }, mac: MAC })?.id,
        findPendingCode(tx, id)?.id,
      ]);
    store.advance(299);
    expect(find()).toEqual([id, id, id]);
    store.advance(1);
    expect(find()).toEqual([undefined, undefined, undefined]);
  });

  test("a newer code of a device and number voids their older one, and no other", () => {
    const store = openTestStore();
    const old = make(store);
    const otherDevice = make(store, PHONE, OTHER_MAC);
    const otherNumber = make(store, "+84900000002");
    make(store);
    const alive = (id: string) => store.read((tx) => findPendingCode(tx, id) !== null);
    const codes = [old, otherDevice, otherNumber];
    expect(codes.map(({ id }) => alive(id))).toEqual([false, true, true]);
  });

  test("of a device's codes the one whose number was given last comes back", () => {
    const store = openTestStore();
    const waiting = () =>
      store.read((tx) => findPendingCodeByDevice(tx, { nasId: NAS, mac: MAC })?.id);
    const first = make(store);
    store.advance(10);
    const second = make(store, "+84900000002");
    expect(waiting()).toBe(second.id);
    store.advance(10);
    store.transaction((tx) => noteCodeAsked(tx, first.id));
    expect(waiting()).toBe(first.id);
  });

  test("another device's newer code to the same number hides this device's from nobody", () => {
    const store = openTestStore();
    const mine = make(store);
    store.advance(5);
    make(store, PHONE, OTHER_MAC);
    const found = store.read((tx) =>
      findPendingCodeByContact(tx, { contact: { kind: "phone", value: PHONE }, mac: MAC }),
    );
    expect(found?.id).toBe(mine.id);
  });

  test("a code keeps which words were ticked, in their own language", () => {
    const store = openTestStore();
    const terms = { version: 3, sha256: "a".repeat(64), language: "en" } as const;
    const code = store.transaction((tx) =>
      createCode(tx, {
        ...{ nasId: NAS, mac: MAC, contact: { kind: "phone", value: PHONE }, language: "vi" },
        ...{ secret: "S", codeSeconds: 300, terms },
      }),
    );
    expect(code.terms).toEqual(terms);
    store.advance(301);
    expect(store.read((tx) => findPendingCode(tx, code.id))).toBeNull();
    expect(store.read((tx) => findCode(tx, code.id)?.terms)).toEqual(terms);
  });

  test("tries of one device leave another device's code alone", () => {
    const store = openTestStore();
    const mine = make(store);
    const strangers = make(store, PHONE, OTHER_MAC);
    for (let n = 1; n <= 5; n++)
      expect(store.transaction((tx) => countTry(tx, strangers.id))).toBe(n);
    expect(store.read((tx) => findPendingCode(tx, mine.id)?.tries)).toBe(0);
  });

  test("a code is spent once", () => {
    const store = openTestStore();
    const { id } = make(store);
    expect(store.transaction((tx) => useCode(tx, id))).toBe(true);
    expect(store.transaction((tx) => useCode(tx, id))).toBe(false);
    expect(store.read((tx) => findPendingCode(tx, id))).toBeNull();
  });

  test("messages are counted by number, device, address and branch within a window", () => {
    const store = openTestStore();
    const since = store.read((tx) => new Date(tx.now.getTime() - 1));
    const send = (codeId: string) =>
      store.transaction((tx) => noteCodeMessage(tx, { codeId, channel: "outbox" }));
    const { id } = make(store);
    send(id);
    expect(send(id).sendings).toBe(2);
    send(make(store, "+84900000002", OTHER_MAC).id);
    const count = (filter: object) =>
      store.read((tx) => countCodeMessages(tx, { since, ...filter }).taken);
    const contact = { kind: "phone", value: PHONE } as const;
    expect([count({}), count({ contact }), count({ mac: OTHER_MAC })]).toEqual([3, 2, 1]);
    for (const mac of [MAC, OTHER_MAC]) send(make(store, PHONE, `${mac}@10.0.0.66`).id);
    const counts = ["10.0.0.66", "10.0.0.6"].map((address) => count({ address }));
    expect([count({}), ...counts]).toEqual([5, 2, 0]);
  });

  test("an attempt that no channel took is counted apart from messages", () => {
    const store = openTestStore();
    const since = store.read((tx) => new Date(tx.now.getTime() - 1));
    const { id: codeId } = make(store);
    for (const channel of ["none", "none", "outbox"] as const)
      store.transaction((tx) => noteCodeMessage(tx, { codeId, channel }));
    const counts = store.read((tx) => countCodeMessages(tx, { since }));
    expect(counts).toEqual({ taken: 1, attempts: 3 });
  });

  test("messages noted by a clock that ran ahead are not counted once it is right again", () => {
    const store = openTestStore();
    const since = store.read((tx) => new Date(tx.now.getTime() - 1));
    store.advance(365 * 86_400);
    const { id: codeId } = make(store);
    store.transaction((tx) => noteCodeMessage(tx, { codeId, channel: "outbox" }));
    store.advance(-365 * 86_400);
    const contact = { kind: "phone", value: PHONE } as const;
    const counts = store.read((tx) => countCodeMessages(tx, { since, contact }));
    expect(counts).toEqual({ taken: 0, attempts: 0 });
    const last = { contact, mac: MAC };
    expect(store.read((tx) => findLastSentCode(tx, last))).toBeNull();
  });
});
