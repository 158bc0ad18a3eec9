import { afterAll, beforeAll, expect, test } from "vitest";
import {
  everywhere,
  openTestApp,
  type TestApp,
  type TestBrowser,
} from "../../../test/open-test-app.ts";
import { type Company, openCompany } from "../../../test/whole-company.ts";
import { sumByActor } from "./rules.ts";
import type { ActorsReply, AuditReply } from "./schema.ts";

let site: TestApp;
let company: Company;
beforeAll(async () => {
  site = await openTestApp();
  company = await openCompany(site, "Quán Gió");
});
afterAll(() => site?.close());

const idOf = async (browser: TestBrowser) =>
  (await browser.ask<{ staff: { id: string } }>("GET", "/api/v1/session")).body.staff.id;
const read = async (query = "", by = company.owner) =>
  (await by.ask<ActorsReply>("GET", `/api/v1/audit-actors${query}`)).body.actors;

test("HM-2.10 what each user did is counted from the audit log by period, and each number opens its entries", async () => {
  const before = site.clock().toISOString();
  const admin = await site.invite(company.owner, everywhere("admin"));
  const manager = await site.invite(company.owner, everywhere("manager"));
  const rename = (by: TestBrowser, name: string) =>
    by.ask("PATCH", `/api/v1/tags/${company.ids.tags}`, { name });
  for (const name of ["A", "B", "C"]) await rename(admin, name);
  await admin.ask("PATCH", `/api/v1/tiers/${company.ids.tiers}`, { name: "Vàng" });
  await rename(manager, "D");
  const key = { name: "Máy tính tiền", permissions: ["marks.edit"], scope: { kind: "tenant" } };
  const made = await company.owner.ask<{ key: string }>("POST", "/api/v1/keys", {
    ...key,
    days: 3,
  });
  await site.browser().ask(
    "POST",
    "/api/v1/tags",
    { name: "Của máy" },
    {
      authorization: `Bearer ${made.body.key}`,
    },
  );
  const adminId = await idOf(admin);
  const actors = await read(`?from=${before}`);
  const one = actors.find(({ actorId }) => actorId === adminId);
  expect(one).toMatchObject({ actorKind: "staff", actorName: "Minh", entries: 4 });
  expect(one?.kinds).toEqual([
    { kind: "tags", entries: 3 },
    { kind: "tiers", entries: 1 },
  ]);
  expect(actors.find(({ actorKind }) => actorKind === "api-key")).toMatchObject({
    ...{ actorName: "Máy tính tiền", entries: 1, kinds: [{ kind: "tags", entries: 1 }] },
  });
  // Each number is of the entries that the log shows for the same person, records and time.
  for (const { actorId, entries, kinds } of await read()) {
    const counted = async (more = "") =>
      (await company.owner.ask<AuditReply>("GET", `/api/v1/audit?actorId=${actorId}${more}`)).body
        .total;
    expect(await counted()).toBe(entries);
    for (const { kind, entries: some } of kinds) expect(await counted(`&kind=${kind}`)).toBe(some);
  }
  expect(await read(`?to=${before}`)).toHaveLength(1);
  const after = new Date(site.clock().getTime() + 1000).toISOString();
  expect(await read(`?from=${after}`)).toEqual([]);
  expect((await manager.ask("GET", "/api/v1/audit-actors")).status).toBe(403);
  expect(await read("", await site.signUp())).toEqual([]);
});

test("deeds of one are summed over all records, the busiest first", () => {
  const row = (actorId: string, kind: string, entries: number, day: number) => ({
    ...{ actorKind: "staff" as const, actorId, kind, entries },
    lastAt: new Date(Date.UTC(2026, 0, day)),
  });
  const summed = sumByActor([
    row("a", "tags", 1, 3),
    row("b", "tags", 4, 1),
    row("a", "tiers", 2, 2),
  ]);
  expect(summed.map(({ actorId, entries }) => [actorId, entries])).toEqual([
    ["b", 4],
    ["a", 3],
  ]);
  expect(summed[1]).toMatchObject({ lastAt: new Date(Date.UTC(2026, 0, 3)) });
  expect(summed[1]?.kinds.map(({ kind }) => kind)).toEqual(["tiers", "tags"]);
});
