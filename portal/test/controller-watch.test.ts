import {
  closeDueVisits,
  endOverdueSessions,
  listOpenSessions,
  saveCommands,
} from "@foyer/branch-store";
import { expect, onTestFinished, test, vi } from "vitest";
import { openLog } from "../src/log.ts";
import { carryOutCommands } from "../src/nas/controller/commands.ts";
import { openControllers } from "../src/nas/controller/controllers.ts";
import { openControllerWatch } from "../src/nas/controller/watch.ts";
import { openGatewayDoor } from "../src/nas/gateway-door.ts";
import { adapterOf } from "../src/nas/index.ts";
import { openAuthmon } from "../src/nas/opennds-authmon.ts";
import { goOnline, openBehind } from "./go-online.ts";
import { openUnifiConsole, UNIFI_LOG_IN } from "./unifi-console.ts";

const MAC = "02:aa:bb:cc:00:01";
const ARRIVAL = `/guest/s/default/?ap=f0:9f:c2:00:00:01&id=${MAC}&t=1772330400&url=http://x.test/`;
const START = Date.parse("2026-03-01T02:00:00Z");

/** A guest who is online behind a console, and what looks after them. */
async function openWatched() {
  const console = await openUnifiConsole();
  const station = { mac: MAC, ip: "10.10.0.92", isAuthorised: false, rxBytes: 10, txBytes: 20 };
  console.stations.set(MAC, station);
  const portal = await openBehind({
    ...{ kind: "unifi", id: "0199f000-0000-7000-8000-000000000011", name: "Console", source: "" },
    ...{ controllerUrl: console.url, certificateSha256: console.certificateSha256 },
    ...{ site: "default", logIn: UNIFI_LOG_IN },
  });
  await goOnline(portal, ARRIVAL);
  let now = START;
  const clock = () => new Date(now);
  const controllers = openControllers({ clock, answerSecondsMax: 1 });
  onTestFinished(() => controllers.close());
  const logLines: string[] = [];
  const log = openLog("info", { write: (line) => void logLines.push(line) });
  const options = {
    ...{ store: portal.store, controllers, authmon: openAuthmon(clock), adapterOf, clock, log },
    gatewayDoor: openGatewayDoor(""),
    isTicketUsed: () => false,
  };
  const watch = openControllerWatch(options);
  /** A minute later the watch looks. */
  const lookLater = async (seconds = 60) => {
    portal.pass(seconds);
    now += seconds * 1000;
    await watch.look();
  };
  const open = () => portal.store.read(listOpenSessions);
  const pass = (seconds: number) => {
    portal.pass(seconds);
    now += seconds * 1000;
  };
  return { console, station, portal, lookLater, open, options, logLines, pass };
}

const countLists = (console: { got: { path: string }[] }) =>
  console.got.filter(({ path }) => path.endsWith("/stat/sta")).length;

test("a guest who is on the list goes on, with the bytes that the controller counts", async () => {
  const { station, portal, lookLater, open } = await openWatched();
  Object.assign(station, { rxBytes: 402, txBytes: 4426 });
  await lookLater();
  expect(open()).toMatchObject([{ uploadBytes: 402, downloadBytes: 4426 }]);
  expect(open()[0]?.lastActivityAt.getTime()).toBe(START + 60_000);
  expect(portal.events("session.updated")).toHaveLength(1);
});

test("a controller is asked once a minute, and not at all where nobody can be online", async () => {
  const { console, lookLater, portal } = await openWatched();
  const before = countLists(console);
  for (let tick = 0; tick < 24; tick += 1) await lookLater(5);
  expect(countLists(console) - before).toBe(2);
  console.stations.clear();
  await lookLater(5 * 3600);
  portal.store.transaction((tx) => endOverdueSessions(tx));
  const settled = countLists(console);
  for (const _ of [1, 2, 3]) await lookLater(3600);
  expect(countLists(console)).toBe(settled);
});

test("a guest who is missing from two lists in a row has left when they were seen last", async () => {
  const { console, portal, lookLater, open } = await openWatched();
  await lookLater();
  console.stations.clear();
  await lookLater();
  expect(open()).toHaveLength(1);
  await lookLater();
  expect(open()).toEqual([]);
  expect(portal.events("session.ended")[0]?.payload).toMatchObject({
    ...{ cause: "Lost-Contact", endedAt: new Date(START + 60_000).toISOString() },
    connectedSeconds: 60,
  });
});

test("one who roams, and is missing from one list alone, stays", async () => {
  const { console, station, lookLater, open } = await openWatched();
  for (let rounds = 0; rounds < 3; rounds += 1) {
    console.stations.clear();
    await lookLater();
    console.stations.set(MAC, station);
    await lookLater();
  }
  expect(open()).toHaveLength(1);
});

test("one who is back before their time is over begins a new session of theirs, and a visit by the gap", async () => {
  const { console, station, portal, lookLater, open } = await openWatched();
  const [first] = open();
  console.stations.clear();
  for (const _ of [1, 2]) await lookLater();
  await lookLater(2 * 3600);
  portal.store.transaction((tx) => closeDueVisits(tx));
  console.stations.set(MAC, station);
  await lookLater();
  const [back] = open();
  expect(back?.id).not.toBe(first?.id);
  expect(back).toMatchObject({ guestId: first?.guestId, policyId: first?.policyId });
  expect(back?.expectedEndAt).toEqual(first?.expectedEndAt);
  expect(portal.events("visit.started")).toHaveLength(2);
  expect(portal.events("visit.ended")).toHaveLength(1);
  await lookLater();
  expect(portal.events("session.started")).toHaveLength(2);
});

test("one whom the controller has put out is out, by its word; a grant it has not spread yet is not", async () => {
  const { station, portal, lookLater, open } = await openWatched();
  station.isAuthorised = false;
  await lookLater(30);
  expect(open()).toHaveLength(1);
  await lookLater(60);
  expect(open()).toEqual([]);
  expect(portal.events("session.ended")[0]?.payload.cause).toBe("Admin-Reset");
});

test("a controller that does not answer ends nothing, and is asked less and less", async () => {
  const { console, portal, lookLater, open, logLines } = await openWatched();
  console.interrupt("/stat/sta", ...Array(50).fill({ status: 502 }));
  const before = countLists(console);
  for (let minute = 0; minute < 60; minute += 1) await lookLater();
  const asked = countLists(console) - before;
  expect(asked).toBeGreaterThanOrEqual(6);
  expect(asked).toBeLessThanOrEqual(9);
  expect(open()).toHaveLength(1);
  expect(logLines.filter((line) => line.includes("does not tell"))).toHaveLength(1);
  console.interruptNothing();
  await lookLater(15 * 60);
  expect(logLines.filter((line) => line.includes("again"))).toHaveLength(1);
  await lookLater(4 * 3600);
  portal.store.transaction((tx) => endOverdueSessions(tx));
  expect(open()).toEqual([]);
});

test("who signed out while the controller was not to be reached is put out as soon as it is", async () => {
  const { console, station, portal, lookLater, open } = await openWatched();
  const browser = portal.browser();
  await browser.open("/");
  console.interrupt("/cmd/stamgr", { status: 502 });
  await browser.submit("/logout");
  expect(open()).toEqual([]);
  expect(station.isAuthorised).toBe(true);
  await lookLater();
  expect(station.isAuthorised).toBe(false);
  expect(open()).toEqual([]);
  await lookLater();
  expect(portal.events("session.started")).toHaveLength(1);
});

test("a portal that listens looks by itself, and stops when it ends", async () => {
  const { console, portal } = await openWatched();
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const before = countLists(console);
  await portal.app.listen({ host: "127.0.0.1", port: 0 });
  vi.advanceTimersByTime(5000);
  await vi.waitFor(() => expect(countLists(console) - before).toBe(1), { timeout: 5000 });
  await portal.app.close();
  portal.pass(600);
  vi.advanceTimersByTime(60_000);
  expect(vi.getTimerCount()).toBe(0);
  expect(countLists(console) - before).toBe(1);
});

test("staff's order to send a guest off is carried out by the controller, and told as that", async () => {
  const { console, station, portal, options, open } = await openWatched();
  const deviceId = open()[0]?.deviceId ?? "";
  const order = (id: string, expiresAt: string) =>
    portal.store.transaction((tx) =>
      saveCommands(tx, [{ id, position: 1, kind: "guest.disconnect", deviceId, expiresAt }]),
    );
  const outcomeOf = (id: string) =>
    portal.store.read((tx) => tx.sql("select outcome from box_commands where id = ?").get(id));
  order("0199f000-0000-7000-8000-0000000000c0", "2026-03-01T01:59:00Z");
  await carryOutCommands(options);
  expect(outcomeOf("0199f000-0000-7000-8000-0000000000c0")).toEqual({ outcome: "expired" });
  expect(station.isAuthorised).toBe(true);
  portal.store.transaction((tx) => tx.sql("delete from box_commands").run());
  order("0199f000-0000-7000-8000-0000000000c1", "2026-03-01T02:10:00Z");
  console.interrupt("/cmd/stamgr", { status: 502 });
  await carryOutCommands(options);
  expect(outcomeOf("0199f000-0000-7000-8000-0000000000c1")).toEqual({ outcome: "timed-out" });
  portal.store.transaction((tx) => tx.sql("delete from box_commands").run());
  order("0199f000-0000-7000-8000-0000000000c2", "2026-03-01T02:10:00Z");
  await carryOutCommands(options);
  expect(outcomeOf("0199f000-0000-7000-8000-0000000000c2")).toEqual({ outcome: "acknowledged" });
  expect(station.isAuthorised).toBe(false);
  expect(portal.events("session.ended")[0]?.payload.cause).toBe("Admin-Reset");
});
