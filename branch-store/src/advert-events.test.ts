import type { AdvertTags } from "@foyer/contract";
import { expect, test } from "vitest";
import {
  GAP,
  NAS,
  OTHER_MAC,
  openTestStore,
  report,
  signIn,
  type TestStore,
} from "../test/store.ts";
import {
  endSession,
  eraseGuest,
  giveConsent,
  isAdvertEvent,
  showAdvertTags,
  startSession,
  withdrawConsent,
} from "./index.ts";

const TAGS: AdvertTags = { metaPixelId: "1234567890123456", googleTagId: null };
const TEXT = { textVersion: 3, textSha256: "a".repeat(64), language: "vi" } as const;
type Who = { guestId: string; deviceId: string };

const say = (store: TestStore, who: Who, word: typeof giveConsent = giveConsent) =>
  store.transaction((tx) => word(tx, { ...who, nasId: NAS, purpose: "ads", ...TEXT }));
const begin = (store: TestStore, id?: string) =>
  store.transaction((tx) => startSession(tx, report(store, id)));
const end = (store: TestStore, id?: string) =>
  store.transaction((tx) => endSession(tx, { ...report(store, id), cause: "User-Request" }));
const show = (store: TestStore, who: Who) =>
  store.transaction((tx) => showAdvertTags(tx, { ...who, tags: TAGS }));
const told = (store: TestStore) =>
  store.listEvents("advert-tag.shown").map(({ payload }) => payload);
const isEvent = (store: TestStore, id: string) => store.read((tx) => isAdvertEvent(tx, id));

function openVisit(): { store: TestStore; who: Who } {
  const store = openTestStore();
  const { guest, device } = signIn(store);
  begin(store);
  return { store, who: { guestId: guest.id, deviceId: device.id } };
}

function shownIn(store: TestStore, who: Who): string {
  const shown = show(store, who);
  if (shown.kind !== "shown") throw new Error(shown.kind);
  return shown.advertEventId;
}

test("a visit has one id, told once with the words it rests on, however often it is asked", () => {
  const { store, who } = openVisit();
  say(store, who);
  const advertEventId = shownIn(store, who);
  expect(advertEventId).toMatch(/^[\w-]{22}$/);
  expect(shownIn(store, who)).toBe(advertEventId);
  const { language: _, ...text } = TEXT;
  expect(told(store)).toMatchObject([
    { advertEventId, name: "GuestVisit", guestId: who.guestId, ...TAGS, ...text },
  ]);
  expect(isEvent(store, advertEventId)).toBe(true);
});

test("the next visit has another", () => {
  const { store, who } = openVisit();
  say(store, who);
  const first = shownIn(store, who);
  end(store);
  store.advance(2 * GAP);
  begin(store, "s-2");
  const second = shownIn(store, who);
  expect(second).not.toBe(first);
  expect(told(store)).toHaveLength(2);
});

test("nobody is told of who did not agree, or is not online", () => {
  const { store, who } = openVisit();
  expect(show(store, who)).toEqual({ kind: "not-agreed" });
  say(store, who);
  end(store);
  expect(show(store, who)).toEqual({ kind: "not-online" });
  const other = signIn(store, { mac: OTHER_MAC, phone: "+84900000002" });
  const stranger = { guestId: other.guest.id, deviceId: other.device.id };
  say(store, stranger);
  begin(store, "s-2");
  // Another's session opens nothing to them.
  expect(show(store, stranger)).toEqual({ kind: "not-online" });
  expect(told(store)).toEqual([]);
});

test("an id is good as long as its visit goes on and its guest agrees", () => {
  const { store, who } = openVisit();
  say(store, who);
  const advertEventId = shownIn(store, who);
  say(store, who, withdrawConsent);
  expect(isEvent(store, advertEventId)).toBe(false);
  expect(show(store, who)).toEqual({ kind: "not-agreed" });
  say(store, who);
  expect(shownIn(store, who)).toBe(advertEventId);
  for (const made of ["", "x", "' or 1=1 --", `${advertEventId}A`])
    expect(isEvent(store, made)).toBe(false);
});

test("nothing of it is left of a guest who was forgotten", () => {
  const { store, who } = openVisit();
  say(store, who);
  const advertEventId = shownIn(store, who);
  store.transaction((tx) => eraseGuest(tx, { ...who, nasId: NAS, language: "vi" }));
  expect(isEvent(store, advertEventId)).toBe(false);
  const left = store.read((tx) =>
    tx.sql("select count(*) as count from visits where advert_event_id is not null").get(),
  );
  expect(left).toEqual({ count: 0 });
});
