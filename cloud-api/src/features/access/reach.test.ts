import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  everywhere,
  openTestApp,
  type TestApp,
  type TestBrowser,
} from "../../../test/open-test-app.ts";
import {
  addWholeBranch,
  type BranchOfCompany,
  type Company,
  openCompany,
} from "../../../test/whole-company.ts";
import { buildApp } from "../../app.ts";
import type { GrantSchema, Session } from "./schema.ts";

let site: TestApp;
let company: Company;
let one: BranchOfCompany;
let two: BranchOfCompany;
beforeAll(async () => {
  site = await openTestApp();
});
beforeEach(async () => {
  company = await openCompany(site, "Quán Gió");
  one = await addWholeBranch(site, company);
  two = await addWholeBranch(site, company);
});
afterAll(() => site?.close());

type Branches = { branches: { id: string; name: string }[] };
const idOf = (branch: BranchOfCompany, part = "branches") => branch.ids[part] ?? "";
const seenBy = async (browser: TestBrowser) =>
  (await browser.ask<Branches>("GET", "/api/v1/branches")).body.branches.map(({ id }) => id);
const at = (role: GrantSchema["role"], ...places: BranchOfCompany[]): GrantSchema => ({
  role,
  ownRoleId: null,
  scope: { kind: "branches", branchIds: places.map((place) => idOf(place)) },
});
const staffIdOf = async (browser: TestBrowser) =>
  (await browser.ask<Session>("GET", "/api/v1/session")).body.staff.id;

describe("a role", () => {
  test("part of MC-8.6: counts in its branches, each with its own time zone, and in no other", async () => {
    const manager = await site.invite(company.owner, at("manager", one));
    expect(await seenBy(manager)).toEqual([idOf(one)]);
    const path = (branch: BranchOfCompany) => `/api/v1/branches/${idOf(branch)}`;
    const change = (branch: BranchOfCompany) =>
      manager.ask("PATCH", path(branch), { timeZone: "Asia/Bangkok" });
    expect((await change(one)).status).toBe(200);
    expect((await change(two)).status).toBe(404);
  });

  test("that is bound to branches makes none", async () => {
    const manager = await site.invite(company.owner, at("manager", one));
    const branch = { name: "Mới", timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] };
    expect(await manager.ask("POST", "/api/v1/branches", branch)).toMatchObject({
      status: 403,
      body: { message: "This lies outside the branches that your role covers." },
    });
  });

  test("over a brand follows the brand's branches at the next request", async () => {
    const brand = await company.owner.ask<{ id: string }>("POST", "/api/v1/brands", {
      name: "Trà Gió",
      accentColour: "#aa3300",
    });
    const scope = { kind: "brand" as const, brandId: brand.body.id };
    const viewer = await site.invite(company.owner, { role: "viewer", ownRoleId: null, scope });
    expect(await seenBy(viewer)).toEqual([]);
    await company.owner.ask("PUT", `/api/v1/brands/${brand.body.id}/branches`, {
      branchIds: [idOf(two)],
    });
    expect(await seenBy(viewer)).toEqual([idOf(two)]);
    const home = company.ids.brands;
    await company.owner.ask("PUT", `/api/v1/brands/${home}/branches`, { branchIds: [idOf(two)] });
    expect(await seenBy(viewer)).toEqual([]);
  });

  test("that is one of several counts where it was given: a viewer of all manages one branch", async () => {
    const person = await site.invite(company.owner, everywhere("viewer"));
    const grants = [everywhere("viewer"), at("manager", one)];
    const path = `/api/v1/staff/${await staffIdOf(person)}/grants`;
    expect((await company.owner.ask("PUT", path, { grants })).status).toBe(204);
    expect((await seenBy(person)).toSorted()).toEqual([idOf(one), idOf(two)].toSorted());
    const settings = (branch: BranchOfCompany) =>
      person.ask("GET", `/api/v1/branches/${idOf(branch)}/settings`);
    expect((await settings(one)).status).toBe(200);
    expect((await settings(two)).status).toBe(404);
  });

  test("over branches sees every member, and acts on those its branches know", async () => {
    const cashier = await site.invite(company.owner, at("cashier", one));
    const listed = async (browser: TestBrowser) =>
      (await browser.ask<{ customers: { id: string }[] }>("GET", "/api/v1/customers")).body
        .customers;
    const seen = (await listed(cashier)).map(({ id }) => id);
    expect(seen).toEqual((await listed(company.owner)).map(({ id }) => id));
    expect(seen).toEqual(expect.arrayContaining([one, two].map((each) => idOf(each, "customers"))));
    const tag = (branch: BranchOfCompany) =>
      cashier.ask("PUT", `/api/v1/customers/${idOf(branch, "customers")}/tags`, {
        tagIds: [company.ids.tags],
      });
    expect((await tag(one)).status).toBe(200);
    expect((await tag(two)).status).toBe(403);
    const visits = await cashier.ask<{ total: number }>(
      "GET",
      `/api/v1/customers/${idOf(two, "customers")}/visits`,
    );
    expect(visits.body.total).toBe(0);
  });
});

describe("a role of the company's own", () => {
  const make = async (permissions: string[], by = company.owner) =>
    await by.ask<{ id: string }>("POST", "/api/v1/roles", { name: "Lễ tân", permissions });

  test("holds its single permissions, and what is changed of it counts at the next request", async () => {
    const { body } = await make(["branches.read"]);
    const scope = { kind: "tenant" as const };
    const person = await site.invite(company.owner, { role: null, ownRoleId: body.id, scope });
    expect(await seenBy(person)).toHaveLength(2);
    expect((await person.ask("GET", "/api/v1/visits")).status).toBe(403);
    const change = { name: "Lễ tân", permissions: ["visits.read"] };
    await company.owner.ask("PUT", `/api/v1/roles/${body.id}`, change);
    expect((await person.ask("GET", "/api/v1/branches")).status).toBe(403);
    expect((await person.ask("GET", "/api/v1/visits")).status).toBe(200);
    expect((await company.owner.ask("DELETE", `/api/v1/roles/${body.id}`)).status).toBe(409);
  });

  test("is made of permissions there are, under a name that is free, by who holds them", async () => {
    expect((await make(["branches.red"])).status).toBe(400);
    const admin = await site.invite(company.owner, everywhere("admin"));
    expect((await make(["log.repair"], admin)).status).toBe(403);
    expect((await make(["branches.read"], admin)).status).toBe(201);
    expect((await make(["branches.read"])).status).toBe(409);
    const stranger = await site.signUp();
    const { body } = await company.owner.ask<{ ownRoles: { id: string }[] }>(
      "GET",
      "/api/v1/roles",
    );
    const path = `/api/v1/roles/${body.ownRoles[0]?.id}`;
    expect((await stranger.ask("DELETE", path)).status).toBe(404);
    expect((await admin.ask("DELETE", path)).status).toBe(204);
  });
});

describe("an admin", () => {
  test("gives every role but the owner's, and takes nothing from an owner", async () => {
    const admin = await site.invite(company.owner, everywhere("admin"));
    const viewer = await site.invite(company.owner, everywhere("viewer"));
    const put = async (of: TestBrowser, grants: GrantSchema[]) =>
      (await admin.ask("PUT", `/api/v1/staff/${await staffIdOf(of)}/grants`, { grants })).status;
    expect(await put(viewer, [everywhere("admin")])).toBe(204);
    expect(await put(viewer, [everywhere("owner")])).toBe(403);
    expect(await put(company.owner, [everywhere("viewer")])).toBe(403);
    const path = `/api/v1/staff/${await staffIdOf(company.owner)}`;
    expect((await admin.ask("DELETE", path)).status).toBe(403);
    const invite = { grants: [everywhere("owner")] };
    expect((await admin.ask("POST", "/api/v1/invitations", invite)).status).toBe(403);
  });

  test("whose rights have gone invites nobody any more, by no link made before", async () => {
    const admin = await site.invite(company.owner, everywhere("admin"));
    const made = await admin.ask<{ url: string }>("POST", "/api/v1/invitations", {
      grants: [everywhere("manager")],
    });
    const token = new URL(made.body.url).searchParams.get("token");
    // Of what they may give, the link asks for more than is left.
    const own = await company.owner.ask<{ id: string }>("POST", "/api/v1/roles", {
      name: "Nhân sự",
      permissions: ["staff.read", "staff.edit"],
    });
    const grants = [{ role: null, ownRoleId: own.body.id, scope: { kind: "tenant" } }];
    await company.owner.ask("PUT", `/api/v1/staff/${await staffIdOf(admin)}/grants`, { grants });
    const person = { email: "new-one@example.test", name: "An", password: "cà phê sữa đá" };
    const body = { token, ...person, language: "vi" };
    expect((await site.browser().ask("POST", "/api/v1/first-sign-in", body)).status).toBe(404);
  });
});

test("what a grant names has to be the company's: no brand, branch or role of another", async () => {
  const other = await openCompany(site, "Quán Khác");
  const theirs = await addWholeBranch(site, other);
  const invite = async (grant: unknown) =>
    (await company.owner.ask("POST", "/api/v1/invitations", { grants: [grant] })).status;
  const scope = { kind: "tenant" };
  expect(await invite(at("viewer", theirs))).toBe(400);
  expect(await invite(at("viewer", one, theirs))).toBe(400);
  expect(await invite({ role: null, ownRoleId: other.ids.roles, scope })).toBe(400);
  const brand = { kind: "brand", brandId: other.ids.brands };
  expect(await invite({ role: "viewer", ownRoleId: null, scope: brand })).toBe(400);
  expect(await invite({ role: "viewer", ownRoleId: other.ids.roles, scope })).toBe(400);
  expect(await invite(at("owner", one))).toBe(400);
  expect(await invite(at("viewer", one))).toBe(201);
});

test.each([
  ["says nothing of who may call it", {}],
  ["asks for a permission that no feature gives", { access: { permission: "cows.milk" } }],
  ["acts on customers and names none", { access: { permission: "marks.give" } }],
])("a route that %s is refused at start-up", async (_, config) => {
  const open = buildApp({
    features: [
      {
        name: "test",
        dependsOn: [],
        routes: (routes) => {
          routes.post("/api/v1/test", { config: config as never }, async () => null);
        },
      },
    ],
    context: site.context,
    log: site.app.log as never,
    trustedProxies: [],
    release: "0.0.0",
    appFolder: "",
  });
  await expect(open).rejects.toThrow("/api/v1/test");
});
