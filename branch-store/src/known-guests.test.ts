import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { hashOf, KEY, known, tell } from "../test/known.ts";
import { openUpgradedStore } from "../test/older-store.ts";
import { openTestStore, sampleSettings, signIn, type TestStore } from "../test/store.ts";
import {
  addKnownGuests,
  applySettings,
  findGuestMarks,
  findKnownGuestByEmail,
  findKnownGuestByPhone,
  findKnownVisits,
  findPullPosition,
} from "./index.ts";

const UNMARKED = { groups: [], tags: [], tier: null };
const VIP = "01990000-0000-7000-8000-0000000000f1";
const STAFF = "01990000-0000-7000-8000-0000000000f2";
const REVIEWER = "01990000-0000-7000-8000-0000000000f3";

test("a store of a release that passed marks over asks for all guests anew", () => {
  const store = openUpgradedStore({
    before: "guest-marks",
    sql: "update pull set guests_position = 12, commands_position = 3",
  });
  expect(store.read(findPullPosition)).toEqual({
    ...{
      guests: 0,
      guestsMark: null,
      guestsPage: "start",
      commands: 3,
      boxCommands: 0,
      codes: 0,
      coupons: 0,
    },
  });
});

describe("the marks of a guest", () => {
  test("are found by the id that the cloud knows this guest by", () => {
    const store = openTestStore();
    const { guest } = signIn(store, { phone: null });
    const phoneHash = "0".repeat(64);
    tell(store, [known({ phoneHash, guestIds: [guest.id], groups: [VIP], tier: "gold" })]);
    expect(store.read((tx) => findGuestMarks(tx, guest.id))).toEqual({
      groups: [VIP],
      tags: [],
      tier: "gold",
    });
  });

  test("are found by the number where the cloud has not heard of this guest's id yet", () => {
    const store = openTestStore();
    tell(store, [known({ groups: [VIP], tags: [REVIEWER] })]);
    const { guest } = signIn(store);
    expect(store.read((tx) => findGuestMarks(tx, guest.id))).toEqual({
      groups: [VIP],
      tags: [REVIEWER],
      tier: null,
    });
  });

  test("are none for a guest nobody knows, who proved no number, or whom the box never met", () => {
    const store = openTestStore();
    tell(store, [known({ groups: [VIP] })]);
    const { guest } = signIn(store, { phone: null });
    const stranger = signIn(store, { mac: "02-00-5E-00-53-09", phone: "+84900000009" }).guest;
    for (const guestId of [guest.id, stranger.id, randomUUID()])
      expect(store.read((tx) => findGuestMarks(tx, guestId))).toEqual(UNMARKED);
  });

  test("are those of the newest word, and an older one changes nothing", () => {
    const store = openTestStore();
    const { guest } = signIn(store);
    const marks = () => store.read((tx) => findGuestMarks(tx, guest.id)).groups;
    tell(store, [known({ groups: [VIP] })], { position: 7 });
    tell(store, [known({ groups: [STAFF] })], { position: 9, complete: false });
    expect(marks()).toEqual([STAFF]);
    tell(store, [known({ groups: [VIP] })], { position: 8, complete: false });
    expect(marks()).toEqual([STAFF]);
    tell(store, [known()], { position: 10, complete: false });
    expect(marks()).toEqual([]);
  });

  test("go with a customer who is to be forgotten", () => {
    const store = openTestStore();
    const { guest } = signIn(store);
    tell(store, [known({ groups: [VIP] })]);
    tell(store, [], { position: 2, complete: false, removed: [known().customerId] });
    expect(store.read((tx) => findGuestMarks(tx, guest.id))).toEqual(UNMARKED);
  });
});

describe("guests who come page by page", () => {
  const phoneOf = (number: number) => `+8490000010${number}`;
  const person = (number: number, lastSeenOn = "2026-02-20") =>
    known({
      ...{ customerId: `01990000-0000-7000-8000-0000000001c${number}`, lastSeenOn },
      ...{ phoneHash: hashOf(phoneOf(number)), name: `Guest ${number}` },
    });
  const listKnown = (store: TestStore) =>
    [1, 2, 3, 4].filter((number) => store.read((tx) => findKnownGuestByPhone(tx, phoneOf(number))));
  const page = (first: boolean, next: string | null) => ({ position: 9, fill: { first, next } });
  const position = (store: TestStore) => store.read(findPullPosition);

  test("are whole with the last page, and until then what was held before serves", () => {
    const store = openTestStore();
    const mark = randomUUID();
    tell(store, [person(1), person(2)], { position: 5, mark });
    expect(position(store)).toMatchObject({ guests: 5, guestsMark: mark });
    tell(store, [person(2)], { ...page(true, "a"), mark });
    expect(position(store)).toMatchObject({ guests: 0, guestsMark: null, guestsPage: "a" });
    expect(listKnown(store)).toEqual([1, 2]);
    tell(store, [person(3)], { ...page(false, null), mark });
    expect(listKnown(store)).toEqual([2, 3]);
    const whole = { guests: 9, guestsMark: mark, guestsPage: "start" };
    expect(position(store)).toMatchObject(whole);
    // By a cloud that says no such thing.
    tell(store, [], { position: 12, complete: false });
    expect(position(store)).toMatchObject({ guests: 12, guestsMark: null });
  });

  test("name the event at their position no more, once an older release has moved on from there", () => {
    const store = openTestStore();
    const mark = randomUUID();
    tell(store, [person(1)], { position: 100, mark });
    store.transaction((tx) => tx.sql("update pull set guests_position = 200").run());
    expect(position(store)).toMatchObject({ guests: 200, guestsMark: null });
    tell(store, [person(2)], { position: 201, mark, complete: false });
    expect(position(store)).toMatchObject({ guests: 201, guestsMark: mark });
  });

  test("keep the codes and addresses of the pages before, and lose those of who is told no more", () => {
    const store = openTestStore();
    const mail = (number: number) => `guest-${number}@example.com`;
    const salt = randomBytes(16).toString("base64");
    const hash = randomBytes(32).toString("base64");
    const told = (number: number) => ({
      ...person(number),
      emailHashes: [hashOf(mail(number))],
      memberCode: { id: randomUUID(), salt, hash, issuedAt: "2026-02-20T10:00:00.000Z" },
    });
    const count = (table: string) =>
      store.read((tx) => tx.sql(`select count(*) as n from ${table}`).get() as { n: number }).n;
    const listByMail = () =>
      [1, 2, 3].filter((number) => store.read((tx) => findKnownGuestByEmail(tx, mail(number))));
    tell(store, [told(1)], { position: 5 });
    tell(store, [told(2)], page(true, "a"));
    tell(store, [told(3)], page(false, null));
    expect(listByMail()).toEqual([2, 3]);
    expect([count("known_emails"), count("known_member_codes")]).toEqual([2, 2]);
    store.transaction((tx) =>
      applySettings(tx, { ...sampleSettings(), version: 7, knownGuestsMax: 1 }),
    );
    tell(store, [], { position: 10, complete: false });
    expect([count("known_emails"), count("known_member_codes")]).toEqual([1, 1]);
  });

  test("and those who were asked for are counted to where each was told at, not to where the fill began", () => {
    const store = openTestStore();
    const { guest } = signIn(store);
    const told = known({ guestIds: [guest.id], visits: 3 });
    const toldPosition = () => store.read((tx) => findKnownVisits(tx, guest.id)).toldPosition;
    tell(store, [told], page(true, "a"));
    expect(toldPosition()).toBe(9);
    tell(store, [told], { ...page(false, null), countedPosition: 12 });
    expect(toldPosition()).toBe(12);
    store.transaction((tx) => addKnownGuests(tx, { key: KEY, position: 15, guests: [told] }));
    expect(toldPosition()).toBe(15);
  });

  test("are begun anew where a fill is, and its leftovers go with the end", () => {
    const store = openTestStore();
    tell(store, [person(1)], page(true, "a"));
    tell(store, [person(2)], page(true, "b"));
    tell(store, [person(3)], page(false, null));
    expect(listKnown(store)).toEqual([2, 3]);
  });

  test("are the branch's number at most: those seen longest ago go, and more are asked for anew", () => {
    const store = openTestStore();
    const limit = (version: number, knownGuestsMax: number) =>
      store.transaction((tx) =>
        applySettings(tx, { ...sampleSettings(), version, knownGuestsMax }),
      );
    limit(7, 2);
    tell(store, [person(1, "2026-02-01"), person(2, "2026-02-03"), person(3, "2026-02-02")]);
    expect(listKnown(store)).toEqual([2, 3]);
    tell(store, [person(4, "2026-02-04")], { position: 3, complete: false });
    expect(listKnown(store)).toEqual([2, 4]);
    limit(8, 1);
    expect(position(store).guests).toBe(3);
    limit(9, 3);
    expect(position(store).guests).toBe(0);
  });
});
