import { BOX_RETENTION } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  openTestApp,
  randomEmail,
  type TestApp,
  type TestBrowser,
} from "../../../test/open-test-app.ts";
import type { RetentionReply } from "./schema.ts";

const PATH = "/api/v1/retention";
let site: TestApp;
beforeAll(async () => {
  site = await openTestApp();
});
afterAll(() => site?.close());

type Refusal = { code: string; field: string };

const rule = (change: object) => ({
  ...{ kind: "networkLogDays", days: 90, lawDaysMin: null, lawDaysMax: null, lawNote: null },
  ...change,
});
const save = (by: TestBrowser, change: object) =>
  by.ask<RetentionReply & Refusal>("PUT", PATH, { rules: [rule(change)] });

async function open() {
  const owner = await site.signUp();
  const branch = { name: "Hồ Gươm", timeZone: "Asia/Ho_Chi_Minh", country: "VN" };
  const added = await owner.ask<{ id: string }>("POST", "/api/v1/branches", {
    ...branch,
    languages: ["vi"],
  });
  const ofBranch = `${PATH}/branches/${added.body.id}`;
  const saveBranch = (days: { kind: string; days: number }[]) =>
    owner.ask<RetentionReply & Refusal>("PUT", ofBranch, { days });
  return { owner, branchId: added.body.id, ofBranch, saveBranch };
}

test("a company begins with the standard days, and each kind says its bounds", async () => {
  const { owner } = await open();
  const { body } = await owner.ask<RetentionReply>("GET", PATH);
  const log = body.rules.find(({ kind }) => kind === "networkLogDays");
  const { min, max, standard } = BOX_RETENTION.networkLogDays;
  expect(log).toMatchObject({ days: standard, min, max, standard, isOnBoxes: true });
  expect(body.rules.find(({ kind }) => kind === "codeDays")).toMatchObject({ isOnBoxes: false });
  expect(body.branches).toMatchObject([{ name: "Hồ Gươm", days: [] }]);
});

test.each([
  [{ days: 6 }],
  [{ days: 1826 }],
  [{ days: 90, lawDaysMin: 365 }],
  [{ days: 90, lawDaysMax: 30 }],
  [{ days: 400, lawDaysMin: 500, lawDaysMax: 365 }],
])("%j is refused at its kind, and nothing is changed", async (change) => {
  const { owner } = await open();
  const { status, body } = await save(owner, change);
  expect(status).toBe(400);
  expect(body).toMatchObject({ code: "invalid", field: "/rules/networkLogDays" });
  const after = await owner.ask<RetentionReply>("GET", PATH);
  expect(after.body.rules[0]).toMatchObject({ days: 90, lawDaysMin: null });
});

test("a branch keeps its boxes' data for days of its own, within the company's law", async () => {
  const { owner, saveBranch } = await open();
  expect((await save(owner, { days: 400, lawDaysMin: 365 })).status).toBe(200);
  const below = await saveBranch([{ kind: "networkLogDays", days: 100 }]);
  expect(below.body).toMatchObject({ field: "/days/networkLogDays" });
  const noBox = await saveBranch([{ kind: "codeDays", days: 30 }]);
  expect(noBox.body).toMatchObject({ field: "/days/codeDays" });
  const kept = await saveBranch([{ kind: "networkLogDays", days: 500 }]);
  expect(kept.body.branches[0]?.days).toEqual([{ kind: "networkLogDays", days: 500 }]);
  // A law that the branch would break is not saved before the branch keeps to it.
  const stricter = await save(owner, { days: 300, lawDaysMax: 365 });
  expect(stricter.status).toBe(400);
  expect(stricter.body.field).toMatch(/^\/branches\/.*networkLogDays$/);
  await saveBranch([]);
  expect((await save(owner, { days: 300, lawDaysMax: 365 })).status).toBe(200);
});

test("only owners change days, and no other company sees or changes them", async () => {
  const { owner, ofBranch } = await open();
  const manager = await site.invite(owner, "manager", randomEmail());
  expect((await manager.ask("GET", PATH)).status).toBe(200);
  expect((await save(manager, { days: 100 })).status).toBe(403);
  expect((await manager.ask("PUT", ofBranch, { days: [] })).status).toBe(403);
  await save(owner, { days: 100 });
  const stranger = await site.signUp();
  const theirs = await stranger.ask<RetentionReply>("GET", PATH);
  expect(theirs.body.rules[0]).toMatchObject({ days: 90 });
  expect((await stranger.ask("PUT", ofBranch, { days: [] })).status).toBe(404);
});
