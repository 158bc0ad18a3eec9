import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listOpened } from "../../../test/opened-rows.ts";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { features } from "../../features.ts";
import { newId } from "../../platform/clock.ts";
import { replayFeature } from "../../platform/set-aside.ts";
import { recountNext } from "./recount.ts";
import type { SignInsReply } from "./schema.ts";

let year: ReportYear;
beforeAll(async () => {
  year = await openReportYear({ seed: 2, guests: 3 });
}, 300_000);
afterAll(() => year?.site.close());

const DAY = "from=2026-11-18&to=2026-11-18";
const find = async (more = "") => {
  const told = await year.get<SignInsReply>(`/reports/sign-ins?${DAY}${more}`);
  const methods = told.methods.map(({ name, count }) => ({ name, count }));
  return { methods, channels: told.channels };
};
type WayIn = { id: string; method: string; customerName: string | null };

test("each way online and each code is counted once, in the hour of its branch's clock", async () => {
  const [box] = year.boxes;
  if (!box) throw new Error("There is no box.");
  const at = new Date("2026-11-18T03:15:00Z");
  const lan = box.signIn({ phone: "+84987654321", at });
  const place = { guestId: lan.guestId, deviceId: lan.deviceId, nasId: NAS_ID };
  const code = {
    ...{ codeId: newId(), nasId: NAS_ID, language: "vi" as const, channel: "console" as const },
    contact: { kind: "phone" as const, value: "+84987654321" },
  };
  const online = (method: "phone-code" | "click-through") =>
    box.write("guest.connected", { ...place, method, policyId: newId() }, at);
  const events = [
    ...lan.events,
    box.write("code.requested", { ...code, sending: 1 }, at),
    box.write("code.requested", { ...code, sending: 2 }, at),
    online("phone-code"),
    online("click-through"),
  ];
  await year.push(box, events);
  // What is told twice is in the log once.
  await year.push(box, events);
  const told = await find();
  expect(told.methods).toEqual([
    { name: "click-through", count: 1 },
    { name: "phone-code", count: 1 },
  ]);
  expect(told.channels).toEqual([{ name: "console", count: 1 }]);
  expect((await find("&hours=10")).methods).toHaveLength(2);
  expect((await find("&hours=3")).methods).toEqual([]);
  expect((await find(`&branchIds=${year.branches[2]?.id}`)).methods).toEqual([]);
  const { site, tenantId } = year;
  const options = { database: site.database, followers: features, log: pino({ level: "silent" }) };
  await replayFeature(options, { tenant: tenantId, feature: "reports" });
  await site.follow(tenantId);
  expect(await find()).toEqual(told);
});

test("part of MC-6.7: each number of ways in opens the times it counts, by the clock its branch has now", async () => {
  const { site, tenantId, branches, boxes, owner } = year;
  const [box] = boxes;
  if (!box) throw new Error("There is no box.");
  const startedAt = new Date("2026-11-17T22:40:00Z");
  const endedAt = new Date("2026-11-17T23:40:00Z");
  const mai = box.signIn({ phone: "+84987654322", name: "Mai", at: startedAt });
  const { events } = box.visit({ ...mai, startedAt, endedAt });
  const place = { guestId: mai.guestId, deviceId: mai.deviceId, nasId: NAS_ID };
  const online = box.write(
    "guest.connected",
    { ...place, method: "room", policyId: newId() },
    startedAt,
  );
  await year.push(box, [...mai.events, ...events, online]);
  const expectOpened = async (days: string) => {
    const told = await year.get<SignInsReply>(`/reports/sign-ins?${days}`);
    const sum = told.methods.reduce((all, { count }) => all + count, 0);
    for (const { name, count, opens } of [...told.methods, { ...told, name: null, count: sum }]) {
      const { rows, total } = await listOpened<WayIn>(year, opens);
      expect([name, new Set(rows.map(({ id }) => id)).size, total]).toEqual([name, count, count]);
      if (name !== null) for (const { method } of rows) expect(method).toBe(name);
    }
    return told.methods.map(({ name }) => name);
  };
  const whole = "from=2025-10-01&to=2026-11-21";
  expect((await expectOpened(whole)).length).toBeGreaterThan(2);
  expect(await expectOpened("from=2026-11-18&to=2026-11-18&hours=5")).toEqual(["room"]);
  const { rows } = await listOpened<WayIn>(year, `/api/v1/reports/ways-in?${whole}&method=room`);
  expect(rows.map(({ customerName }) => customerName)).toEqual(["Mai"]);
  const wanted = { branchIds: [branches[0]?.id], dayStartsHour: 6 };
  expect((await owner.ask("PUT", "/api/v1/reports/day-starts", wanted)).status).toBe(200);
  while ((await recountNext(site, tenantId)) === "more");
  // At five in the morning it is still the day before.
  expect(await expectOpened("from=2026-11-17&to=2026-11-17&hours=5")).toEqual(["room"]);
  await expectOpened(whole);
  const refused = await owner.ask("GET", "/api/v1/reports/ways-in?cursor=no");
  expect(refused.status).toBe(400);
});
