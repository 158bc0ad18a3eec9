import type { Static } from "typebox";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { everywhere, openTestApp, type TestApp } from "../../../test/open-test-app.ts";
import {
  addWholeBranch,
  type BranchOfCompany,
  type Company,
  openCompany,
} from "../../../test/whole-company.ts";
import { KEY_CALLS_PER_MINUTE_MAX } from "../../platform/key-limits.ts";
import { withClient } from "../../platform/roles.ts";
import type { KeysReply, ScopeSchema } from "./schema.ts";

let site: TestApp;
let company: Company;
let one: BranchOfCompany;
let two: BranchOfCompany;
beforeAll(async () => {
  site = await openTestApp({ startsAt: new Date("2026-11-26T03:00:00Z") });
});
beforeEach(async () => {
  company = await openCompany(site, "Quán Gió");
  one = await addWholeBranch(site, company);
  two = await addWholeBranch(site, company);
});
afterAll(() => site?.close());

type Asked = { permissions: string[]; scope?: Static<typeof ScopeSchema>; days?: number };
const make = ({ permissions, scope = { kind: "tenant" }, days = 30 }: Asked, by = company.owner) =>
  by.ask<{ id: string; key: string }>("POST", "/api/v1/keys", {
    ...{ name: "Till", permissions, scope, days },
  });
/** A program: it has no cookie and says no origin. */
const call = async (
  key: string,
  path: string,
  method: "GET" | "PUT" | "POST" = "GET",
  body?: object,
) => {
  const answer = await site.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { authorization: `Bearer ${key}` },
    ...(body && { payload: body }),
  });
  const isJson = String(answer.headers["content-type"]).startsWith("application/json");
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: isJson ? answer.json() : null,
  };
};
const listKeys = async () => (await company.owner.ask<KeysReply>("GET", "/api/v1/keys")).body.keys;

test("a key does what its permissions say, on the same routes, and nothing else", async () => {
  const { body } = await make({ permissions: ["visits.read"] });
  expect(await call(body.key, "/visits")).toMatchObject({ status: 200, body: { total: 2 } });
  expect((await call(body.key, "/branches")).status).toBe(403);
  expect((await call(body.key, "/session")).status).toBe(403);
  expect((await call(`${body.key}x`, "/visits")).status).toBe(401);
});

test("a key reaches as far as its scope, and acts on nobody else's customers", async () => {
  const scope = { kind: "branches" as const, branchIds: [one.ids.branches ?? ""] };
  const { body } = await make({ permissions: ["visits.read", "marks.give"], scope });
  expect((await call(body.key, "/visits")).body).toMatchObject({ total: 1 });
  const tag = (branch: BranchOfCompany) =>
    call(body.key, `/customers/${branch.ids.customers}/tags`, "PUT", {
      tagIds: [company.ids.tags],
    });
  expect((await tag(one)).status).toBe(200);
  expect((await tag(two)).status).toBe(403);
});

test("a key is shown once and kept as a hash; its beginning tells it from others", async () => {
  const { body } = await make({ permissions: ["visits.read"] });
  const [listed] = await listKeys();
  expect(listed).toMatchObject({ id: body.id, createdBy: "Lan", lastUsedAt: null });
  expect(body.key.startsWith(listed?.prefix ?? "-")).toBe(true);
  const kept = await withClient(site.administratorUrl, (client) =>
    client.query("select row_to_json(keys)::text as row from directory.api_keys as keys"),
  );
  const audit = await company.owner.ask("GET", "/api/v1/audit?kind=keys");
  const everything = JSON.stringify([kept.rows, await listKeys(), audit.body]);
  expect(everything).not.toContain(body.key.slice(14));
});

test("a key ends when it is revoked and when its days are over, at the next call", async () => {
  const [first, second] = [
    (await make({ permissions: ["visits.read"] })).body,
    (await make({ permissions: ["visits.read"], days: 1 })).body,
  ];
  expect((await call(first.key, "/visits")).status).toBe(200);
  expect((await listKeys()).find(({ id }) => id === first.id)?.lastUsedAt).not.toBeNull();
  const path = `/api/v1/keys/${first.id}`;
  const stranger = await site.signUp();
  expect((await stranger.ask("DELETE", path)).status).toBe(404);
  expect((await company.owner.ask("DELETE", path)).status).toBe(204);
  expect((await company.owner.ask("DELETE", path)).status).toBe(404);
  expect((await call(first.key, "/visits")).status).toBe(401);
  expect((await call(second.key, "/visits")).status).toBe(200);
  site.passSeconds(24 * 60 * 60);
  expect((await call(second.key, "/visits")).status).toBe(401);
});

test("a key is made by who holds what it may, and none makes people or keys", async () => {
  expect((await make({ permissions: ["staff.edit"] })).status).toBe(400);
  expect((await make({ permissions: ["keys.edit"] })).status).toBe(400);
  expect((await make({ permissions: ["cows.milk"] })).status).toBe(400);
  const admin = await site.invite(company.owner, everywhere("admin"));
  expect((await make({ permissions: ["log.repair"] }, admin)).status).toBe(403);
  expect((await make({ permissions: ["visits.read"] }, admin)).status).toBe(201);
  const manager = await site.invite(company.owner, everywhere("manager"));
  expect((await make({ permissions: ["visits.read"] }, manager)).status).toBe(403);
});

test("what a key changes stands in the audit log under its name", async () => {
  const { body } = await make({ permissions: ["marks.edit"] });
  expect((await call(body.key, "/tags", "POST", { name: "Qua khoá" })).status).toBe(201);
  const { body: log } = await company.owner.ask("GET", `/api/v1/audit?actorId=${body.id}`);
  expect(log).toMatchObject({
    entries: [{ actorKind: "api-key", actorName: "Till", after: { name: "Qua khoá" } }],
  });
});

test("a key that calls too often is told when to come back, and others go on", async () => {
  const [busy, quiet] = [
    (await make({ permissions: ["visits.read"] })).body.key,
    (await make({ permissions: ["visits.read"] })).body.key,
  ];
  const statuses = [];
  // What the key may not do is cheap to refuse, and counts all the same.
  for (let each = 0; each < KEY_CALLS_PER_MINUTE_MAX; each += 1)
    statuses.push((await call(busy, "/branches")).status);
  expect(new Set(statuses)).toEqual(new Set([403]));
  const refused = await call(busy, "/visits");
  expect(refused.status).toBe(429);
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  expect((await call(quiet, "/visits")).status).toBe(200);
});
