import {
  acknowledge,
  applyKnownGuests,
  applySettings,
  findEpoch,
  findLastSeq,
  openBranchReader,
  startSession,
} from "@foyer/branch-store";
import { describe, expect, onTestFinished, test } from "vitest";
import { MAC, NAS_ID, sampleSettings, startTestBox } from "../../test/box.ts";
import { createFollower } from "./follow.ts";

async function followBox() {
  const box = await startTestBox();
  const reader = openBranchReader({ folder: box.folder, clock: () => new Date() });
  onTestFinished(reader.close);
  const follower = createFollower(reader);
  const first = follower.look();
  return { box, follower, first };
}

describe("what follows the store", () => {
  test("hears of the settings at the first look, and nothing while nothing is committed", async () => {
    const { follower, first } = await followBox();
    expect(first).toEqual({ settings: sampleSettings(), deviceIds: [], reading: null });
    expect(follower.look()).toBeNull();
  });

  test("hears of a device that another process signed in, or put into a visit", async () => {
    const { box, follower } = await followBox();
    const { deviceId } = box.issueTicketFor();
    expect(follower.look()).toEqual({ settings: null, deviceIds: [deviceId], reading: null });
    const session = { nasId: NAS_ID, acctSessionId: "s-1", mac: MAC };
    box.store.transaction((tx) => startSession(tx, { ...session, at: tx.now }));
    expect(follower.look()).toEqual({ settings: null, deviceIds: [deviceId], reading: null });
  });

  test("mistrusts every device when events were acknowledged before they were seen", async () => {
    const { box, follower } = await followBox();
    box.issueTicketFor();
    box.store.transaction((tx) => {
      const ranges = [{ from: 1, to: findLastSeq(tx) }];
      acknowledge(tx, { epoch: findEpoch(tx), ranges });
    });
    expect(follower.look()).toEqual({ settings: null, deviceIds: null, reading: null });
  });

  test("mistrusts every device when the cloud has told of the guests it knows", async () => {
    const { box, follower } = await followBox();
    const told = { complete: true, key: "a".repeat(44), guests: [], removed: [] };
    box.store.transaction((tx) =>
      applyKnownGuests(tx, { ...told, position: 7, countedThrough: null }),
    );
    expect(follower.look()).toEqual({ settings: null, deviceIds: null, reading: null });
  });

  test("hears of settings by their version, once", async () => {
    const { box, follower } = await followBox();
    const settings = sampleSettings((each) => {
      each.version += 1;
    });
    box.store.transaction((tx) => applySettings(tx, settings));
    expect(follower.look()).toEqual({ settings, deviceIds: [], reading: null });
    expect(follower.look()).toBeNull();
  });
});
