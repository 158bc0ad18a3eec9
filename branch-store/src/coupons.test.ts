import { randomUUID } from "node:crypto";
import type { CouponKind, CouponNews } from "@foyer/contract";
import { expect, test } from "vitest";
import { NAS, OTHER_MAC, openTestStore, see, signIn, type TestStore } from "../test/store.ts";
import {
  applyCouponNews,
  beginEpoch,
  earnCoupon,
  eraseGuest,
  findCouponOfAnswer,
  findEpoch,
  findPullPosition,
  keepSurveyAnswer,
  listCouponsOf,
  mayEarn,
} from "./index.ts";

const KIND: CouponKind = {
  id: "01990000-0000-7000-8000-0000000000e2",
  ...{ name: { en: "Tea" }, offer: { en: "A free tea" }, validDays: 30 },
};
let position = 0;
const coupon = (code: string, change: Partial<CouponNews> = {}): CouponNews => ({
  ...{ id: randomUUID(), kindId: KIND.id, code, position: ++position, isUsed: false, ...change },
});
const codeOf = (letter: string) => letter.repeat(12);
const fill = (store: TestStore, news: CouponNews[]) =>
  store.transaction((tx) => applyCouponNews(tx, news));

type Who = { guestId: string | null; deviceId: string | null };

/** As the portal keeps an answer: both in one transaction. */
function answer(store: TestStore, who: Who, surveyId = "spring"): string {
  const answerId = randomUUID();
  store.transaction((tx) => {
    const kept = keepSurveyAnswer(tx, {
      ...{ answerId, surveyId, ...who, nasId: NAS, by: "page", place: null, language: "vi" },
      ...{ choices: {}, ratings: {}, texts: {} },
    });
    if (kept.kind === "kept") earnCoupon(tx, { answerId, surveyId, kind: KIND, ...who });
  });
  return answerId;
}
const found = (store: TestStore, answerId: string) =>
  store.read((tx) => findCouponOfAnswer(tx, answerId));
const guestOf = (store: TestStore, phone?: string): Who => {
  const { guest, device } = signIn(store, phone ? { phone, mac: OTHER_MAC } : {});
  return { guestId: guest.id, deviceId: device.id };
};

test("an answer earns one coupon of the pool, told with the answer, and the same code is nobody else's", () => {
  const store = openTestStore();
  fill(store, [coupon(codeOf("A")), coupon(codeOf("B"))]);
  const [lan, minh] = [guestOf(store), guestOf(store, "+84900000002")];
  const codes = [answer(store, lan), answer(store, minh)].map(
    (id) => found(store, id)?.given?.code,
  );
  expect(codes).toEqual([codeOf("A"), codeOf("B")]);
  const told = store.listEvents("coupon.issued");
  expect(told.map(({ payload }) => payload.guestId)).toEqual([lan.guestId, minh.guestId]);
  expect(JSON.stringify(told)).not.toContain(codeOf("A"));
});

test("a guest with two devices, and a device that was nobody's before, has one coupon a survey", () => {
  const store = openTestStore();
  fill(
    store,
    "ABCDE".split("").map((letter) => coupon(codeOf(letter))),
  );
  const lan = guestOf(store);
  answer(store, { guestId: null, deviceId: lan.deviceId });
  answer(store, lan);
  answer(store, { ...lan, deviceId: see(store, OTHER_MAC).id });
  expect(store.listEvents("coupon.issued")).toHaveLength(1);
  answer(store, lan, "autumn");
  expect(store.listEvents("coupon.issued")).toHaveLength(2);
});

test("whoever is nobody, without a device, earns nothing: a link can be opened without end", () => {
  const store = openTestStore();
  fill(store, [coupon(codeOf("A"))]);
  const nobody = { guestId: null, deviceId: null };
  expect(found(store, answer(store, nobody))).toBeNull();
  expect(store.read((tx) => mayEarn(tx, { surveyId: "spring", ...nobody }))).toBe(false);
});

test("with a dry pool a coupon is owed, and those who wait get the next ones, first come first", () => {
  const store = openTestStore();
  const [lan, minh] = [guestOf(store), guestOf(store, "+84900000002")];
  const first = answer(store, lan);
  store.advance(60);
  const second = answer(store, minh);
  expect(found(store, first)?.given).toBeNull();
  expect(store.listEvents("coupon.issued")).toEqual([]);
  store.advance(3600);
  fill(store, [coupon(codeOf("A"))]);
  expect(found(store, first)?.given?.code).toBe(codeOf("A"));
  expect(found(store, second)?.given).toBeNull();
  // It is good from when it came, not from when it was earned.
  expect(store.listEvents("coupon.issued")[0]?.occurredAt).toBe("2026-03-01T03:01:00.000Z");
  fill(store, [coupon(codeOf("B")), coupon(codeOf("C"))]);
  expect(found(store, second)?.given?.code).toBe(codeOf("B"));
  expect(store.listEvents("coupon.issued")).toHaveLength(2);
});

test("what cannot be kept whole is not kept at all: no answer without its coupon, no coupon without its answer", () => {
  const store = openTestStore();
  fill(store, [coupon(codeOf("A"))]);
  const lan = guestOf(store);
  const before = store.listEvents().length;
  expect(() =>
    store.transaction((tx) => {
      const answerId = randomUUID();
      earnCoupon(tx, { answerId, surveyId: "spring", kind: KIND, ...lan });
      throw new Error("The power went.");
    }),
  ).toThrow("The power went.");
  expect(store.listEvents()).toHaveLength(before);
  expect(found(store, answer(store, lan))?.given?.code).toBe(codeOf("A"));
});

test("a word that comes twice gives nothing twice, and what is used is shown no more", () => {
  const store = openTestStore();
  const one = coupon(codeOf("A"));
  fill(store, [one]);
  const lan = guestOf(store);
  answer(store, lan);
  fill(store, [one]);
  expect(found(store, answer(store, guestOf(store, "+84900000002")))?.given).toBeNull();
  const guestId = lan.guestId ?? "";
  expect(store.read((tx) => listCouponsOf(tx, guestId))).toHaveLength(1);
  fill(store, [{ ...one, position: ++position, isUsed: true }]);
  expect(store.read((tx) => listCouponsOf(tx, guestId))).toEqual([]);
  expect(store.read(findPullPosition).coupons).toBe(position);
});

test("another life of the store gives nothing of the pool before: a copy may have given it already", () => {
  const store = openTestStore();
  fill(store, [coupon(codeOf("A"))]);
  store.transaction((tx) => beginEpoch(tx, findEpoch(tx)));
  const id = answer(store, guestOf(store));
  expect(found(store, id)?.given).toBeNull();
  fill(store, [coupon(codeOf("B"))]);
  expect(found(store, id)?.given?.code).toBe(codeOf("B"));
});

test("whoever is forgotten has no coupon here any more", () => {
  const store = openTestStore();
  fill(store, [coupon(codeOf("A"))]);
  const lan = guestOf(store);
  const id = answer(store, lan);
  const { guestId, deviceId } = lan;
  if (guestId === null || deviceId === null) throw new Error("Nobody signed in.");
  store.transaction((tx) => eraseGuest(tx, { guestId, deviceId, nasId: NAS, language: "vi" }));
  expect(found(store, id)).toBeNull();
});
