import type { MessageChannel, TakenBack } from "@foyer/contract";
import { expect, test } from "vitest";
import { known, tell } from "../test/known.ts";
import { NAS, openTestStore, signIn } from "../test/store.ts";
import { giveConsent, listConsents } from "./index.ts";

const HOUR = 3_600_000;

function open() {
  const store = openTestStore();
  const { guest, device } = signIn(store);
  const give = (purpose: "marketing" | "presence", channel: MessageChannel | null = null) =>
    store.transaction((tx) =>
      giveConsent(tx, {
        ...{ guestId: guest.id, deviceId: device.id, nasId: NAS, purpose, channel },
        ...{ textVersion: 2, textSha256: "a".repeat(64), language: "vi" },
      }),
    );
  const at = (hours: number) =>
    new Date(store.read((tx) => tx.now).getTime() + hours * HOUR).toISOString();
  let position = 0;
  const hear = (...takenBack: TakenBack[]) => {
    position += 1;
    tell(store, [known({ guestIds: [guest.id], takenBack })], { position });
  };
  const standing = () =>
    store
      .read((tx) => listConsents(tx, guest.id))
      .filter(({ given }) => given)
      .map(({ purpose, channel }) => [purpose, channel]);
  return { store, give, at, hear, standing };
}

test("what a guest took back elsewhere is taken back here, once, and nothing is told of it", () => {
  const { store, give, at, hear, standing } = open();
  give("presence");
  give("marketing", "sms");
  const told = store.listEvents("consent.withdrawn").length;
  hear({ purpose: "presence", at: at(1) });
  hear({ purpose: "presence", at: at(1) });
  expect(standing()).toEqual([["marketing", "sms"]]);
  expect(store.listEvents("consent.withdrawn")).toHaveLength(told);
});

test("an answer that was given after it stands", () => {
  const { give, at, hear, standing } = open();
  give("presence");
  hear({ purpose: "presence", at: at(-1) });
  expect(standing()).toEqual([["presence", null]]);
});

test("one answer for all channels goes on for the others when one is taken back", () => {
  const { give, at, hear, standing } = open();
  give("marketing");
  hear({ purpose: "marketing", channel: "zalo", at: at(1) });
  expect(standing()).toEqual([["marketing", null]]);
  hear({ purpose: "marketing", at: at(2) });
  expect(standing()).toEqual([]);
});
