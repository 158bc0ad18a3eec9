import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KnownGuest } from "@foyer/contract";
import Database from "better-sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { openTestStore, PHONE, sampleIdentity, signIn, type TestStore } from "../test/store.ts";
import {
  applyKnownGuests,
  findGuestMarks,
  findPullPosition,
  openBranchStore,
  STORE_FILE,
} from "./index.ts";

const KEY = randomBytes(32);
const UNMARKED = { groups: [], tags: [], tier: null };
const VIP = "01990000-0000-7000-8000-0000000000f1";
const STAFF = "01990000-0000-7000-8000-0000000000f2";
const REVIEWER = "01990000-0000-7000-8000-0000000000f3";

const known = (given: Partial<KnownGuest> = {}): KnownGuest => ({
  customerId: "01990000-0000-7000-8000-0000000000c1",
  phoneHash: createHmac("sha256", KEY).update(PHONE).digest("hex"),
  guestIds: [],
  name: null,
  language: null,
  visits: 0,
  ...given,
});

function tell(
  store: TestStore,
  guests: KnownGuest[],
  { position = 1, complete = true, removed = [] as string[] } = {},
): void {
  const key = KEY.toString("base64");
  store.transaction((tx) =>
    applyKnownGuests(tx, { position, complete, key, guests, removed, countedThrough: null }),
  );
}

test("a store of a release that passed marks over asks for all guests anew", () => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-store-"));
  const migrations = join(import.meta.dirname, "migrations");
  const files = readdirSync(migrations).sort();
  const older = files.slice(
    0,
    files.findIndex((file) => file.endsWith("-guest-marks.sql")),
  );
  const database = new Database(join(folder, STORE_FILE));
  for (const file of older) database.exec(readFileSync(join(migrations, file), "utf8"));
  database.exec("update pull set guests_position = 12, commands_position = 3");
  database.pragma(`user_version = ${older.length}`);
  database.close();
  const store = openBranchStore({ folder, identity: sampleIdentity(), clock: () => new Date() });
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  expect(store.read(findPullPosition)).toEqual({
    ...{ guests: 0, guestsPage: "start", commands: 3, codes: 0 },
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
