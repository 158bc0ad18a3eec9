import { type ConsentPurpose, MESSAGE_CHANNELS, type MessageChannel } from "@foyer/contract";
import { expect, test } from "vitest";
import { NAS, openTestStore, signIn, type TestStore } from "../test/store.ts";
import {
  eraseGuest,
  findConsent,
  findWordOn,
  giveConsent,
  listConsents,
  withdrawConsent,
} from "./index.ts";

function meet(store: TestStore, phone?: string) {
  const { guest, device } = signIn(store, phone ? { phone } : {});
  const words = { textVersion: 1, textSha256: "a".repeat(64), language: "vi" as const };
  return { guestId: guest.id, deviceId: device.id, nasId: NAS, ...words };
}

const asked = { purpose: "marketing" as ConsentPurpose };

test("a yes to one channel is none to another, and is told with its channel", () => {
  const store = openTestStore();
  const act = { ...meet(store), ...asked };
  store.transaction((tx) => giveConsent(tx, { ...act, channel: "zalo" }));
  const given = (channel: MessageChannel) =>
    store.read((tx) => findConsent(tx, { ...act, channel })?.given);
  expect(MESSAGE_CHANNELS.map(given)).toEqual([undefined, true, undefined]);
  expect(store.listEvents("consent.given").map(({ payload }) => payload)).toMatchObject([
    { purpose: "marketing", channel: "zalo", textVersion: 1 },
  ]);
  store.transaction((tx) => withdrawConsent(tx, { ...act, channel: "sms" }));
  expect(store.listEvents("consent.withdrawn")).toEqual([]);
});

test("an answer of before there were channels is one for each, and each can be taken back by itself", () => {
  const store = openTestStore();
  const act = { ...meet(store), ...asked };
  store.transaction((tx) => giveConsent(tx, act));
  expect(store.listEvents("consent.given")[0]?.payload).not.toHaveProperty("channel");
  store.transaction((tx) => withdrawConsent(tx, { ...act, channel: "sms" }));
  const words = store.read((tx) => listConsents(tx, act.guestId));
  const given = MESSAGE_CHANNELS.map((channel) => findWordOn(words, { ...asked, channel })?.given);
  expect(given).toEqual([false, true, true]);
  store.transaction((tx) => withdrawConsent(tx, act));
  const after = store.read((tx) => listConsents(tx, act.guestId));
  expect(after).toMatchObject([{ purpose: "marketing", channel: null, given: false }]);
});

test("whoever is forgotten has taken back each channel they agreed to", () => {
  const store = openTestStore();
  const act = { ...meet(store), ...asked };
  const { guestId, deviceId, nasId, language } = act;
  store.transaction((tx) => {
    giveConsent(tx, { ...act, channel: "sms" });
    giveConsent(tx, { ...act, channel: "email" });
    eraseGuest(tx, { guestId, deviceId, nasId, language });
  });
  const taken = store.listEvents("consent.withdrawn").map(({ payload }) => payload.channel);
  expect(taken).toEqual(["sms", "email"]);
  const kept = store.read((tx) => tx.sql("select channel, given from erased_consents").all());
  expect(kept).toHaveLength(4);
  expect(kept).toContainEqual({ channel: "email", given: 0 });
});

test("whatever three things are said, the last word on a channel is the last that spoke of it", () => {
  const store = openTestStore();
  const acts = [null, ...MESSAGE_CHANNELS].flatMap((channel) =>
    [true, false].map((given) => ({ channel, given })),
  );
  const triples = acts.flatMap((one) =>
    acts.flatMap((two) => acts.map((three) => [one, two, three])),
  );
  expect(triples).toHaveLength(512);
  for (const [index, triple] of triples.entries()) {
    const place = { ...meet(store, `+84900${String(index).padStart(6, "0")}`), ...asked };
    const expected = new Map<MessageChannel, boolean>();
    for (const { channel, given } of triple) {
      const act = { ...place, channel };
      store.transaction((tx) => (given ? giveConsent : withdrawConsent)(tx, act));
      for (const each of channel ? [channel] : MESSAGE_CHANNELS) expected.set(each, given);
    }
    const standing = store.read((tx) => listConsents(tx, place.guestId));
    for (const channel of MESSAGE_CHANNELS) {
      const isGiven = expected.get(channel) ?? false;
      expect(findWordOn(standing, { ...asked, channel })?.given ?? false).toBe(isGiven);
      const found = store.read((tx) => findConsent(tx, { ...place, channel }));
      expect(found?.given ?? false).toBe(isGiven);
    }
  }
});
