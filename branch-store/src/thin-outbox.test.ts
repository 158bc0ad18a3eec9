import {
  BATCH_EVENTS_MAX,
  type EventPayload,
  type EventType,
  PUSHES_UNDER_WAY_MAX,
} from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { MAC, openTestStore, report, signIn, type TestStore } from "../test/store.ts";
import {
  acknowledge,
  appendEvent,
  blockOf,
  countThinned,
  endSession,
  findEpoch,
  findLastSeq,
  findOutboxGrowth,
  findOutboxSpan,
  listUnsent,
  measureBlock,
  noteOutboxGrowth,
  startSession,
  THINNING_STAGES,
  type ThinningStage,
  type ThinningStep,
  thinOutbox,
  updateSession,
} from "./index.ts";

/** What stands at the head of the outbox is the push's: so many events that are never given up. */
const HEAD = PUSHES_UNDER_WAY_MAX * BATCH_EVENTS_MAX;
const ID = "01990000-0000-7000-8000-0000000000aa";

const append = <T extends EventType>(store: TestStore, type: T, payload: EventPayload<T>) =>
  store.transaction((tx) => appendEvent(tx, type, payload));

const fillHead = (store: TestStore) =>
  store.transaction((tx) => {
    for (let at = 0; at < HEAD; at += 1)
      appendEvent(tx, "credential.revoked", { deviceId: ID, guestId: ID });
  });

const NOTHING: ReadonlySet<number> = new Set();

const thinAll = (
  store: TestStore,
  stages: readonly ThinningStage[] = THINNING_STAGES,
  underWay = NOTHING,
) => {
  let events = 0;
  for (const stage of stages) {
    let nextSeq: number | null = 0;
    while (nextSeq !== null) {
      const place = { stage, afterSeq: nextSeq, underWay };
      const step: ThinningStep = { ...place, reason: "outbox-full" };
      const thinned = store.transaction((tx) => thinOutbox(tx, step));
      events += thinned.events;
      nextSeq = thinned.nextSeq;
    }
  }
  return events;
};

const listSeqs = (store: TestStore) => store.listEvents().map(({ seq }) => seq);

/** A session of an hour that tells every minute, with its guest and visit. */
const stay = (store: TestStore, id: string, { ends = true } = {}) => {
  store.transaction((tx) => startSession(tx, report(store, id)));
  for (let minute = 1; minute <= 60; minute += 1) {
    store.advance(60);
    const connectedSeconds = minute * 60;
    store.transaction((tx) => updateSession(tx, { ...report(store, id), connectedSeconds }));
  }
  if (ends)
    store.transaction((tx) => endSession(tx, { ...report(store, id), cause: "User-Request" }));
};

describe("a full outbox", () => {
  test("gives up the interims of a session that is over, and names each of them", () => {
    const store = openTestStore();
    fillHead(store);
    signIn(store);
    stay(store, "s-1");
    const before = store.listEvents();
    expect(thinAll(store, ["outdone-interims"])).toBe(60);
    const [told] = store.listEvents("outbox.thinned");
    const payload = told?.payload as EventPayload<"outbox.thinned">;
    expect(payload.counts).toEqual([{ type: "session.updated", events: 60 }]);
    const named = payload.ranges.flatMap(({ from, to }) =>
      Array.from({ length: to - from + 1 }, (_, at) => from + at),
    );
    const left = new Set(listSeqs(store));
    expect(named).toEqual(before.map(({ seq }) => seq).filter((seq) => !left.has(seq)));
    expect(store.read(countThinned)).toBe(60);
  });

  test("keeps the newest interim of a session that goes on until the last stage", () => {
    const store = openTestStore();
    fillHead(store);
    signIn(store);
    stay(store, "s-1", { ends: false });
    expect(thinAll(store, ["outdone-interims"])).toBe(59);
    const [last] = store.listEvents("session.updated");
    expect(last?.payload.connectedSeconds).toBe(3600);
    expect(thinAll(store, ["last-interims"])).toBe(1);
  });

  test("never gives up a visit, a consent, a guest or the two ends of a session", () => {
    const store = openTestStore();
    fillHead(store);
    signIn(store);
    stay(store, "s-1");
    const kept = (type: string) => store.listEvents(type).length;
    const types = new Set(store.listEvents().map(({ type }) => type));
    const before = new Map([...types].map((type) => [type, kept(type)]));
    store.advance(7200);
    thinAll(store);
    before.delete("session.updated");
    expect(types).toContain("visit.started");
    for (const [type, count] of before) expect([type, kept(type)]).toEqual([type, count]);
  });

  test("gives up codes that nobody waits for any more, and none of the last hour", () => {
    const store = openTestStore();
    fillHead(store);
    const contact = { kind: "phone", value: "+84900000001" } as const;
    const asked = { codeId: ID, nasId: ID, contact, language: "vi", channel: "none" } as const;
    append(store, "code.requested", { ...asked, sending: 1 });
    store.advance(3601);
    append(store, "code.requested", { ...asked, sending: 2 });
    expect(thinAll(store)).toBe(1);
    expect(store.listEvents("code.requested")[0]?.payload.sending).toBe(2);
  });

  test("leaves alone what the agent may be sending", () => {
    const store = openTestStore();
    signIn(store);
    stay(store, "s-1");
    expect(thinAll(store)).toBe(0);
    fillHead(store);
    expect(thinAll(store)).toBe(0);
  });

  test("gives up nothing that has overtaken it and is on its way, wherever that stands", () => {
    const store = openTestStore();
    fillHead(store);
    signIn(store);
    stay(store, "s-1");
    const interims = store.listEvents("session.updated").map(({ seq }) => seq);
    const underWay = new Set(interims.slice(20, 30));
    expect(thinAll(store, THINNING_STAGES, underWay)).toBe(50);
    expect(store.listEvents("session.updated").map(({ seq }) => seq)).toEqual([...underWay]);
    expect(thinAll(store)).toBe(10);
  });

  test("takes at most 500 events a step, so that nobody waits long for the store", () => {
    const store = openTestStore();
    fillHead(store);
    signIn(store);
    for (let at = 0; at < 12; at += 1) stay(store, `s-${at}`);
    const place = { stage: "outdone-interims", afterSeq: 0, underWay: NOTHING } as const;
    const step = { ...place, reason: "disk-full" } as const;
    const first = store.transaction((tx) => thinOutbox(tx, step));
    expect(first.events).toBe(500);
    const again = { ...step, afterSeq: first.nextSeq ?? 0 };
    expect(store.transaction((tx) => thinOutbox(tx, again)).events).toBe(220);
    expect(store.listEvents("outbox.thinned").map(({ payload }) => payload.reason)).toEqual([
      "disk-full",
      "disk-full",
    ]);
  });

  test("a step that is undone has taken nothing and told nothing", () => {
    const store = openTestStore();
    fillHead(store);
    signIn(store, { mac: MAC });
    stay(store, "s-1");
    const before = listSeqs(store);
    const place = { stage: "outdone-interims", afterSeq: 0, underWay: NOTHING } as const;
    const step = { ...place, reason: "outbox-full" } as const;
    expect(() =>
      store.transaction((tx) => {
        thinOutbox(tx, step);
        throw new Error("the disk is full");
      }),
    ).toThrow("the disk is full");
    expect(listSeqs(store)).toEqual(before);
    expect(store.read(countThinned)).toBe(0);
  });
});

describe("how large the outbox is", () => {
  test("what is measured is near to what SQLite says the rows take up", () => {
    const store = openTestStore();
    signIn(store);
    for (let at = 0; at < 60; at += 1) stay(store, `s-${at}`);
    const last = store.read(findLastSeq);
    let measured = 0;
    for (let block = 0; block <= blockOf(last); block += 1)
      measured += store.read((tx) => measureBlock(tx, block)).bytes;
    const { bytes } = store.read((tx) =>
      tx
        .sql(`select sum(pgsize) as bytes from dbstat
          where name in ('outbox', 'sqlite_autoindex_outbox_1')`)
        .get(),
    ) as { bytes: number };
    expect(measured / bytes).toBeGreaterThan(0.8);
    expect(measured / bytes).toBeLessThan(1.25);
  });

  test("its span is that of what was not acknowledged, and of an empty one there is none", () => {
    const store = openTestStore();
    expect(store.read(findOutboxSpan)).toBeNull();
    for (const settingsVersion of [1, 2, 3]) {
      append(store, "box.started", { release: "1", settingsVersion });
      store.advance(60);
    }
    const epoch = store.read(findEpoch);
    store.transaction((tx) => acknowledge(tx, { epoch, ranges: [{ from: 1, to: 1 }] }));
    const [second] = store.read((tx) => listUnsent(tx, { afterSeq: 0, limit: 1 }));
    const oldestAt = new Date(second?.occurredAt ?? 0);
    expect(store.read(findOutboxSpan)).toEqual({ firstSeq: 2, lastSeq: 3, oldestAt });
  });

  test("its growth is kept by the hour for seven days, and a clock put back leaves none ahead", () => {
    const store = openTestStore();
    const note = (bytes: number) => store.transaction((tx) => noteOutboxGrowth(tx, bytes));
    expect(store.read(findOutboxGrowth)).toEqual({ bytes: 0, hours: 0 });
    note(100);
    note(50);
    store.advance(3600);
    note(150);
    expect(store.read(findOutboxGrowth)).toEqual({ bytes: 300, hours: 1 });
    store.advance(-3600);
    note(1);
    expect(store.read(findOutboxGrowth).bytes).toBe(151);
    store.advance(8 * 86_400);
    note(7);
    expect(store.read(findOutboxGrowth).bytes).toBe(7);
  });
});
