import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  everywhere,
  openTestApp,
  type TestApp,
  type TestBrowser,
} from "../../../test/open-test-app.ts";
import { makeTestBox } from "../../../test/test-box.ts";
import {
  addWholeBranch,
  type BranchOfCompany,
  type Company,
  openCompany,
} from "../../../test/whole-company.ts";
import { buildApp } from "../../app.ts";
import { storePush } from "../ingest/index.ts";
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

  const listed = async (browser: TestBrowser) =>
    (await browser.ask<{ customers: { id: string }[] }>("GET", "/api/v1/customers")).body.customers;
  const asBrand = (role: GrantSchema["role"]): GrantSchema => ({
    ...{ role, ownRoleId: null },
    scope: { kind: "brand", brandId: company.ids.brands ?? "" },
  });
  const customerPath = (branch: BranchOfCompany, rest = "") =>
    `/api/v1/customers/${idOf(branch, "customers")}${rest}`;

  test("over a brand sees every member, and acts on those its branches know", async () => {
    const path = `/api/v1/brands/${company.ids.brands}/branches`;
    await company.owner.ask("PUT", path, { branchIds: [idOf(one)] });
    const other = await company.owner.ask<{ id: string }>("POST", "/api/v1/brands", {
      ...{ name: "Trà Gió", accentColour: "#aa3300" },
    });
    const theirs = `/api/v1/brands/${other.body.id}/branches`;
    await company.owner.ask("PUT", theirs, { branchIds: [idOf(two)] });
    const cashier = await site.invite(company.owner, asBrand("cashier"));
    const seen = (await listed(cashier)).map(({ id }) => id);
    expect(seen).toEqual((await listed(company.owner)).map(({ id }) => id));
    expect(seen).toEqual(expect.arrayContaining([one, two].map((each) => idOf(each, "customers"))));
    const tag = (branch: BranchOfCompany) =>
      cashier.ask("PUT", customerPath(branch, "/tags"), { tagIds: [company.ids.tags] });
    expect((await tag(one)).status).toBe(200);
    expect((await tag(two)).status).toBe(403);
    const visits = await cashier.ask<{ total: number }>("GET", customerPath(two, "/visits"));
    expect(visits.body.total).toBe(0);
  });

  test("MC-2.13 over a branch finds no customer of another in any list, search, file or call", async () => {
    const cashier = await site.invite(company.owner, at("cashier", one));
    const manager = await site.invite(company.owner, at("manager", one));
    const owners = (await listed(company.owner)).map(({ id }) => id);
    for (const member of [cashier, manager]) {
      const seen = await member.ask<{ customers: { id: string }[]; total: number }>(
        ...(["GET", "/api/v1/customers"] as const),
      );
      const ids = seen.body.customers.map(({ id }) => id);
      expect(ids).toContain(idOf(one, "customers"));
      expect(ids).not.toContain(idOf(two, "customers"));
      expect(seen.body.total).toBe(ids.length);
      expect(ids.length).toBeLessThan(owners.length);
      const phone = (await company.owner.ask<{ phone: string }>("GET", customerPath(two))).body
        .phone;
      for (const search of [phone, phone.slice(-4)]) {
        const found = await member.ask<{ customers: { id: string }[] }>(
          ...(["GET", `/api/v1/customers?search=${encodeURIComponent(search)}`] as const),
        );
        expect(found.body.customers.map(({ id }) => id)).not.toContain(idOf(two, "customers"));
      }
      for (const rest of ["", "/visits", "/marks", "/contacts", "/fields/name"]) {
        expect((await member.ask("GET", customerPath(one, rest))).status, rest).toBe(200);
        expect((await member.ask("GET", customerPath(two, rest))).status, rest).toBe(404);
      }
      for (const form of ["csv", "xlsx"])
        expect((await member.ask("GET", `/api/v1/customers.${form}`)).status).toBe(403);
      const requests = await member.ask<{ requests: { customerId: string }[]; open: number }>(
        ...(["GET", "/api/v1/customer-requests"] as const),
      );
      const asking = requests.body.requests.map(({ customerId }) => customerId);
      expect(asking).toEqual([idOf(one, "customers")]);
    }
  });

  test("over a branch counts groups and tags by the customers it lists", async () => {
    const put = (branch: BranchOfCompany) =>
      company.owner.ask("PUT", customerPath(branch, "/tags"), { tagIds: [company.ids.tags] });
    for (const branch of [one, two]) expect((await put(branch)).status).toBe(200);
    const viewer = await site.invite(company.owner, at("viewer", one));
    const counted = async (browser: TestBrowser) =>
      (await browser.ask<{ tags: { customers: number }[] }>("GET", "/api/v1/tags")).body.tags;
    expect(await counted(viewer)).toMatchObject([{ customers: 1 }]);
    expect(await counted(company.owner)).toMatchObject([{ customers: 2 }]);
  });

  test("over a branch makes no stranger a contact, and is shown none", async () => {
    const manager = await site.invite(company.owner, at("manager", one));
    const path = customerPath(one, `/contacts/${idOf(two, "customers")}`);
    expect((await manager.ask("PUT", path, { role: "Kế toán" })).status).toBe(403);
    expect((await company.owner.ask("PUT", path, { role: "Kế toán" })).status).toBe(204);
    const contacts = async (browser: TestBrowser) => {
      const found = await browser.ask<{ contacts: { customerId: string }[] }>(
        ...(["GET", customerPath(one, "/contacts")] as const),
      );
      return found.body.contacts.map(({ customerId }) => customerId);
    };
    expect(await contacts(company.owner)).toContain(idOf(two, "customers"));
    expect(await contacts(manager)).toEqual([idOf(one, "contacts")]);
  });

  test("over a branch changes a customer it knows who joined elsewhere", async () => {
    const customerId = idOf(two, "customers");
    const here = { tenantId: company.tenantId, branchId: idOf(one), boxId: idOf(one, "boxes") };
    const box = makeTestBox(here);
    const { phone } = (await company.owner.ask<{ phone: string }>("GET", customerPath(two))).body;
    const { events } = box.signIn({ phone, name: "Lan", at: site.clock() });
    await storePush(site.database, here, { epoch: box.epoch, events });
    await site.follow(company.tenantId);
    const manager = await site.invite(company.owner, at("manager", one));
    const changed = await manager.ask("PATCH", `/api/v1/customers/${customerId}`, {
      values: { address: "12 Tràng Tiền" },
    });
    expect(changed.status, JSON.stringify(changed.body)).toBe(204);
    const page = await company.owner.ask<{ fields: unknown[] }>("GET", customerPath(two));
    expect(page.body.fields).toContainEqual(
      expect.objectContaining({ field: "address", value: "12 Tràng Tiền" }),
    );
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
    appFolder: "",
  });
  await expect(open).rejects.toThrow("/api/v1/test");
});
