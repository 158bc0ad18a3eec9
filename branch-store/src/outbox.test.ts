import { describe, expect, test } from "vitest";
import { NAS, openTestStore, signIn, type TestStore } from "../test/store.ts";
import {
  acknowledge,
  appendEvent,
  findEpoch,
  findLastSeq,
  giveConsent,
  listToldDevices,
  listUnsent,
  listWritten,
  listWrittenOf,
  walkUnsent,
  withdrawConsent,
} from "./index.ts";

describe("the outbox", () => {
  const append = (store: TestStore, count: number) =>
    store.transaction((tx) => {
      for (let n = 0; n < count; n++)
        appendEvent(tx, "box.started", { release: String(n), settingsVersion: 0 });
    });

  test("reading deletes nothing, acknowledging deletes its ranges alone", () => {
    const store = openTestStore();
    append(store, 10);
    const epoch = store.read((tx) => findEpoch(tx));
    const ranges = [
      { from: 2, to: 4 },
      { from: 9, to: 9 },
    ];
    expect(store.listEvents()).toHaveLength(10);
    expect(store.transaction((tx) => acknowledge(tx, { epoch, ranges }))).toBe(4);
    expect(store.listEvents().map((event) => event.seq)).toEqual([1, 5, 6, 7, 8, 10]);
    expect(store.transaction((tx) => acknowledge(tx, { epoch, ranges }))).toBe(0);
  });

  test("an acknowledgement of another epoch deletes nothing", () => {
    const store = openTestStore();
    append(store, 2);
    const epoch = "01990000-0000-7000-8000-0000000000ee";
    store.transaction((tx) => acknowledge(tx, { epoch, ranges: [{ from: 1, to: 2 }] }));
    expect(store.listEvents()).toHaveLength(2);
  });

  test("a seq is never given twice, though all before it are gone", () => {
    const store = openTestStore();
    append(store, 3);
    const epoch = store.read((tx) => findEpoch(tx));
    store.transaction((tx) => acknowledge(tx, { epoch, ranges: [{ from: 1, to: 3 }] }));
    append(store, 1);
    expect(store.listEvents().map((event) => event.seq)).toEqual([4]);
  });

  test("of the newest, those of a type are found, oldest first", () => {
    const store = openTestStore();
    append(store, 3);
    const id = "01990000-0000-7000-8000-0000000000aa";
    const contact = { kind: "phone", value: "+84900000001" } as const;
    const request = { codeId: id, nasId: id, contact };
    store.transaction((tx) => {
      for (const sending of [1, 2, 3])
        appendEvent(tx, "code.requested", {
          ...{ ...request, language: "vi", channel: "none", sending },
        });
    });
    append(store, 2);
    const seqs = (options: { afterSeq: number; limit: number }) =>
      store
        .read((tx) => listWrittenOf(tx, { types: ["code.requested"], ...options }))
        .map((event) => event.seq);
    expect(seqs({ afterSeq: 0, limit: 10 })).toEqual([4, 5, 6]);
    expect(seqs({ afterSeq: 4, limit: 1 })).toEqual([5]);
  });

  test("an event is written as it is read", () => {
    const store = openTestStore();
    append(store, 3);
    const place = { afterSeq: 0, limit: 10 };
    const written = store.read((tx) => listWritten(tx, place));
    expect(written.map(({ json }) => JSON.parse(json))).toEqual(
      store.read((tx) => listUnsent(tx, place)),
    );
  });

  test("what waits is read many events at a time, in its order, through one of them", () => {
    const store = openTestStore();
    append(store, 1300);
    const epoch = store.read((tx) => findEpoch(tx));
    const ranges = [{ from: 2, to: 700 }];
    store.transaction((tx) => acknowledge(tx, { epoch, ranges }));
    const walk = (options: { afterSeq: number; throughSeq: number; limit: number }) =>
      store.read((tx) => [...walkUnsent(tx, options)]);
    const releasesOf = (texts: readonly { payload: string }[]) =>
      texts.flatMap(({ payload }) => payload.split("\n").map((each) => JSON.parse(each).release));
    const kept = [1, ...Array.from({ length: 600 }, (_, at) => 701 + at)];
    const all = walk({ afterSeq: 0, throughSeq: 2000, limit: 2000 });
    expect(releasesOf(all)).toEqual(kept.map((seq) => String(seq - 1)));
    expect(all.map(({ events, seq }) => [events, seq])).toEqual([
      [1, 1],
      [300, 1000],
      [300, 1300],
    ]);
    expect(walk({ afterSeq: 0, throughSeq: 600, limit: 2000 })).toMatchObject([
      { events: 1, seq: 1 },
    ]);
    const some = walk({ afterSeq: 1, throughSeq: 710, limit: 1000 });
    expect(some).toMatchObject([{ events: 10, seq: 710 }]);
    expect(walk({ afterSeq: 0, throughSeq: 2000, limit: 3 })).toMatchObject([
      { events: 1, seq: 1 },
      { events: 2, seq: 702 },
    ]);
    expect(walk({ afterSeq: 1300, throughSeq: 2000, limit: 3 })).toEqual([]);
  });

  test("a page goes on where the last one stopped", () => {
    const store = openTestStore();
    append(store, 5);
    const page = store.read((tx) => listUnsent(tx, { afterSeq: 2, limit: 2 }));
    expect(page.map((event) => event.seq)).toEqual([3, 4]);
  });
});

test("who takes their word back, or is forgotten, has devices that the event does not name", () => {
  const store = openTestStore();
  const { guest, device } = signIn(store);
  const afterSeq = store.read(findLastSeq);
  const place = { guestId: guest.id, deviceId: device.id, nasId: NAS, language: "vi" } as const;
  const words = { purpose: "terms", textVersion: 1, textSha256: "a".repeat(64) } as const;
  const listTold = () =>
    store.read((tx) => listToldDevices(tx, { afterSeq, throughSeq: findLastSeq(tx) }));
  store.transaction((tx) => giveConsent(tx, { ...place, ...words }));
  expect(listTold()).toEqual([]);
  store.transaction((tx) => withdrawConsent(tx, { ...place, ...words }));
  expect(listTold()).toBeNull();
});
