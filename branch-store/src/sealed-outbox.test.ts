import { type EventEnvelope, readEvent } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { makeSealingKey, type TestSealingKey } from "../test/sealing.ts";
import { MAC, NAS, openTestStore, PHONE, signIn, type TestStore } from "../test/store.ts";
import { createEventSealing } from "./event-sealing.ts";
import {
  addGuestDetails,
  appendEvent,
  claimCodeRequest,
  createCode,
  eraseGuest,
  findSealingKey,
  giveConsent,
  handOverEvents,
  keepMemberCode,
  keepSealingKey,
  keepSurveyAnswer,
  listToldDevices,
  listWritten,
  requestCodeMessage,
  sealUnsent,
} from "./index.ts";

const CODE = "493027";
const ANSWER = "01990000-0000-7000-8000-0000000000a5";
const ADDRESS = "10.10.0.92";

function openSealed(): { store: TestStore; cloud: TestSealingKey } {
  const store = openTestStore();
  const cloud = makeSealingKey();
  expect(store.transaction((tx) => keepSealingKey(tx, cloud.key))).toBe(true);
  return { store, cloud };
}

/** What is in the outbox's rows, as a thief reads them. */
const readRows = (store: TestStore): string =>
  JSON.stringify(store.read((tx) => tx.sql("select payload, sealed from outbox").all()));

function tellAll(store: TestStore) {
  const { device, guest } = signIn(store);
  const place = { deviceId: device.id, nasId: NAS, language: "vi" } as const;
  store.transaction((tx) => {
    const details = { name: "Lan", email: "lan@example.test", own: { "own.pet": "Bống" } };
    addGuestDetails(tx, { ...place, guestId: guest.id, details, termsVersion: 1 });
    const words = { textVersion: 1, textSha256: "a".repeat(64) };
    giveConsent(tx, { ...place, guestId: guest.id, purpose: "terms", ...words, ip: ADDRESS });
  });
  return { device, guest, request: { ...place, guestId: guest.id } };
}

const PERSONAL = [PHONE, MAC, "Lan", "lan@example.test", "Bống", ADDRESS];

describe("with the cloud's key known", () => {
  test("what is personal in an event is sealed when its row is written, and is whole for the cloud", () => {
    const { store, cloud } = openSealed();
    tellAll(store);
    const rows = readRows(store);
    for (const text of PERSONAL) expect(rows).not.toContain(text);
    const events = store.listEvents();
    const opened = events.map(cloud.open) as EventEnvelope[];
    for (const event of opened) expect(readEvent(event).kind).toBe("known");
    const told = JSON.stringify(opened);
    for (const text of PERSONAL) expect(told).toContain(text);
    // As it travels.
    const written = store.read((tx) => listWritten(tx, { afterSeq: 0, limit: 100 }));
    expect(written.map(({ json }) => JSON.parse(json))).toEqual(events);
    expect(events.map(makeSealingKey().open).filter((event) => event === null)).not.toEqual([]);
  });

  test("the outbox still says whose devices its events are", () => {
    const { store } = openSealed();
    const { device } = tellAll(store);
    const throughSeq = store.listEvents().length;
    expect(store.read((tx) => listToldDevices(tx, { afterSeq: 0, throughSeq }))).toEqual([
      device.id,
    ]);
  });

  test("what a guest who is forgotten has told goes, but for the number by which the cloud finds them", () => {
    const { store, cloud } = openSealed();
    const { request, guest, device } = tellAll(store);
    store.transaction((tx) => {
      const answer = {
        answerId: ANSWER,
        surveyId: "how-was-it",
        guestId: guest.id,
        deviceId: device.id,
      };
      keepSurveyAnswer(tx, {
        ...{ ...answer, nasId: NAS, by: "page", place: null, language: "vi" },
        ...{ choices: {}, ratings: {}, texts: { why: "Bống" } },
      });
    });
    expect(store.transaction((tx) => eraseGuest(tx, request))).toBe(true);
    const opened = store.listEvents().map(cloud.open) as EventEnvelope[];
    for (const event of opened) expect(readEvent(event).kind).toBe("known");
    const told = JSON.stringify(opened);
    for (const text of ["Lan", "lan@example.test", "Bống", ADDRESS])
      expect(told).not.toContain(text);
    expect(opened.find(({ type }) => type === "guest.verified")?.payload).toMatchObject({
      phone: PHONE,
    });
  });

  test("a code that the portal takes back loses its digits, which nobody here can read, and nothing else", () => {
    const { store, cloud } = openSealed();
    const contact = { kind: "phone", value: PHONE } as const;
    const { id: codeId } = store.transaction((tx) =>
      createCode(tx, {
        ...{ nasId: NAS, mac: MAC, contact, language: "vi", secret: "S" },
        ...{ codeSeconds: 300, terms: null },
      }),
    );
    const ask = () =>
      store.transaction((tx) =>
        requestCodeMessage(tx, { codeId, code: CODE, host: null, address: null }),
      );
    const request = ask();
    expect(readRows(store)).not.toContain(CODE);
    const [before] = store.listEvents("code.requested").map(cloud.open);
    expect(before?.payload).toMatchObject({ contact, message: { code: CODE, secondsLeft: 300 } });
    store.advance(100);
    const handOver = () =>
      store.transaction((tx) => handOverEvents(tx, store.listEvents("code.requested")));
    expect(store.transaction((tx) => claimCodeRequest(tx, request.messageId))).toBe(true);
    const [claimed] = store.listEvents("code.requested").map(cloud.open);
    expect(claimed?.payload).toMatchObject({ contact, channel: "none" });
    expect(claimed?.payload).not.toHaveProperty("message");
    // A second one is handed over with what is left of its life, and without digits once it is over.
    ask();
    const due = () => handOver().map(cloud.open).at(-1);
    expect(due()?.payload).toMatchObject({ message: { code: CODE, secondsLeft: 200 } });
    store.advance(1000);
    expect(JSON.stringify(handOver().at(-1)?.sealed?.fields)).not.toContain("message");
    expect(due()?.payload).not.toHaveProperty("message");
    expect(due()?.payload).toMatchObject({ contact });
  });

  test("another key takes the place of the first, and what is no key does not", () => {
    const { store, cloud } = openSealed();
    signIn(store);
    const next = makeSealingKey();
    const broken = { ...next.key, id: cloud.key.id };
    expect(store.transaction((tx) => keepSealingKey(tx, broken))).toBe(false);
    expect(store.read(findSealingKey)).toEqual(cloud.key);
    store.transaction((tx) => keepSealingKey(tx, next.key));
    const seen = { deviceId: NAS, mac: MAC, randomised: false, nasId: NAS, by: "portal" } as const;
    store.transaction((tx) => appendEvent(tx, "device.seen", seen));
    const [last, ...before] = store.listEvents().toReversed() as [
      EventEnvelope,
      ...EventEnvelope[],
    ];
    expect(next.open(last)?.payload).toMatchObject({ mac: MAC });
    expect(cloud.open(last)).toBeNull();
    expect(before.every((event) => cloud.open(event) !== null)).toBe(true);
  });

  test("a transaction that was undone never lets a number be used twice under one key", () => {
    const { store } = openSealed();
    const write = (mac: string) =>
      store.transaction((tx) => {
        const seen = { deviceId: NAS, randomised: false, nasId: NAS, by: "portal" } as const;
        appendEvent(tx, "device.seen", { ...seen, mac });
        if (mac !== MAC) throw new Error("undone");
      });
    expect(() => write("02-00-00-00-00-01")).toThrow("undone");
    write(MAC);
    const [event] = store.listEvents();
    expect(event?.sealed?.fields.mac?.[0]).toBe(1);
  });
});

describe("before the cloud's key is known", () => {
  test("events are written as ever, and sealed step by step once it is, under the ids they have", () => {
    const store = openTestStore();
    const cloud = makeSealingKey();
    tellAll(store);
    const before = store.listEvents();
    expect(before.every(({ sealed }) => sealed === undefined)).toBe(true);
    expect(store.transaction(sealUnsent)).toBe(true);
    expect(store.listEvents()).toEqual(before);
    store.transaction((tx) => {
      for (let index = 0; index < 1500; index += 1)
        appendEvent(tx, "box.started", { release: "0.1.0", settingsVersion: index });
    });
    signIn(store, { phone: "+84900000002", mac: "AC-00-5E-00-53-09" });
    const all = store.listEvents();
    store.transaction((tx) => keepSealingKey(tx, cloud.key));
    expect(store.transaction(sealUnsent)).toBe(false);
    // A kill here: the next process goes on.
    expect(readRows(store)).toContain("+84900000002");
    expect(store.transaction(sealUnsent)).toBe(true);
    const rows = readRows(store);
    for (const text of [...PERSONAL, "+84900000002"]) expect(rows).not.toContain(text);
    expect(store.listEvents().map(cloud.open)).toEqual(all);
  });
});

test("a member's code is sealed, by which it could be guessed", () => {
  const { store, cloud } = openSealed();
  const { guest, device } = signIn(store);
  store.transaction((tx) =>
    keepMemberCode(tx, {
      guestId: guest.id,
      deviceId: device.id,
      salt: "s".repeat(22),
      hash: "h".repeat(43),
    }),
  );
  const [event] = store.listEvents("member-code.issued");
  expect(event?.payload).not.toHaveProperty("hash");
  expect(cloud.open(event as EventEnvelope)?.payload).toHaveProperty("hash");
});

test("an encapsulated key is given up after a thousand fields, ten minutes, and with the cloud's key", () => {
  let now = 0;
  const sealing = createEventSealing(() => now);
  const { key } = makeSealingKey();
  const first = sealing(key);
  const event = {
    ...{ id: NAS, type: "device.seen", version: 1, tenantId: NAS, boxId: NAS },
    payload: { deviceId: NAS, mac: MAC, randomised: false, nasId: NAS, by: "portal" },
  };
  for (let index = 0; index < 1000; index += 1) {
    expect(sealing(key)).toBe(first);
    first.seal(event);
  }
  const second = sealing(key);
  expect(second).not.toBe(first);
  now = 10 * 60_000 - 1;
  expect(sealing(key)).toBe(second);
  now += 1;
  const third = sealing(key);
  expect(third).not.toBe(second);
  expect(sealing(makeSealingKey().key)).not.toBe(third);
});
