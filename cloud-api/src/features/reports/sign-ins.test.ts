import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { features } from "../../features.ts";
import { newId } from "../../platform/clock.ts";
import { replayFeature } from "../../platform/set-aside.ts";
import type { SignInsReply } from "./schema.ts";

let year: ReportYear;
beforeAll(async () => {
  year = await openReportYear({ seed: 2, guests: 3 });
}, 300_000);
afterAll(() => year?.site.close());

const DAY = "from=2026-11-18&to=2026-11-18";
const find = async (more = "") => {
  const told = await year.get<SignInsReply>(`/reports/sign-ins?${DAY}${more}`);
  return { methods: told.methods, channels: told.channels };
};

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
