import {
  giveConsent,
  listOpenSessions,
  markPageShown,
  startSession,
  withdrawConsent,
} from "@foyer/branch-store";
import { expect, test } from "vitest";
import { MAC, NAS_ID, OTHER_MAC, sampleSettings, startTestBox } from "../../test/box.ts";
import { openTestNas } from "../../test/nas.ts";
import { findValue } from "../protocol/values.ts";

type Greet = "never" | "each-visit";

/** A guest known by their device; `ask` has the NAS ask about it. */
async function knownGuest(greet: Greet, { agreed = true } = {}) {
  const settings = sampleSettings((each) => {
    each.signIn.greet = greet;
  });
  const box = await startTestBox({ settings });
  const nas = await openTestNas();
  const { deviceId, guestId } = box.issueTicketFor();
  const act = {
    ...{ guestId, deviceId, nasId: NAS_ID, purpose: "presence" as const, textVersion: 1 },
    ...{ textSha256: "a".repeat(64), language: "vi" as const },
  };
  box.store.transaction((tx) => markPageShown(tx, deviceId));
  if (agreed) box.store.transaction((tx) => giveConsent(tx, act));
  box.advance(2 * 60 * 60);
  await box.catchUp();
  const ask = async (mac = MAC) => {
    const reply = await nas.exchange(box.authPort, nas.pap({ userName: mac, password: mac, mac }));
    await box.catchUp();
    return reply && (findValue(reply, "Reply-Message") ?? "accept");
  };
  const visits = () => box.listEvents("visit.started").map(({ payload }) => payload.source);
  return { box, ask, visits, act, guestId, deviceId };
}

test.each([
  ["never", "accept"],
  ["each-visit", "page-due"],
] as const)(
  "part of MC-1.2: a known device that only meets the network is a passive visit and no session (pages: %s, answer: %s)",
  async (greet, answer) => {
    const { box, ask, visits, guestId, deviceId } = await knownGuest(greet);
    const seen = box.listEvents("device.seen").length;
    expect(await ask()).toBe(answer);
    box.advance(31);
    // The page is still due: nobody has arrived at it yet.
    expect(await ask()).toBe(answer);
    expect(box.listEvents("device.seen")).toHaveLength(seen + 1);
    expect(visits()).toEqual(["passive"]);
    expect(box.listEvents("visit.started")).toMatchObject([{ payload: { guestId } }]);
    expect(box.store.read(listOpenSessions)).toEqual([]);
    expect(box.listEvents("session.started")).toEqual([]);
    // The page is met, or none is due, and the guest goes online.
    box.store.transaction((tx) => {
      markPageShown(tx, deviceId);
      startSession(tx, { nasId: NAS_ID, acctSessionId: "s-1", mac: MAC, at: tx.now });
    });
    expect(visits()).toEqual(["passive"]);
    await box.catchUp();
    box.advance(61);
    expect(await ask()).toBe("accept");
    expect(visits()).toEqual(["passive"]);
  },
);

test.each(["never", "each-visit"] as const)(
  "part of MC-1.2: without consent to it, or once that is withdrawn, nobody's visit begins (pages: %s)",
  async (greet) => {
    const { box, ask, visits, act } = await knownGuest(greet, { agreed: false });
    await ask();
    expect(box.listEvents("device.seen").at(-1)?.payload).toMatchObject({ by: "radius" });
    box.store.transaction((tx) => {
      giveConsent(tx, act);
      withdrawConsent(tx, act);
    });
    box.advance(2 * 60 * 60);
    await ask();
    await ask(OTHER_MAC);
    expect(visits()).toEqual([]);
  },
);

test("of many log-ins of one device at once one passive visit begins", async () => {
  const { ask, visits } = await knownGuest("never");
  await Promise.all(Array.from({ length: 20 }, () => ask()));
  expect(visits()).toEqual(["passive"]);
});
