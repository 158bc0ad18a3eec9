import type { GuestQuestion } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { deviceOf, hashOf, KEY, known, tell } from "../test/known.ts";
import { MAC, NAS, openTestStore, PHONE, see, signIn, type TestStore } from "../test/store.ts";
import {
  answerQuestions,
  askForGuest,
  eraseGuest,
  findGuest,
  findKnownGuestByEmail,
  findKnownGuestByPhone,
  forgetOldQuestions,
  hasOldQuestions,
  listOpenQuestions,
  signInGuest,
} from "./index.ts";

const EMAIL = "lan@example.com";
const ask = (store: TestStore, question: GuestQuestion) =>
  store.transaction((tx) => askForGuest(tx, question));
const open = (store: TestStore) => store.read((tx) => listOpenQuestions(tx, 50));
const answer = (store: TestStore, guests = [known({ name: "Lan" })], key = KEY) =>
  store.transaction((tx) =>
    answerQuestions(tx, {
      questions: listOpenQuestions(tx, 50),
      answers: { key, position: 1, guests },
    }),
  );

describe("a guest who is unknown here", () => {
  test("is asked for once, by number and by device, and not again for ten minutes", () => {
    const store = openTestStore();
    for (let time = 0; time < 2; time += 1) {
      ask(store, { phone: PHONE });
      ask(store, { mac: MAC });
    }
    expect(open(store)).toEqual(expect.arrayContaining([{ phone: PHONE }, { mac: MAC }]));
    expect(open(store)).toHaveLength(2);
    answer(store, []);
    ask(store, { phone: PHONE });
    expect(open(store)).toEqual([]);
    store.advance(10 * 60);
    ask(store, { phone: PHONE });
    expect(open(store)).toEqual([{ phone: PHONE }]);
  });

  test("is asked for beside questions that only a newer release can read: those wait for it", () => {
    const store = openTestStore();
    store.transaction((tx) => {
      const who = tx.columns.lockSame("guest_questions.who", "loyalty-card:12345");
      const asked = "insert into guest_questions (who, asked_at) values (?, ?)";
      tx.sql(asked).run(who, tx.now.getTime());
    });
    ask(store, { phone: PHONE });
    expect(open(store)).toEqual([{ phone: PHONE }]);
  });

  test("is known from the answer on; who came in meanwhile is given the name", () => {
    const store = openTestStore();
    ask(store, { phone: PHONE });
    const { guest } = signIn(store);
    expect(guest.name).toBeNull();
    answer(store);
    expect(store.read((tx) => findGuest(tx, guest.id))?.name).toBe("Lan");
    expect(store.read((tx) => findKnownGuestByPhone(tx, PHONE))?.name).toBe("Lan");
  });

  test("is asked for again where the box was told more since the answer: they may have been forgotten", () => {
    const store = openTestStore();
    ask(store, { phone: PHONE });
    tell(store, [], { position: 2, removed: [known().customerId] });
    expect(answer(store)).toBe(false);
    expect(store.read((tx) => findKnownGuestByPhone(tx, PHONE))).toBeNull();
    expect(open(store)).toEqual([{ phone: PHONE }]);
  });

  test("is not asked for any more when a minute has passed, and their number does not stay here", () => {
    const store = openTestStore();
    ask(store, { phone: PHONE });
    store.advance(61);
    expect(open(store)).toEqual([]);
    expect(store.read(hasOldQuestions)).toBe(false);
    store.advance(10 * 60);
    expect(store.read(hasOldQuestions)).toBe(true);
    store.transaction(forgetOldQuestions);
    expect(store.read((tx) => tx.sql("select * from guest_questions").all())).toEqual([]);
  });
});

/** Signs in by an address alone, or by that of a guest who has a number. */
function signInByEmail(store: TestStore, mac = MAC): { guestId: string; deviceId: string } {
  const { id: deviceId } = see(store, mac);
  const terms = { nasId: NAS, language: "vi" as const, details: {}, termsVersion: 1 };
  const guest = store.transaction((tx) =>
    signInGuest(tx, { ...terms, deviceId, phone: null, email: EMAIL, proved: true }),
  );
  return { guestId: guest.id, deviceId };
}

/** As the cloud tells of one who has verified an address and no number. */
const byEmail = () =>
  known({ name: "Lan", phoneHash: hashOf(EMAIL), emailHashes: [hashOf(EMAIL)] });
const nameOf = (store: TestStore, guestId: string) =>
  store.read((tx) => findGuest(tx, guestId))?.name;

describe("a guest of whom an address alone is told", () => {
  test("is asked for by it once, and known from the answer on, also who came in meanwhile", () => {
    const store = openTestStore();
    for (let time = 0; time < 2; time += 1) ask(store, { email: EMAIL });
    expect(open(store)).toEqual([{ email: EMAIL }]);
    const { guestId } = signInByEmail(store);
    answer(store, [byEmail()]);
    expect(nameOf(store, guestId)).toBe("Lan");
    expect(store.read((tx) => findKnownGuestByEmail(tx, EMAIL))?.name).toBe("Lan");
    ask(store, { email: EMAIL });
    expect(open(store)).toEqual([]);
  });

  test("is not asked for where the box has met them, or was told of them", () => {
    const met = openTestStore();
    signInByEmail(met);
    ask(met, { email: EMAIL });
    const told = openTestStore();
    tell(told, [byEmail()]);
    ask(told, { email: EMAIL });
    expect([open(met), open(told)]).toEqual([[], []]);
  });

  test("gives no name to one who is known by a number", () => {
    const store = openTestStore();
    ask(store, { email: EMAIL });
    const { guest } = signIn(store);
    signInByEmail(store);
    answer(store, [byEmail()]);
    expect(nameOf(store, guest.id)).toBeNull();
  });

  test("leaves no question when they are forgotten, and is asked for no more until the cloud forgot them", () => {
    const store = openTestStore();
    ask(store, { email: EMAIL });
    const ids = signInByEmail(store);
    store.transaction((tx) => eraseGuest(tx, { ...ids, nasId: NAS, language: "vi" }));
    expect(store.read((tx) => tx.sql("select * from guest_questions").all())).toEqual([]);
    ask(store, { email: EMAIL });
    expect(open(store)).toEqual([]);
  });
});

test("who is known is not asked for: here, by the cloud's word, or by a device of another branch", () => {
  const store = openTestStore();
  tell(store, [known({ devices: [deviceOf(MAC)] })]);
  ask(store, { phone: PHONE });
  ask(store, { mac: MAC });
  signIn(store, { mac: "AC-00-5E-00-53-77", phone: "+84900000009" });
  ask(store, { phone: "+84900000009" });
  ask(store, { mac: "AC-00-5E-00-53-77" });
  expect(open(store)).toEqual([]);
});

test("devices that are made up by the hundred do not become questions by the hundred", () => {
  const store = openTestStore();
  for (let each = 0; each < 300; each += 1)
    ask(store, { mac: `02-00-00-00-0${each >> 8}-${(each & 255).toString(16).padStart(2, "0")}` });
  expect(store.read((tx) => listOpenQuestions(tx, 1000))).toHaveLength(200);
});

test("an answer under another key than all the others' is not kept: nobody would find it", () => {
  const store = openTestStore();
  tell(store, []);
  ask(store, { phone: PHONE });
  answer(store, [known()], Buffer.alloc(32, 8).toString("base64"));
  expect(store.read((tx) => findKnownGuestByPhone(tx, PHONE))).toBeNull();
});
