import { afterAll, beforeAll, expect, test } from "vitest";
import type { Enrolled } from "../../../test/box-calls.ts";
import { enrolBox } from "../../../test/enrol-box.ts";
import { openLimitingAuthority } from "../../../test/limiting-authority.ts";
import { openTestApp, type TestApp } from "../../../test/open-test-app.ts";
import { workOnOrder } from "./jobs.ts";
import { findCertificate, lockCertificate, noteOrdered } from "./queries.ts";

const HOUR = 3600;
const LABELS = ["a".repeat(12), "b".repeat(12)];

let site: TestApp;
let authority: Awaited<ReturnType<typeof openLimitingAuthority>>;
let boxes: [Enrolled, Enrolled];
beforeAll(async () => {
  site = await openTestApp();
  authority = await openLimitingAuthority();
  const owner = await site.signUp();
  const place = { name: "Huế", country: "VN", languages: ["vi"], timeZone: "Asia/Ho_Chi_Minh" };
  const { body } = await owner.ask<{ id: string }>("POST", "/api/v1/branches", place);
  boxes = [await enrolBox(site, owner, body.id), await enrolBox(site, owner, body.id)];
  for (const [at, { tenantId, branchId, boxId }] of boxes.entries())
    await site.database.inTenant(tenantId, async (tx) => {
      await lockCertificate(tx, { boxId, branchId, label: LABELS[at] ?? "" });
      await noteOrdered(tx, { boxId, csr: "unread", nextTryAt: tx.now });
    });
});
afterAll(async () => {
  authority?.close();
  await site?.close();
});

/** As a worker does that was started just now: it knows what the database does, and no more. */
const work = ({ tenantId, boxId }: Enrolled) =>
  workOnOrder({ ...site.jobContext, certificates: authority.settings }, { tenantId, boxId });
const see = ({ tenantId, boxId }: Enrolled) =>
  site.database.inTenant(tenantId, (tx) => findCertificate(tx, boxId));
const hoursUntil = (at: Date | null | undefined) =>
  at && Math.round((at.getTime() - site.clock().getTime()) / 1000 / HOUR);

test("an authority that has given enough is asked for no box of the company before it said, whoever starts anew", async () => {
  const [first, second] = boxes;
  authority.counted.retryAfter = String(5 * HOUR);
  await work(first);
  expect(authority.counted.orders).toBe(1);
  const told = await see(first);
  expect(told).toMatchObject({ troubleCode: "authority-limit", failures: 1 });
  expect(hoursUntil(told?.nextTryAt)).toBe(5);
  site.passSeconds(4 * HOUR);
  await work(first);
  await work(second);
  expect(authority.counted.orders).toBe(1);
  expect(await see(first)).toMatchObject({ failures: 1, nextTryAt: told?.nextTryAt });
  expect(await see(second)).toMatchObject({ troubleCode: "authority-limit", failures: 0 });
  expect(hoursUntil((await see(second))?.nextTryAt)).toBe(1);
  site.passSeconds(2 * HOUR);
  await work(second);
  expect(authority.counted.orders).toBe(2);
  // The date that it says now holds for both.
  authority.counted.retryAfter = new Date(site.clock().getTime() + 8 * HOUR * 1000).toUTCString();
  site.passSeconds(6 * HOUR);
  await work(first);
  expect(authority.counted.orders).toBe(3);
  expect(hoursUntil((await see(first))?.nextTryAt)).toBe(2);
});
