import { describe, expect, test } from "vitest";
import { MAC, NAS, OTHER_MAC, openTestStore, PHONE, type TestStore } from "../test/store.ts";
import {
  countCodeMessages,
  countTry,
  createCode,
  findPendingCode,
  findPendingCodeByDevice,
  findPendingCodeByPhone,
  noteCodeMessage,
  useCode,
} from "./index.ts";

describe("pending codes", () => {
  const make = (store: TestStore, phone = PHONE, mac = MAC) =>
    store.transaction((tx) =>
      createCode(tx, {
        nasId: NAS,
        mac,
        phone,
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
        findPendingCodeByPhone(tx, PHONE)?.id,
        findPendingCode(tx, id)?.id,
      ]);
    store.advance(299);
    expect(find()).toEqual([id, id, id]);
    store.advance(1);
    expect(find()).toEqual([undefined, undefined, undefined]);
  });

  test("a newer code of a device voids its older one, and no other device's", () => {
    const store = openTestStore();
    const old = make(store);
    const other = make(store, PHONE, OTHER_MAC);
    const next = make(store, "+84900000002");
    const alive = (id: string) => store.read((tx) => findPendingCode(tx, id) !== null);
    expect([old, other, next].map(({ id }) => alive(id))).toEqual([false, true, true]);
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
      store.read((tx) => countCodeMessages(tx, { since, ...filter }));
    expect([count({}), count({ phone: PHONE }), count({ mac: OTHER_MAC })]).toEqual([3, 2, 1]);
    for (const mac of [MAC, OTHER_MAC]) send(make(store, PHONE, `${mac}@10.0.0.66`).id);
    const counts = ["10.0.0.66", "10.0.0.6"].map((address) => count({ address }));
    expect([count({}), ...counts]).toEqual([5, 2, 0]);
  });
});
