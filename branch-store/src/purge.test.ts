import { createHmac, randomBytes } from "node:crypto";
import { BOX_RETENTION, type Purged, type Retention, STANDARD_RETENTION } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import {
  MAC,
  NAS,
  OTHER_MAC,
  openTestStore,
  PHONE,
  POLICY,
  report,
  sampleSettings,
  signIn,
  type TestStore,
} from "../test/store.ts";
import {
  acknowledge,
  addPurged,
  applyKnownGuests,
  applySettings,
  beginPurge,
  closeDueVisits,
  describeDevice,
  endSession,
  enterPassively,
  eraseGuest,
  findDevice,
  findDeviceByMac,
  findDeviceByToken,
  findEpoch,
  findGuest,
  findGuestByPhone,
  findLastSeq,
  findUsage,
  findVisitNumber,
  finishPurge,
  giveConsent,
  issueDeviceToken,
  NOTHING_PURGED,
  purgeSlice,
  startSession,
} from "./index.ts";

const DAY = 24 * 60 * 60;

/** A whole pass, by the store's own clock. */
function purge(store: TestStore, between?: () => void): Purged {
  let removed = NOTHING_PURGED;
  let place: ReturnType<typeof beginPurge> | null = store.read((tx) => beginPurge(tx.now));
  while (place) {
    const from: ReturnType<typeof beginPurge> = place;
    const slice = store.transaction((tx) => purgeSlice(tx, from));
    removed = addPurged(removed, slice.removed);
    place = slice.next;
    between?.();
  }
  return removed;
}

const keepFor = (store: TestStore, days: Partial<Retention>) =>
  store.transaction((tx) => {
    const retention = { ...STANDARD_RETENTION, ...days };
    const settings = sampleSettings();
    applySettings(tx, { ...settings, version: settings.version + 1, retention });
  });

/** A session of an hour and the visit it makes, over and done. */
function visit(store: TestStore, options: { id?: string; mac?: string; phone?: string } = {}) {
  const { id = "s-1", mac = MAC } = options;
  const { guest, device } = signIn(store, options);
  store.transaction((tx) =>
    startSession(tx, {
      ...report(store, id, mac),
      ip: "10.10.0.92",
      userName: "u",
      policyId: POLICY,
    }),
  );
  store.advance(3600);
  store.transaction((tx) =>
    endSession(tx, {
      ...{ ...report(store, id, mac), cause: "User-Request", connectedSeconds: 3600 },
      ...{ uploadBytes: 1000, downloadBytes: 2000 },
    }),
  );
  store.advance(2 * 3600);
  store.transaction((tx) => closeDueVisits(tx));
  return { guest, device };
}

/** The cloud has all there is. */
const acknowledgeAll = (store: TestStore) =>
  store.transaction((tx) =>
    acknowledge(tx, { epoch: findEpoch(tx), ranges: [{ from: 1, to: findLastSeq(tx) }] }),
  );

const count = (store: TestStore, table: string) =>
  store.read((tx) => (tx.sql(`select count(*) as n from ${table}`).get() as { n: number }).n);

const usageOf = (store: TestStore, { guest, device }: ReturnType<typeof signIn>) =>
  store.read((tx) =>
    findUsage(tx, { guestId: guest.id, deviceId: device.id, dayStart: tx.now, weekStart: tx.now }),
  ).ever;

describe("the network's log", () => {
  test("keeps the address of a session until its days are over, and the session beyond", () => {
    const store = openTestStore();
    visit(store);
    store.advance(90 * DAY - 3 * 3600);
    expect(purge(store)).toMatchObject({ networkLogs: 0, sessions: 0 });
    store.advance(3 * 3600);
    expect(purge(store)).toMatchObject({ networkLogs: 1, sessions: 0 });
    expect(
      store.read((tx) => tx.sql("select ip, user_name, nas_address from sessions").get()),
    ).toEqual({ ip: null, user_name: null, nas_address: null });
    expect(purge(store)).toEqual(NOTHING_PURGED);
  });

  test("keeps the MAC that it names, longer than the device would be known", () => {
    const store = openTestStore();
    keepFor(store, { networkLogDays: 365 });
    const { device } = visit(store);
    const word = { system: "ios", form: "phone", isProved: true } as const;
    store.transaction((tx) => describeDevice(tx, device, word));
    store.advance(100 * DAY);
    expect(purge(store)).toMatchObject({ macs: 0, devices: 1 });
    expect(store.read((tx) => findDevice(tx, device.id))).toMatchObject({
      ...{ mac: MAC, guestId: null },
      description: { system: "ios", form: "phone" },
    });
    store.advance(266 * DAY);
    expect(purge(store)).toMatchObject({ networkLogs: 1, macs: 1 });
    expect(store.read((tx) => findDeviceByMac(tx, MAC))).toBeNull();
    const nameless = store.read((tx) => findDevice(tx, device.id));
    expect(nameless).toMatchObject({ description: null, describedAt: null });
  });

  test("a session that goes on is left alone, however long", () => {
    const store = openTestStore();
    const { device } = signIn(store);
    store.transaction((tx) => startSession(tx, { ...report(store), ip: "10.10.0.92" }));
    store.advance(800 * DAY);
    expect(purge(store)).toMatchObject({
      networkLogs: 0,
      sessions: 0,
      macs: 0,
      devices: 0,
      guests: 0,
    });
    expect(store.read((tx) => findDevice(tx, device.id))?.mac).toBe(MAC);
  });
});

describe("sessions and visits", () => {
  const LATER = { visitDays: 35, networkLogDays: 7 };

  test("go when their days are over, and what was used of a quota for ever is not given back", () => {
    const store = openTestStore();
    keepFor(store, LATER);
    const lan = visit(store);
    visit(store, { id: "s-2", mac: OTHER_MAC, phone: "+84900000002" });
    const before = usageOf(store, lan);
    expect(before).toEqual({
      ...{ seconds: 3600, bytes: 3000, uploadBytes: 1000, downloadBytes: 2000 },
    });
    store.advance(36 * DAY);
    // The newest row stays: its number would be given again.
    expect(purge(store)).toMatchObject({ sessions: 1, networkLogs: 2 });
    expect(count(store, "sessions")).toBe(1);
    expect(usageOf(store, lan)).toEqual(before);
    expect(purge(store)).toMatchObject({ sessions: 0 });
    expect(usageOf(store, lan)).toEqual(before);
  });

  test("figures of visits stay: a guest nobody else counts is greeted with the same number", () => {
    const store = openTestStore();
    keepFor(store, LATER);
    const lan = visit(store);
    for (const id of ["s-2", "s-3", "s-4"]) visit(store, { id });
    const number = () => store.read((tx) => findVisitNumber(tx, lan.guest.id));
    expect(number()).toBe(5);
    store.advance(36 * DAY);
    expect(purge(store)).toMatchObject({ visits: 3 });
    expect(number()).toBe(5);
    purge(store);
    expect(number()).toBe(5);
  });

  test("a visit that the cloud has yet to count stays, and one it has counted goes", () => {
    const store = openTestStore();
    keepFor(store, LATER);
    const lan = visit(store);
    for (const id of ["s-2", "s-3", "s-4"]) visit(store, { id });
    const key = randomBytes(32);
    const known = (position: number, visits: number, seq: number) =>
      store.transaction((tx) =>
        applyKnownGuests(tx, {
          ...{ position, complete: true, key: key.toString("base64"), removed: [] },
          countedThrough: { epoch: findEpoch(tx), seq },
          guests: [
            {
              customerId: "01990000-0000-7000-8000-0000000000c1",
              phoneHash: createHmac("sha256", key).update(PHONE).digest("hex"),
              ...{ guestIds: [lan.guest.id], name: null, language: null, visits },
            },
          ],
        }),
      );
    known(1, 0, 0);
    store.advance(36 * DAY);
    expect(purge(store)).toMatchObject({ visits: 0 });
    expect(store.read((tx) => findVisitNumber(tx, lan.guest.id))).toBe(5);
    const through = store.read(findLastSeq);
    store.transaction((tx) =>
      acknowledge(tx, { epoch: findEpoch(tx), ranges: [{ from: 1, to: through }] }),
    );
    known(2, 4, through);
    expect(purge(store)).toMatchObject({ visits: 3 });
    expect(store.read((tx) => findVisitNumber(tx, lan.guest.id))).toBe(5);
  });
});

describe("devices", () => {
  test("a MAC that a phone made up is forgotten after 14 days, another after 90", () => {
    const store = openTestStore();
    for (const mac of [MAC, OTHER_MAC]) signIn(store, { mac, phone: null });
    store.advance(14 * DAY + 1);
    expect(purge(store)).toMatchObject({ macs: 1, devices: 0 });
    expect(store.read((tx) => findDeviceByMac(tx, OTHER_MAC))).toBeNull();
    store.advance(76 * DAY);
    expect(purge(store)).toMatchObject({ macs: 1, devices: 2 });
    expect(store.read((tx) => findDeviceByMac(tx, MAC))).toBeNull();
  });

  test("one whose made-up MAC is forgotten is its guest's by its token, until its own days are over", () => {
    const store = openTestStore();
    const { device, guest } = signIn(store, { mac: OTHER_MAC });
    const token = store.transaction((tx) => issueDeviceToken(tx, device.id));
    store.advance(20 * DAY);
    purge(store);
    expect(store.read((tx) => findDeviceByToken(tx, token))).toMatchObject({ guestId: guest.id });
    store.advance(71 * DAY);
    purge(store);
    expect(store.read((tx) => findDeviceByToken(tx, token))).toBeNull();
  });

  test("a phone that comes back after its MAC was forgotten is a new device", () => {
    const store = openTestStore();
    const { device } = signIn(store, { phone: null });
    store.advance(91 * DAY);
    purge(store);
    const back = signIn(store, { phone: null });
    expect(back.device.id).not.toBe(device.id);
    expect(store.read((tx) => findDevice(tx, device.id))?.mac).not.toContain(MAC);
  });
});

describe("a guest who was not heard of for too long", () => {
  const gone = 731 * DAY;

  test("is nobody any more, and the visits that are kept still count", () => {
    const store = openTestStore();
    keepFor(store, { visitDays: 3650, consentDays: 90 });
    const { guest, device } = visit(store);
    store.transaction((tx) =>
      giveConsent(tx, {
        ...{ guestId: guest.id, deviceId: device.id, nasId: NAS, purpose: "terms", textVersion: 1 },
        ...{ textSha256: "a".repeat(64), language: "vi", ip: "10.10.0.92" },
      }),
    );
    acknowledgeAll(store);
    store.advance(gone);
    expect(purge(store)).toMatchObject({ guests: 1, consents: 0 });
    expect(store.read((tx) => findGuest(tx, guest.id))).toBeNull();
    expect(count(store, "visits")).toBe(1);
    expect(count(store, "erased_consents")).toBe(1);
    // Nobody asked for it: the cloud, which may know them from elsewhere, is not told to forget.
    expect(store.listEvents("guest.deletion-requested")).toEqual([]);
    store.advance(91 * DAY);
    expect(purge(store)).toMatchObject({ guests: 0, consents: 1 });
  });

  test("who proves the number again is somebody new, whom the cloud may tell of", () => {
    const store = openTestStore();
    const { guest } = visit(store);
    acknowledgeAll(store);
    store.advance(gone);
    purge(store);
    const key = randomBytes(32);
    store.transaction((tx) =>
      applyKnownGuests(tx, {
        ...{ position: 1, complete: true, key: key.toString("base64"), removed: [] },
        countedThrough: null,
        guests: [
          {
            customerId: "01990000-0000-7000-8000-0000000000c1",
            phoneHash: createHmac("sha256", key).update(PHONE).digest("hex"),
            ...{ guestIds: [guest.id], name: "Lan", language: null, visits: 7 },
          },
        ],
      }),
    );
    const again = signIn(store).guest;
    expect(again).toMatchObject({ name: "Lan" });
    expect(again.id).not.toBe(guest.id);
    expect(store.read((tx) => findVisitNumber(tx, again.id))).toBe(8);
  });

  test("is kept while anything of theirs waits for the cloud, and what waits stays whole", () => {
    const store = openTestStore();
    const { guest } = visit(store);
    const waiting = store.listEvents();
    store.advance(gone);
    expect(purge(store)).toMatchObject({ guests: 0 });
    expect(store.listEvents()).toEqual(waiting);
    expect(store.read((tx) => findGuest(tx, guest.id))?.phone).toBe(PHONE);
    acknowledgeAll(store);
    expect(purge(store)).toMatchObject({ guests: 1 });
  });

  test("stays where a sign-in comes between two slices of a pass", () => {
    const store = openTestStore();
    const { guest } = visit(store);
    acknowledgeAll(store);
    store.advance(gone);
    let isFirst = true;
    const removed = purge(store, () => {
      if (isFirst) signIn(store);
      isFirst = false;
    });
    expect(removed.guests).toBe(0);
    expect(store.read((tx) => findGuestByPhone(tx, PHONE))?.id).toBe(guest.id);
  });

  test("stays for a passive visit, a device that was seen, or a copy they asked for", () => {
    const store = openTestStore();
    const { guest, device } = visit(store);
    store.transaction((tx) =>
      giveConsent(tx, {
        ...{ guestId: guest.id, deviceId: device.id, nasId: NAS, purpose: "presence" },
        ...{ textVersion: 1, textSha256: "a".repeat(64), language: "vi" },
      }),
    );
    store.advance(80 * DAY);
    expect(store.transaction((tx) => enterPassively(tx, device.id))).not.toBeNull();
    store.advance(3 * 3600);
    store.transaction((tx) => closeDueVisits(tx));
    acknowledgeAll(store);
    store.advance(gone - 80 * DAY);
    expect(purge(store)).toMatchObject({ guests: 0 });
  });

  test("one who asked to be forgotten is not counted again", () => {
    const store = openTestStore();
    const { guest, device } = visit(store);
    const request = { guestId: guest.id, deviceId: device.id, nasId: NAS, language: "vi" } as const;
    store.transaction((tx) => eraseGuest(tx, request));
    acknowledgeAll(store);
    store.advance(gone);
    expect(purge(store)).toMatchObject({ guests: 0 });
  });
});

test("a pass looks at a few hundred rows at a time, and removes just what is due", () => {
  const store = openTestStore();
  const add = (from: number, to: number) =>
    store.transaction((tx) => {
      for (let n = from; n < to; n += 1)
        tx.sql("insert into survey_answers (id, survey_id, answered_at) values (?, 'tea', ?)").run(
          `a-${n}`,
          tx.now.getTime(),
        );
    });
  add(0, 1200);
  store.advance(10 * DAY);
  add(1200, 1500);
  store.advance((BOX_RETENTION.surveyDays.standard - 5) * DAY);
  let slices = 0;
  expect(
    purge(store, () => {
      slices += 1;
    }),
  ).toEqual({ ...NOTHING_PURGED, surveyAnswers: 1200 });
  expect(slices).toBeGreaterThan(3);
  expect(count(store, "survey_answers")).toBe(300);
});

test("what a pass removed, and by which days, is told to the cloud", () => {
  const store = openTestStore();
  keepFor(store, { surveyDays: 30 });
  store.transaction((tx) => finishPurge(tx, { ...NOTHING_PURGED, macs: 2 }));
  expect(store.listEvents("box.purged")[0]?.payload).toEqual({
    retention: { ...STANDARD_RETENTION, surveyDays: 30 },
    removed: { ...NOTHING_PURGED, macs: 2 },
  });
});
