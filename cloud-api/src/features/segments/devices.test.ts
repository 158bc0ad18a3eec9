import { DEVICE_FORMS, DEVICE_SYSTEMS } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { all, openSegmentPlace, type SegmentPlace } from "../../../test/segment-place.ts";
import { FORMS, SYSTEMS } from "./rules.ts";
import type { TreeNode, VisitFilter } from "./schema.ts";

let cloud: TestCloud;
let place: SegmentPlace;
beforeAll(async () => {
  cloud = await openTestCloud({ startsAt: new Date("2026-03-01T05:00:00Z") });
  place = await openSegmentPlace(cloud);
});
afterAll(() => cloud?.close());

const cameOn = (visits: VisitFilter): TreeNode => ({
  ...{ kind: "visit-count", count: { min: 1 }, visits },
});
const say = (deviceId: string, system: string, form: string | null) =>
  place.push([place.box.write("device.described", { deviceId, system, form }, cloud.clock())]);

test("a segment asks for every word that a box says of a device", () => {
  expect(SYSTEMS).toEqual(DEVICE_SYSTEMS);
  expect(FORMS).toEqual(DEVICE_FORMS);
});

test("what a browser says of a device makes members of whoever came with it, and a correction takes them out", async () => {
  const android = await place.make(all(cameOn({ systems: ["android"] })));
  const phones = await place.make(all(cameOn({ systems: ["android", "ios"], forms: ["phone"] })));
  const none = await place.make({ kind: "none", of: [cameOn({ systems: ["android"] })] });
  const lan = await place.meet("+84911111111");
  const minh = { ...(await place.meet("+84922222222")), deviceId: lan.deviceId };
  for (const guest of [lan, minh]) await place.visit(guest, 20);
  expect(await place.members(android)).toEqual([]);
  await say(lan.deviceId, "android", null);
  const both = [lan.customerId, minh.customerId].toSorted();
  expect(await place.members(android)).toEqual(both);
  expect([await place.members(phones), await place.members(none)]).toEqual([[], []]);
  cloud.passSeconds(60);
  await say(lan.deviceId, "ios", "phone");
  expect([await place.members(android), await place.members(phones)]).toEqual([[], both]);
  for (const { fitting, kept, count } of await place.compare())
    expect([kept, count]).toEqual([fitting, fitting.length]);
  // One who comes on a device that was described before.
  const hoa = { ...(await place.meet("+84933333333")), deviceId: lan.deviceId };
  await place.visit(hoa, 1);
  expect(await place.members(phones)).toEqual([...both, hoa.customerId].toSorted());
});
