import { createHmac, randomBytes } from "node:crypto";
import type { KnownGuest, MemberCode } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import {
  MAC,
  NAS,
  OTHER_MAC,
  openTestStore,
  PHONE,
  signIn,
  type TestStore,
} from "../test/store.ts";
import {
  applyKnownGuests,
  beginMemberTry,
  eraseGuest,
  finishMemberTry,
  keepMemberCode,
  MEMBER_CODE_SETTLED_SECONDS,
  MEMBER_TRIES_PER_ADDRESS,
  MEMBER_TRIES_PER_BRANCH,
  MEMBER_TRIES_PER_CODE,
  MEMBER_TRIES_PER_DEVICE,
  MEMBER_TRIES_SECONDS,
  signInGuest,
} from "./index.ts";

const KEY = randomBytes(32);
const HIDDEN = { salt: "AAECAwQFBgcICQoLDA0ODw==", hash: "0f".repeat(32) };
const TOLD: MemberCode = {
  ...{ id: "01990000-0000-7000-8000-0000000000e1", ...HIDDEN },
  issuedAt: "2026-02-01T02:00:00.000Z",
};
const DAY = 24 * 60 * 60;

function give(store: TestStore) {
  const { guest, device } = signIn(store);
  const given = store.transaction((tx) =>
    keepMemberCode(tx, { guestId: guest.id, deviceId: device.id, ...HIDDEN }),
  );
  return { guest, device, given };
}

function tell(
  store: TestStore,
  { position = 1, ...guest }: Partial<KnownGuest> & { position?: number } = {},
): void {
  const known = {
    ...{ customerId: "01990000-0000-7000-8000-0000000000c1", guestIds: [], visits: 0 },
    ...{ phoneHash: createHmac("sha256", KEY).update(PHONE).digest("hex") },
    ...{ name: null, language: null, ...guest },
  };
  const key = KEY.toString("base64");
  store.transaction((tx) =>
    applyKnownGuests(tx, {
      ...{ position, complete: false, key, guests: [known], removed: [], countedThrough: null },
    }),
  );
}

type By = { triedBy?: string; address?: string | null; phone?: string };

const attempt = (store: TestStore, { triedBy = MAC, address = null, phone = PHONE }: By = {}) =>
  store.transaction((tx) => beginMemberTry(tx, { phone, triedBy, address }));

const codeIdOf = (store: TestStore, by: By = {}) => {
  const begun = attempt(store, by);
  return begun.kind === "try" ? (begun.code?.id ?? null) : begun.kind;
};

/** Wrong tries by as many devices as it takes. */
function tryWrongly(store: TestStore, times: number, by: By = {}): void {
  for (let each = 0; each < times; each += 1)
    attempt(store, { triedBy: `device ${Math.floor(each / MEMBER_TRIES_PER_DEVICE)}`, ...by });
}

describe("a member's code", () => {
  test("is told by what it is checked, and found by the number", () => {
    const store = openTestStore();
    const { guest, device, given } = give(store);
    expect(given).toBe(true);
    const [told] = store.listEvents("member-code.issued");
    expect(told?.payload).toMatchObject({ guestId: guest.id, deviceId: device.id, ...HIDDEN });
    expect(attempt(store)).toMatchObject({ kind: "try", code: { ...HIDDEN } });
  });

  test("is not given twice in a minute; the next one takes its place", () => {
    const store = openTestStore();
    give(store);
    const first = codeIdOf(store);
    expect(give(store).given).toBe(false);
    expect(store.listEvents("member-code.issued")).toHaveLength(1);
    store.advance(MEMBER_CODE_SETTLED_SECONDS);
    expect(give(store).given).toBe(true);
    expect(codeIdOf(store)).not.toBe(first);
  });

  test("given at another branch is the code of a number that this box has never met", () => {
    const store = openTestStore();
    tell(store, { memberCode: TOLD });
    expect(attempt(store)).toMatchObject({ kind: "try", code: TOLD });
    expect(codeIdOf(store, { phone: "+84900000009" })).toBeNull();
  });

  test("that the cloud takes back, or a customer who is out of its list, opens nothing", () => {
    const store = openTestStore();
    tell(store, { memberCode: TOLD });
    tell(store, { position: 2 });
    expect(codeIdOf(store)).toBeNull();
  });

  test("given here is the newer one, or the cloud's is, whichever was given last", () => {
    const store = openTestStore();
    const { guest } = give(store);
    const own = codeIdOf(store);
    tell(store, { memberCode: TOLD, guestIds: [guest.id] });
    expect(codeIdOf(store)).toBe(own);
    const newer = { ...TOLD, issuedAt: "2026-03-02T02:00:00.000Z" };
    tell(store, { position: 2, memberCode: newer, guestIds: [guest.id] });
    expect(codeIdOf(store)).toBe(TOLD.id);
  });

  test("of a number's new holder elsewhere is not taken for the guest of this box who had it", () => {
    const store = openTestStore();
    signIn(store);
    tell(store, { memberCode: TOLD, guestIds: [] });
    expect(codeIdOf(store)).toBeNull();
  });

  test("is over when its number passes to somebody else", () => {
    const store = openTestStore();
    const { device } = give(store);
    store.transaction((tx) =>
      signInGuest(tx, {
        ...{ deviceId: device.id, nasId: NAS, language: "vi", details: {}, termsVersion: 1 },
        ...{ phone: PHONE, isNewHolder: true, proved: true },
      }),
    );
    expect(codeIdOf(store)).toBeNull();
  });

  test("is forgotten with its guest, also in what waits for the cloud", () => {
    const store = openTestStore();
    const { guest, device } = give(store);
    tell(store, { memberCode: TOLD, guestIds: [guest.id] });
    const request = { guestId: guest.id, deviceId: device.id, nasId: NAS, language: "vi" as const };
    store.transaction((tx) => eraseGuest(tx, request));
    expect(codeIdOf(store)).toBeNull();
    const [told] = store.listEvents("member-code.issued");
    expect(told?.payload).not.toHaveProperty("salt");
    expect(told?.payload).not.toHaveProperty("hash");
    tell(store, { position: 2, memberCode: TOLD, guestIds: [guest.id] });
    expect(codeIdOf(store)).toBeNull();
  });
});

test("codes that the cloud takes back are gone from the box, one by one or all at once", () => {
  const store = openTestStore();
  const count = () =>
    store.read((tx) => tx.sql("select count(*) as held from known_member_codes").get());
  tell(store, { memberCode: TOLD });
  expect(count()).toEqual({ held: 1 });
  const key = KEY.toString("base64");
  const nobody = { guests: [], key, countedThrough: null };
  const customerId = "01990000-0000-7000-8000-0000000000c1";
  store.transaction((tx) =>
    applyKnownGuests(tx, { ...nobody, position: 2, complete: false, removed: [customerId] }),
  );
  expect(count()).toEqual({ held: 0 });
  tell(store, { position: 3, memberCode: TOLD });
  store.transaction((tx) =>
    applyKnownGuests(tx, { ...nobody, position: 4, complete: true, removed: [] }),
  );
  expect(count()).toEqual({ held: 0 });
});

describe("wrong tries", () => {
  const RIGHT = { phone: PHONE, triedBy: MAC, forgives: true };

  const finish = (store: TestStore, forgives = true, triedBy = MAC) => {
    const begun = attempt(store, { triedBy });
    if (begun.kind !== "try" || !begun.code) return false;
    const ids = { tryId: begun.id, codeId: begun.code.id };
    return store.transaction((tx) => finishMemberTry(tx, { ...RIGHT, ...ids, triedBy, forgives }));
  };

  test("close a code for good, however long they are apart: ten in its life", () => {
    const store = openTestStore();
    give(store);
    for (let each = 0; each < MEMBER_TRIES_PER_CODE; each += 1) {
      expect(codeIdOf(store, { triedBy: OTHER_MAC })).not.toBeNull();
      store.advance(DAY);
    }
    expect(codeIdOf(store)).toBeNull();
    store.advance(400 * DAY);
    expect(codeIdOf(store)).toBeNull();
  });

  test("of a code that was closed are none of the next one's", () => {
    const store = openTestStore();
    give(store);
    tryWrongly(store, MEMBER_TRIES_PER_CODE);
    store.advance(MEMBER_TRIES_SECONDS);
    give(store);
    expect(codeIdOf(store)).not.toBeNull();
  });

  test("stay counted when the cloud tells of the same code once more", () => {
    const store = openTestStore();
    tell(store, { memberCode: TOLD });
    tryWrongly(store, MEMBER_TRIES_PER_CODE);
    store.advance(60 * DAY);
    tell(store, { position: 2, memberCode: TOLD });
    expect(codeIdOf(store)).toBeNull();
  });

  test("of one device end after five in an hour, whether or not anybody has the number", () => {
    for (const phone of [PHONE, "+84900000009"]) {
      const store = openTestStore();
      give(store);
      tryWrongly(store, MEMBER_TRIES_PER_DEVICE, { phone, triedBy: OTHER_MAC });
      expect(attempt(store, { triedBy: OTHER_MAC }).kind).toBe("too-many-tries");
      expect(codeIdOf(store)).not.toBeNull();
      store.advance(MEMBER_TRIES_SECONDS);
      expect(attempt(store, { triedBy: OTHER_MAC }).kind).toBe("try");
    }
  });

  test("of one address and of the branch have their own end", () => {
    const store = openTestStore();
    tryWrongly(store, MEMBER_TRIES_PER_ADDRESS, { phone: "+84900000009", address: "10.0.0.9" });
    expect(attempt(store, { address: "10.0.0.9" }).kind).toBe("too-many-tries");
    expect(attempt(store, { address: "10.0.0.8" }).kind).toBe("try");
    tryWrongly(store, MEMBER_TRIES_PER_BRANCH, { phone: "+84900000009" });
    expect(attempt(store, { triedBy: "a device of its own" }).kind).toBe("too-many-tries");
  });

  test("of the owner's own proved device are forgiven by the right code, and nobody else's", () => {
    const store = openTestStore();
    give(store);
    tryWrongly(store, 7);
    attempt(store);
    attempt(store);
    expect(finish(store)).toBe(true);
    // Seven of others are left: two more tries, and the tenth closes it.
    expect(finish(store, false)).toBe(true);
    attempt(store, { triedBy: OTHER_MAC });
    attempt(store, { triedBy: OTHER_MAC });
    attempt(store, { triedBy: OTHER_MAC });
    expect(codeIdOf(store)).toBeNull();
  });

  test("are counted before they are judged: of many at once only ten reach the code", () => {
    const store = openTestStore();
    give(store);
    const begun = Array.from({ length: 40 }, (_, each) =>
      attempt(store, { triedBy: `device ${each}` }),
    );
    const reached = begun.filter((each) => each.kind === "try" && each.code !== null);
    expect(reached).toHaveLength(MEMBER_TRIES_PER_CODE);
  });

  test("a right code that was replaced while it was being checked opens nothing", () => {
    const store = openTestStore();
    give(store);
    const begun = attempt(store);
    if (begun.kind !== "try" || !begun.code) throw new Error("no try");
    store.advance(MEMBER_CODE_SETTLED_SECONDS);
    give(store);
    const ids = { tryId: begun.id, codeId: begun.code.id };
    expect(store.transaction((tx) => finishMemberTry(tx, { ...RIGHT, ...ids }))).toBe(false);
  });

  test("a clock that was put back forgives none, and keeps nobody out for ever", () => {
    const store = openTestStore();
    tryWrongly(store, MEMBER_TRIES_PER_DEVICE, { triedBy: OTHER_MAC });
    store.advance(-DAY);
    expect(attempt(store, { triedBy: OTHER_MAC }).kind).toBe("too-many-tries");
    store.advance(MEMBER_TRIES_SECONDS);
    expect(attempt(store, { triedBy: OTHER_MAC }).kind).toBe("try");
  });
});
