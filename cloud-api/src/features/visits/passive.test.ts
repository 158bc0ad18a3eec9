import type { Static } from "typebox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askUntil, openTestSite, type TestSite } from "../../../test/open-test-site.ts";
import type { VisitListReply } from "./schema.ts";

/** 10:00 in Vietnam. */
const NOW = new Date("2026-03-10T03:00:00.000Z");
const DAY = 24 * 60 * 60_000;
const ago = (days: number) => new Date(NOW.getTime() - days * DAY);

let site: TestSite;

beforeAll(async () => {
  site = await openTestSite({ startsAt: NOW });
});
afterAll(() => site?.close());

test("part of MC-1.2: a passive visit is listed as one, and as the Wi-Fi's once it has a session, in whatever order that comes", async () => {
  const staff = await site.addOwner();
  const box = await staff.addBox((await staff.addBranch({ name: "Hồ Gươm" })).id);
  const { events, ...ids } = box.signIn({ phone: "+84912345678", name: "Lan", at: ago(20) });
  const visit = (days: number) => {
    const [started, session] = box.visit({ ...ids, startedAt: ago(days), endedAt: null }).events;
    if (!started || !session) throw new Error("a visit has no start");
    return { started: { ...started, payload: { ...started.payload, source: "passive" } }, session };
  };
  const [noticed, connected, late] = [visit(3), visit(2), visit(1)];
  const first = [...events, noticed.started, connected.started, connected.session];
  await box.push([...first, late.session, late.started]);
  const { visits } = await askUntil(
    () => staff.get<Static<typeof VisitListReply>>("/api/v1/visits"),
    ({ total }) => total === 3,
  );
  expect(visits.map(({ source }) => source)).toEqual(["wifi", "wifi", "passive"]);
  expect(visits.map(({ number }) => number)).toEqual([3, 2, 1]);
});
