import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { insertGiven } from "../src/features/coupons/coupon-queries.ts";
import { newId } from "../src/platform/clock.ts";
import { READ_CUSTOMERS } from "../src/platform/customer-sight.ts";
import { askRoute } from "./ask-route.ts";
import { type DescribedRoute, listStaffRoutes, readDescription } from "./described-routes.ts";
import { openTestApp, type TestApp, type TestBrowser } from "./open-test-app.ts";
import { addWholeBranch, type Company, type Ids, openCompany } from "./whole-company.ts";

// Every route is tried as the API's own description tells it, by a role that holds what it asks for and
// nothing else: who customers are is for those who may read customers.

/** Permissions that are there to see people, or to hand over what is known of them. */
const TELLS_WHO: Record<string, string> = {
  [READ_CUSTOMERS]: "This is it.",
  "members.read": "The list of members is a list of names; numbers are for customers.read.",
  "brand-customers.read": "The same of one brand.",
  "timeline.read": "Everything that was of one customer, by their id.",
  "customers.answer": "What is handed over to whoever asks what is known of them.",
  "imports.edit": "Files of people that the company's own staff hand over.",
};

let site: TestApp;
let routes: DescribedRoute[];
let company: Company;
let ids: Ids;
let far: string;
let roles: [string, string];
let person: TestBrowser;
let secrets: string[];

const NAME = "Zúy Kẻvắng";
const EMAIL = "unseen.person@example.test";
const BIRTHDAY = "1987-06-05";

beforeAll(async () => {
  site = await openTestApp();
  routes = listStaffRoutes(await readDescription(site));
}, 300_000);
beforeEach(async () => {
  company = await openCompany(site, "Quán Kín");
  const here = await addWholeBranch(site, company);
  far = (await addWholeBranch(site, company)).ids.branches ?? "";
  ids = { ...company.ids, ...here.ids };
  const told = await tellOf(ids.customers ?? "");
  // A personal link tells by its page whose it is.
  secrets = [NAME, EMAIL, BIRTHDAY, "Zúy Người Liên Hệ", told.phone.slice(3), "/my/"];
  await company.owner.ask("PATCH", `/api/v1/customers/${ids.contacts}`, {
    values: { name: "Zúy Người Liên Hệ" },
  });
  await lookFor(told.phone);
  await giveCoupon();
  const [own, seeing] = [await addRole([]), await addRole([READ_CUSTOMERS])];
  roles = [own, seeing];
  person = await site.invite(company.owner, grantOf(own));
  await site.follow(company.tenantId);
}, 300_000);
afterAll(() => site?.close());

/** Gives a customer what is nobody else's. */
async function tellOf(id: string): Promise<{ phone: string }> {
  const values = { name: NAME, email: EMAIL, birthday: BIRTHDAY };
  const changed = await company.owner.ask("PATCH", `/api/v1/customers/${id}`, { values });
  expect(changed.status, JSON.stringify(changed.body)).toBeLessThan(300);
  const { body } = await company.owner.ask<{ phone: string }>("GET", `/api/v1/customers/${id}`);
  return body;
}

/** Somebody looks for the customer in each way in which that is kept. */
async function lookFor(phone: string): Promise<void> {
  const test = { is: "one-of", values: [phone] };
  const tree = { kind: "all", of: [{ kind: "field", field: "phone", test }] };
  const { owner } = company;
  const made = [
    await owner.ask("POST", "/api/v1/segments", { name: "One", tree }),
    await owner.ask("POST", "/api/v1/customer-views", {
      ...{ name: "One", columns: [], sort: "visits", search: NAME, tree },
    }),
    await owner.ask("GET", `/api/v1/customers.csv?search=${encodeURIComponent(NAME)}`),
  ];
  expect(made.map(({ status }) => status)).toEqual([201, 201, 200]);
}

async function giveCoupon(): Promise<void> {
  const given = {
    ...{ id: newId(), kindId: ids["coupon-kinds"] ?? "", code: "UNSEENCODE", surveyId: null },
    ...{ issuedAt: site.clock(), branchId: ids.branches ?? "", guestId: null },
    ...{ validUntil: new Date(site.clock().getTime() + 86_400_000), occasion: "survey" as const },
    ...{ claim: "unseen", customerId: ids.customers ?? "" },
  };
  await site.database.inTenant(company.tenantId, (tx) => insertGiven(tx, given));
}

async function addRole(permissions: readonly string[]): Promise<string> {
  const body = { name: `Role ${newId()}`, permissions: [...permissions, "branches.read"] };
  const made = await company.owner.ask<{ id: string }>("POST", "/api/v1/roles", body);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.id;
}
const grantOf = (ownRoleId: string, branchIds?: string[]) => ({
  ...{ role: null, ownRoleId },
  scope: branchIds ? { kind: "branches" as const, branchIds } : { kind: "tenant" as const },
});

/** A stream, and what moves whoever asks into a new company, or out of all of them. */
const LEFT_OUT = ["GET /api/v1/live", "POST /api/v1/tenants", "DELETE /api/v1/session"];
const tried = (permission: string | null) =>
  routes.filter((route) => route.permission === permission && !LEFT_OUT.includes(route.name));

/** What routes told of the customer to somebody whose role holds this one permission. */
async function listLeaks(permission: string | null, isRead: boolean): Promise<string[]> {
  const name = `Role ${newId()}`;
  const permissions = [permission ?? "branches.read"];
  const path = `/api/v1/roles/${roles[0]}`;
  const changed = await company.owner.ask("PUT", path, { name, permissions });
  expect(changed.status, JSON.stringify(changed.body)).toBeLessThan(300);
  const leaks: string[] = [];
  for (const route of tried(permission)) {
    if ((route.method === "GET") !== isRead) continue;
    const { status, text } = await askRoute(person, route, { ids });
    expect(status, `${route.name}: ${text}`).toBeLessThan(500);
    const found = secrets.filter((secret) => text.includes(secret));
    if (found.length > 0) leaks.push(`${route.name} tells ${found.join(", ")}`);
  }
  return leaks;
}

async function listAllLeaks(isRead: boolean): Promise<string[]> {
  const permissions = [...site.context.permissions.keys()].filter((name) => !(name in TELLS_WHO));
  const leaks: string[] = [];
  for (const permission of [null, ...permissions])
    leaks.push(...(await listLeaks(permission, isRead)));
  return leaks;
}

test("no route that is read tells who a customer is to a role that may not read customers", async () => {
  expect(await listAllLeaks(true)).toEqual([]);
}, 300_000);

/** Beside what their role holds alone, they read customers of a branch where these never were. */
async function seeThoseFarAway(): Promise<void> {
  const { body } = await person.ask<{ staff: { id: string } }>("GET", "/api/v1/session");
  const grants = [grantOf(roles[0]), grantOf(roles[1], [far])];
  const path = `/api/v1/staff/${body.staff.id}/grants`;
  expect((await company.owner.ask("PUT", path, { grants })).status).toBe(204);
}

test("part of MC-2.13: nor to one that may read those of another branch alone", async () => {
  await seeThoseFarAway();
  expect(await listAllLeaks(true)).toEqual([]);
}, 300_000);

test("no change that such a role may make is answered with who a customer is", async () => {
  expect(await listAllLeaks(false)).toEqual([]);
}, 300_000);

test("part of MC-2.13: nor one by whoever may read those of another branch alone", async () => {
  await seeThoseFarAway();
  expect(await listAllLeaks(false)).toEqual([]);
}, 300_000);
