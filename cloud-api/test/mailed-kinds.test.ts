import type { EventEnvelope } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { storePush } from "../src/features/ingest/index.ts";
import type { SavedBody } from "../src/features/saved-reports/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { openTestApp, type TestApp } from "./open-test-app.ts";
import { type MailPlace, openMailPlace } from "./report-mails.ts";
import { makeTestBox, NAS_ID, type TestBox } from "./test-box.ts";

let site: TestApp;
let place: MailPlace;
let box: TestBox;

beforeAll(async () => {
  site = await openTestApp({ sendsMail: true });
});
beforeEach(async () => {
  place = await openMailPlace(site);
  const { owner, tenantId, branchId } = place;
  const path = `/api/v1/branches/${branchId}/boxes`;
  const made = await owner.ask<{ box: { id: string } }>("POST", path, { name: "Quầy" });
  box = makeTestBox({ tenantId, branchId, boxId: made.body.box.id });
});
afterAll(() => site?.close());

async function push(events: readonly EventEnvelope[]): Promise<void> {
  const { tenantId, branchId } = place;
  const caller = { tenantId, branchId, boxId: box.boxId };
  await storePush(site.database, caller, { epoch: box.epoch, events });
  await site.follow(tenantId);
}

/** The text of the mail, and the begin of the pages in base64, as it was taken by the mail server. */
async function mail(report: SavedBody["report"]): Promise<string> {
  const id = await place.save({ report, name: newId(), period: "today", compared: "nothing" });
  await place.order(place.owner, id);
  const now = `/api/v1/saved-reports/${id}/mail/now`;
  expect((await place.owner.ask("POST", now)).status).toBe(202);
  await place.runLetters();
  expect(await place.lookAtOwn(place.owner, id)).toMatchObject({ outcome: "sent", detail: null });
  const { text = "" } = place.mails.taken.at(-1) ?? {};
  expect(text).toContain(`/saved-reports/${id}`);
  // What base64 makes of %PDF-.
  expect(text).toContain("JVBERi0");
  return text;
}

test("a kept funnel is mailed with how many were seen and came online", async () => {
  const counts = { seen: 9, page: 8, asked: 5, right: 4, onlineByCode: 3, onlineWithoutCode: 2 };
  const stretch = { begunSecondsAgo: 0, changedWay: 0, ...counts };
  await push([box.write("sign-in.counted", { stretches: [stretch] }, site.clock())]);
  const text = await mail("sign-in-funnel");
  expect(text).toContain("Devices seen: 9");
  expect(text).toContain("Came online: 5");
});

test("kept cases are mailed with how many there were and were closed", async () => {
  await push([
    box.write("survey.answered", {
      ...{ answerId: newId(), surveyId: "spring", guestId: null, deviceId: null, nasId: NAS_ID },
      ...{ by: "page", place: null, language: "vi", choices: {}, ratings: { food: 1 }, texts: {} },
    }),
  ]);
  const text = await mail("cases");
  expect(text).toContain("Cases: 1");
  expect(text).toContain("Closed: 0");
});
