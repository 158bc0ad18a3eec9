import {
  acknowledge,
  applyKnownGuests,
  applySettings,
  findEpoch,
  findLastSeq,
  openBranchReader,
  readToldTicket,
  startSession,
} from "@foyer/branch-store";
import { describe, expect, onTestFinished, test } from "vitest";
import { MAC, NAS_ID, OTHER_MAC, STARTS_AT, sampleSettings, startTestBox } from "../../test/box.ts";
import { createFollower, type News } from "./follow.ts";

const NOTHING: News = { settings: null, deviceIds: [], reading: null, tickets: "" };

const listTickets = (news: News | null) =>
  (news?.tickets.split("\n") ?? []).map((line) => readToldTicket(line));

async function followBox() {
  const box = await startTestBox();
  const reader = openBranchReader({ folder: box.folder, clock: () => STARTS_AT });
  onTestFinished(reader.close);
  const follower = createFollower(reader);
  const first = follower.look();
  return { box, follower, first };
}

describe("what follows the store", () => {
  test("hears of the settings at the first look, and nothing while nothing is committed", async () => {
    const { follower, first } = await followBox();
    expect(first).toEqual({ ...NOTHING, settings: sampleSettings() });
    expect(follower.look()).toBeNull();
  });

  test("hears of a device that another process signed in, or put into a visit", async () => {
    const { box, follower } = await followBox();
    const { deviceId } = box.issueTicketFor();
    expect(follower.look()).toMatchObject({ deviceIds: [deviceId] });
    const session = { nasId: NAS_ID, acctSessionId: "s-1", mac: MAC };
    box.store.transaction((tx) => startSession(tx, { ...session, at: tx.now }));
    expect(follower.look()).toEqual({ ...NOTHING, deviceIds: [deviceId] });
  });

  test("mistrusts every device when events were acknowledged before they were seen", async () => {
    const { box, follower } = await followBox();
    box.issueTicketFor();
    box.store.transaction((tx) => {
      const ranges = [{ from: 1, to: findLastSeq(tx) }];
      acknowledge(tx, { epoch: findEpoch(tx), ranges });
    });
    expect(follower.look()).toMatchObject({ deviceIds: null });
  });

  test("mistrusts every device when the cloud has told of the guests it knows", async () => {
    const { box, follower } = await followBox();
    const told = { complete: true, key: "a".repeat(44), guests: [], removed: [] };
    box.store.transaction((tx) =>
      applyKnownGuests(tx, { ...told, position: 7, countedThrough: null }),
    );
    expect(follower.look()).toEqual({ ...NOTHING, deviceIds: null });
  });

  test("hears of each ticket once, at the first look of those that wait already", async () => {
    const { box, follower } = await followBox();
    const [one, two] = [box.issueTicketFor(MAC), box.issueTicketFor(OTHER_MAC)];
    expect(listTickets(follower.look())).toEqual([one, two]);
    const three = box.issueTicketFor(MAC);
    expect(listTickets(follower.look())).toEqual([three]);
    const reader = openBranchReader({ folder: box.folder, clock: () => one.issuedAt });
    onTestFinished(reader.close);
    const first = createFollower(reader).look();
    expect(listTickets(first)).toEqual([one, two, three]);
  });

  test("hears of tickets that begin at the first row again once all others are gone", async () => {
    const { box, follower } = await followBox();
    for (const mac of [MAC, OTHER_MAC]) box.issueTicketFor(mac);
    follower.look();
    box.store.transaction((tx) => tx.sql("delete from tickets").run());
    follower.look();
    const again = box.issueTicketFor();
    expect(listTickets(follower.look())).toEqual([again]);
  });

  test("hears of settings by their version, once", async () => {
    const { box, follower } = await followBox();
    const settings = sampleSettings((each) => {
      each.version += 1;
    });
    box.store.transaction((tx) => applySettings(tx, settings));
    expect(follower.look()).toEqual({ ...NOTHING, settings });
    expect(follower.look()).toBeNull();
  });
});
