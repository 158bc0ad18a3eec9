import { applySettings, keepDoorNote, type NewDoorNote } from "@foyer/branch-store";
import { afterEach, expect, test } from "vitest";
import { BOX_KEY, buildSettings, makeBox, waitUntil } from "../test/box.ts";
import { startCloudDouble } from "../test/cloud-double.ts";
import { startSyncAgent } from "./agent.ts";
import { listOwnAddresses } from "./own-addresses.ts";

const NAS = "01990000-0000-7000-8000-000000000010";
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

test("the first contact of an access controller is told at once, and the same again with the next report", async () => {
  const box = makeBox();
  cleanUps.push(box.remove);
  const settings = buildSettings(box.identity, 1);
  box.store.transaction((tx) => applySettings(tx, settings));
  const cloud = await startCloudDouble({ boxKey: BOX_KEY });
  cleanUps.push(cloud.close);
  const identity = { ...box.identity, cloudUrl: cloud.origin };
  const agent = await startSyncAgent({
    ...{ store: box.store, identity, boxKey: BOX_KEY, logLevel: "silent", random: () => 0.01 },
  });
  cleanUps.push(agent.close);
  await waitUntil("the first report is there", () => cloud.boxReports.length > 0);
  const before = cloud.boxReports.length;
  const note = () =>
    box.store.transaction((tx) =>
      keepDoorNote(tx, {
        ...{ at: tx.now, by: "radius", mac: null, phone: null, nasId: null, sender: "10.0.0.7" },
        ...{ asked: "log-in", answer: "refused", reason: "unknown-nas", policyId: null },
      }),
    );
  note();
  await waitUntil("it is told", () => cloud.boxReports.length > before, 10_000);
  expect(cloud.boxReports.at(-1)?.unknownSenders).toMatchObject([
    { address: "10.0.0.7", count: 1 },
  ]);
});

test("refused log-ins that one report has no room for are in the next: none is never told", async () => {
  const box = makeBox();
  cleanUps.push(box.remove);
  const [hours, reasons] = [70, 30];
  const keep = (some: Partial<NewDoorNote>) =>
    box.store.transaction((tx) =>
      keepDoorNote(tx, {
        ...{ at: tx.now, by: "radius", mac: null, phone: null, nasId: NAS, sender: null },
        ...{ asked: "log-in", answer: "refused", reason: null, policyId: null, ...some },
      }),
    );
  for (let index = 0; index < hours * reasons; index += 1) {
    const at = new Date(Date.now() - (index % hours) * 3_600_000);
    keep({ at, reason: `reason-${Math.floor(index / hours)}` });
  }
  const cloud = await startCloudDouble({ boxKey: BOX_KEY });
  cleanUps.push(cloud.close);
  const identity = { ...box.identity, cloudUrl: cloud.origin };
  const agent = await startSyncAgent({
    ...{ store: box.store, identity, boxKey: BOX_KEY, logLevel: "silent", random: () => 0.01 },
  });
  cleanUps.push(agent.close);
  await waitUntil("the first report is there", () => cloud.boxReports.length > 0);
  keep({ nasId: null, sender: "10.0.0.7", reason: "unknown-nas" });
  const told = () =>
    new Set(
      cloud.boxReports
        .flatMap(({ nasRefusals = [] }) => nasRefusals)
        .map(({ at, reason }) => `${at} ${reason}`),
    );
  await waitUntil("all are told", () => told().size === hours * reasons, 10_000);
});

test("a box names where it is on its networks, IPv4 first, and neither loopback nor link-local", () => {
  const of = (address: string, family: "IPv4" | "IPv6", internal = false) =>
    ({ address, family, internal, netmask: "", mac: "", cidr: null, scopeid: 0 }) as never;
  const all = {
    lo: [of("127.0.0.1", "IPv4", true)],
    eth0: [of("2001:db8::5", "IPv6"), of("fe80::1", "IPv6"), of("10.1.0.2", "IPv4")],
    eth1: [of("169.254.3.4", "IPv4")],
  };
  expect(listOwnAddresses(all)).toEqual(["10.1.0.2", "2001:db8::5"]);
});
