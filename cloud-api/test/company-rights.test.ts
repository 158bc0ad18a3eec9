import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { GrantSchema, RolesReply, Session } from "../src/features/access/schema.ts";
import { ROLES, roleHolds } from "../src/platform/rights.ts";
import { everywhere, openTestApp, type TestApp, type TestBrowser } from "./open-test-app.ts";
import {
  addWholeBranch,
  type BranchOfCompany,
  type Company,
  openCompany,
} from "./whole-company.ts";

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

const idOf = ({ ids }: BranchOfCompany, part = "branches") => ids[part] ?? "";
const at = (branch: BranchOfCompany): GrantSchema => ({
  ...{ role: "manager", ownRoleId: null },
  scope: { kind: "branches", branchIds: [idOf(branch)] },
});
type Branches = { branches: { id: string }[] };
type Customers = { customers: { id: string }[] };
type Visits = { visits: { branchId: string }[] };
const read = async <Body>(by: TestBrowser, path: string) =>
  (await by.ask<Body>("GET", `/api/v1${path}`)).body;
const branchesOf = async (by: TestBrowser) =>
  (await read<Branches>(by, "/branches")).branches.map(({ id }) => id).toSorted();
const customersOf = async (by: TestBrowser) =>
  (await read<Customers>(by, "/customers")).customers.map(({ id }) => id);
const visitedOf = async (by: TestBrowser) => [
  ...new Set((await read<Visits>(by, "/visits")).visits.map(({ branchId }) => branchId)),
];
const staffIdOf = async (by: TestBrowser) => (await read<Session>(by, "/session")).staff.id;
const giveGrants = async (by: TestBrowser, to: TestBrowser, grants: GrantSchema[]) =>
  (await by.ask("PUT", `/api/v1/staff/${await staffIdOf(to)}/grants`, { grants })).status;

describe("a manager", () => {
  test("HM-2.20 of all branches sees the branches, visits and customers of all of them", async () => {
    const manager = await site.invite(company.owner, everywhere("manager"));
    const all = [idOf(one), idOf(two)].toSorted();
    expect(await branchesOf(manager)).toEqual(all);
    expect((await visitedOf(manager)).toSorted()).toEqual(all);
    const customers = await customersOf(manager);
    expect(customers).toEqual(await customersOf(company.owner));
    for (const branch of [one, two]) {
      expect(customers).toContain(idOf(branch, "customers"));
      const path = `/api/v1/branches/${idOf(branch)}`;
      expect((await manager.ask("PATCH", path, { timeZone: "Asia/Bangkok" })).status).toBe(200);
    }
    await addWholeBranch(site, company);
    expect(await branchesOf(manager)).toHaveLength(3);
  });

  test("HM-2.21 of a branch has a profile of their own and sees that branch only", async () => {
    const managers = [
      await site.invite(company.owner, at(one)),
      await site.invite(company.owner, at(two)),
    ];
    const places = [one, two];
    for (const [index, manager] of managers.entries()) {
      const [mine, other] = index === 0 ? [one, two] : [two, one];
      expect(await branchesOf(manager)).toEqual([idOf(mine)]);
      expect(await visitedOf(manager)).toEqual([idOf(mine)]);
      const customers = await customersOf(manager);
      expect(customers).toContain(idOf(mine, "customers"));
      expect(customers).not.toContain(idOf(other, "customers"));
      for (const path of [
        `/branches/${idOf(other)}/settings`,
        `/branches/${idOf(other)}/boxes`,
        `/customers/${idOf(other, "customers")}`,
        `/visits/${idOf(other, "visits")}`,
      ])
        expect((await manager.ask("GET", `/api/v1${path}`)).status, path).toBe(404);
    }
    const people = await Promise.all(managers.map(staffIdOf));
    expect(new Set(people).size).toBe(places.length);
  });

  test("HM-2.22 is refused by the API itself whatever the role does not hold, and nothing changes", async () => {
    for (const role of ROLES) {
      const member = await site.invite(company.owner, everywhere(role));
      for (const [permission, method, path, body] of [
        ["staff.edit", "POST", "/invitations", { grants: [everywhere("viewer")] }],
        ["tenant.edit", "POST", "/brands", { name: `Of ${role}`, accentColour: "#aa3300" }],
        ["customers.fields", "POST", "/customer-fields", { kind: "text", label: { en: role } }],
        ["marks.edit", "POST", "/tags", { name: `Of ${role}` }],
        ["audit.read", "GET", "/audit", undefined],
        ["customers.export", "GET", "/customers.csv", undefined],
      ] as const) {
        const { status } = await member.ask(method, `/api/v1${path}`, body);
        const declared = site.context.permissions.get(permission);
        const may = declared !== undefined && roleHolds(role, declared);
        expect([role, permission, status < 300]).toEqual([role, permission, may]);
        if (!may) expect([role, permission, status]).toEqual([role, permission, 403]);
      }
    }
    const { tags } = await read<{ tags: { name: string }[] }>(company.owner, "/tags");
    const made = tags.map(({ name }) => name).filter((name) => name.startsWith("Of "));
    const holding = ROLES.filter((role) =>
      roleHolds(
        role,
        site.context.permissions.get("marks.edit") ?? { roles: [], covers: "tenant" },
      ),
    );
    expect(made.toSorted()).toEqual(holding.map((role) => `Of ${role}`).toSorted());
  });
});

describe("roles", () => {
  test("part of CNV-5.4: are told with every permission, of the product's and the company's own", async () => {
    const body = { name: "Lễ tân", permissions: ["branches.read", "visits.read"] };
    await company.owner.ask("POST", "/api/v1/roles", body);
    const reply = await read<RolesReply>(company.owner, "/roles");
    const names = [...site.context.permissions.keys()];
    expect(reply.permissions.map(({ name }) => name)).toEqual(names);
    for (const { role, permissions } of reply.roles) {
      const held = names.filter((name) => {
        const permission = site.context.permissions.get(name);
        return permission !== undefined && roleHolds(role, permission);
      });
      expect(permissions, role).toEqual(held);
    }
    expect(reply.ownRoles.find(({ name }) => name === "Lễ tân")).toMatchObject(body);
  });

  test("CNV-5.5 of the company's own are made of single permissions and count in the branches they are given for", async () => {
    const permissions = ["branches.read", "visits.read"];
    const made = await company.owner.ask<{ id: string }>("POST", "/api/v1/roles", {
      ...{ name: "Lễ tân", permissions },
    });
    const scope = { kind: "branches" as const, branchIds: [idOf(one)] };
    const person = await site.invite(company.owner, {
      ...{ role: null, ownRoleId: made.body.id, scope },
    });
    expect(await branchesOf(person)).toEqual([idOf(one)]);
    expect(await visitedOf(person)).toEqual([idOf(one)]);
    for (const path of ["/customers", "/staff", "/audit", `/branches/${idOf(one)}/settings`])
      expect((await person.ask("GET", `/api/v1${path}`)).status, path).toBe(403);
    const path = `/api/v1/branches/${idOf(one)}`;
    expect((await person.ask("PATCH", path, { name: "Khác" })).status).toBe(403);
    const more = { name: "Lễ tân", permissions: [...permissions, "customers.read"] };
    await company.owner.ask("PUT", `/api/v1/roles/${made.body.id}`, more);
    expect(await customersOf(person)).toContain(idOf(one, "customers"));
    expect(await customersOf(person)).not.toContain(idOf(two, "customers"));
  });

  test("CNV-5.6 are given and taken at the next request, and the last owner keeps theirs, also of two who lower each other at once", async () => {
    const { owner } = company;
    const person = await site.invite(owner, everywhere("viewer"));
    const mayTag = async () =>
      (await person.ask("POST", "/api/v1/tags", { name: "Khách quen" })).status;
    expect(await mayTag()).toBe(403);
    expect(await giveGrants(owner, person, [everywhere("manager")])).toBe(204);
    expect(await mayTag()).toBe(201);
    expect(await giveGrants(owner, person, [everywhere("viewer")])).toBe(204);
    expect(await mayTag()).toBe(403);
    expect(await giveGrants(owner, owner, [everywhere("admin")])).toBe(409);
    expect(await giveGrants(owner, person, [everywhere("owner")])).toBe(204);
    const lowered = await Promise.all([
      giveGrants(owner, person, [everywhere("admin")]),
      giveGrants(person, owner, [everywhere("admin")]),
    ]);
    expect(lowered.filter((status) => status === 204)).toHaveLength(1);
    const seen = await Promise.all([owner, person].map((each) => read<Session>(each, "/session")));
    const owners = seen.filter(({ tenants }) => tenants.some(({ role }) => role === "owner"));
    expect(owners).toHaveLength(1);
  });
});

test("MC-8.6 one company holds branches of different kinds, each with its own settings, time zone, country and currency", async () => {
  const places = [
    { name: "Khách sạn Gió", timeZone: "Asia/Ho_Chi_Minh", country: "VN", kind: "hotel" },
    { name: "Café Vent", timeZone: "Europe/Paris", country: "FR", kind: "cafe" },
    { name: "Wind Gym", timeZone: "America/New_York", country: "US", kind: "gym" },
  ].map((place) => ({ ...place, languages: ["vi", "en"] }));
  type Saved = { version: number; languages: string[] } & Record<string, unknown>;
  const ids: string[] = [];
  for (const place of places) {
    const made = await company.owner.ask<{ id: string }>("POST", "/api/v1/branches", place);
    expect(made.status).toBe(201);
    ids.push(made.body.id);
  }
  const pathOf = (id: string | undefined) => `/branches/${id}/settings`;
  const before = await Promise.all(ids.map((id) => read<Saved>(company.owner, pathOf(id))));
  const [hotel] = before;
  const rooms = [
    {
      ...{ id: "01990000-0000-7000-8000-000000000101", room: "101", name: "Lan" },
      ...{ validFrom: "2026-11-26T00:00:00Z", validUntil: "2026-11-30T00:00:00Z" },
    },
  ];
  const saved = await company.owner.ask("PUT", `/api/v1${pathOf(ids[0])}`, {
    ...{ ...hotel, roomStays: rooms },
  });
  expect(saved.status, JSON.stringify(saved.body)).toBe(200);
  const after = await Promise.all(ids.map((id) => read<Saved>(company.owner, pathOf(id))));
  expect(after.map(({ roomStays }) => ((roomStays ?? []) as unknown[]).length)).toEqual([1, 0, 0]);
  expect(after.slice(1)).toEqual(before.slice(1));
  const { branches } = await read<{ branches: { id: string }[] }>(company.owner, "/branches");
  const told = ids.map((own) => branches.find(({ id }) => id === own));
  expect(told).toMatchObject(places);
  expect(told).toMatchObject(["VND", "EUR", "USD"].map((currency) => ({ currency })));
});
