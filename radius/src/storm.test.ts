import { listOpenSessions, seeDevice, signInGuest } from "@foyer/branch-store";
import { expect, test } from "vitest";
import { NAS_ID, SECRET, sampleSettings, startTestBox } from "../test/box.ts";
import { macAt } from "../test/load.ts";
import { reconnect } from "../test/storm.ts";
import { prepareSecret } from "./protocol/authenticator.ts";

const DEVICES = 500;

test("500 devices that come back within a second are all let in and accounted for", async () => {
  const settings = sampleSettings((each) => {
    each.signIn.greet = "never";
  });
  const box = await startTestBox({ settings });
  box.store.transaction((tx) => {
    for (let at = 0; at < DEVICES; at++) {
      const { id: deviceId } = seeDevice(tx, { mac: macAt(at), nasId: NAS_ID, by: "portal" });
      signInGuest(tx, {
        ...{ deviceId, nasId: NAS_ID, language: "vi", details: {}, termsVersion: 1 },
        ...{ phone: null, proved: true },
      });
    }
  });
  const { authPort, acctPort } = box;
  const key = prepareSecret(SECRET);
  const storm = await reconnect(DEVICES, { authPort, acctPort, key, withinMs: 1000 });
  expect(storm.unanswered).toEqual([]);
  expect(box.store.read(listOpenSessions)).toHaveLength(DEVICES);
});
