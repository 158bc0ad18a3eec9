import { Value } from "typebox/value";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../src/platform/clock.ts";
import { ROLES, roleHolds } from "../src/platform/rights.ts";
import { withClient } from "../src/platform/roles.ts";
import { askRoute } from "./ask-route.ts";
import { type DescribedRoute, listStaffRoutes, readDescription } from "./described-routes.ts";
import { everywhere, openTestApp, type TestApp, type TestBrowser } from "./open-test-app.ts";
import {
  addWholeBranch,
  type Company,
  type Ids,
  openCompany,
  PAGE,
  REPORT_MAIL,
  SAVED_REPORT,
  SENDER,
  TREE,
  WEBHOOK,
  WORDING,
} from "./whole-company.ts";

// Every route is tried as the API's own description tells it, so that a new one is tried by itself.

let site: TestApp;
let routes: DescribedRoute[];
let own: Company;
let stranger: Company;
type Branch = Awaited<ReturnType<typeof addWholeBranch>>;
/** Two branches of one brand, one of another, and one of another company. */
let here: Branch;
let sister: Branch;
let otherBrand: Branch;
let abroad: Branch;
let brandManager: TestBrowser;
let branchManager: TestBrowser;

beforeAll(async () => {
  site = await openTestApp();
  routes = listStaffRoutes(await readDescription(site));
  own = await openCompany(site, "Cà phê Sông Hương");
  stranger = await openCompany(site, "Quán Khác");
  const brand = await own.owner.ask<{ id: string }>("POST", "/api/v1/brands", {
    name: "Trà Gió",
    accentColour: "#aa3300",
  });
  here = await addWholeBranch(site, own);
  sister = await addWholeBranch(site, own);
  otherBrand = await addWholeBranch(site, own, brand.body.id);
  abroad = await addWholeBranch(site, stranger);
  const all = await own.owner.ask<{ id: string }>("POST", "/api/v1/roles", {
    name: "Everything there is",
    permissions: [...site.context.permissions.keys()],
  });
  const role = { role: null, ownRoleId: all.body.id };
  const brandId = own.ids.brands ?? "";
  const branchIds = [here.ids.branches ?? ""];
  brandManager = await site.invite(own.owner, { ...role, scope: { kind: "brand", brandId } });
  branchManager = await site.invite(own.owner, { ...role, scope: { kind: "branches", branchIds } });
}, 300_000);
afterAll(() => site?.close());

/** A stream, and what moves whoever asks into a new company of their own. */
const LEFT_OUT = new Set(["GET /api/v1/live", "POST /api/v1/tenants"]);

const tried = () => routes.filter(({ name }) => !LEFT_OUT.has(name));

const LOOK = { accentColour: "#aa3300", logo: null };

/** Bodies that no schema tells: what is checked beyond it. */
const BODIES: Record<string, (ids: Ids) => unknown> = {
  "POST /api/v1/segments": () => ({ name: newId(), tree: TREE }),
  "PUT /api/v1/segments/{id}": () => ({ name: newId(), tree: TREE }),
  "PUT /api/v1/branches/{id}/settings": async () =>
    (await own.owner.ask("GET", `/api/v1/branches/${here.ids.branches}/settings`)).body,
  "POST /api/v1/webhooks": () => WEBHOOK,
  "PUT /api/v1/webhooks/{webhookId}": () => ({ ...WEBHOOK, isOn: true }),
  "POST /api/v1/saved-reports": () => ({ ...SAVED_REPORT, name: newId() }),
  "PUT /api/v1/saved-reports/{id}": () => ({ ...SAVED_REPORT, name: newId() }),
  "PUT /api/v1/saved-reports/{id}/mail": () => REPORT_MAIL,
  "POST /api/v1/customer-views": () => ({ name: newId(), columns: [], sort: "visits" }),
  "PUT /api/v1/customer-views/{id}": () => ({ name: newId(), columns: [], sort: "visits" }),
  ...Object.fromEntries(
    ["", "/preview"].map((path) => [
      `POST /api/v1/customer-actions${path}`,
      (ids: Ids) => ({
        ...{ filter: { customerIds: [ids.customers ?? newId()] }, kind: "set-group" },
        ...{ markId: null, ...(path ? {} : { customers: 1 }) },
      }),
    ]),
  ),
  "POST /api/v1/pages": (ids) => ({ content: PAGE, branchId: ids.branches }),
  "PUT /api/v1/pages/{pageId}/draft": () => ({
    ...{ revision: 1, content: { ...PAGE, name: newId() } },
  }),
  "POST /api/v1/pages/{pageId}/publish": () => ({ version: 1, to: { kind: "all" } }),
  "POST /api/v1/brand-kits/{ownerId}/preview": () => ({
    look: LOOK,
    theme: "light",
    stage: "before",
  }),
  "PUT /api/v1/brand-kits/{ownerId}": () => ({ version: 1, look: LOOK, texts: null }),
  "POST /api/v1/cases/{id}/actions": () => ({ name: newId(), result: "Done" }),
  "POST /api/v1/surveys": () => ({ wording: WORDING, branchIds: [] }),
  "PUT /api/v1/surveys/{surveyId}": () => ({ wording: WORDING, branchIds: [], readVersion: 1 }),
  "POST /api/v1/sale-types": () => ({ name: { en: newId() } }),
  "PUT /api/v1/sale-types/{saleTypeId}": () => ({ name: { en: newId() }, isOver: false }),
  "POST /api/v1/senders": () => SENDER,
  "PUT /api/v1/senders/{id}": () => SENDER,
  "POST /api/v1/senders/{id}/tests": () => ({ contact: "+84912345678", language: "vi" }),
  "POST /api/v1/keys": () => ({
    ...{ name: "Key", permissions: ["visits.read"], scope: { kind: "tenant" }, days: 30 },
  }),
  "POST /api/v1/roles": () => ({ name: newId(), permissions: ["visits.read"] }),
  "PUT /api/v1/roles/{roleId}": () => ({ name: newId(), permissions: ["visits.read"] }),
  "POST /api/v1/branches": () => ({
    ...{ name: "New", timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] },
  }),
  "PUT /api/v1/branches/{id}/place": () => ({ place: "21.0285,105.8542" }),
  "PATCH /api/v1/branches/{id}": () => ({ name: "Renamed" }),
  "PATCH /api/v1/customers/{id}": () => ({ values: { address: "12 Tràng Tiền" } }),
  "PUT /api/v1/zalo-accounts/{senderId}": (ids) => ({ oaId: "1234567890", branchId: ids.branches }),
  "PATCH /api/v1/customer-fields/{key}": () => ({ label: { vi: "Cỡ giày", en: "Shoe size" } }),
  "POST /api/v1/branches/{id}/boxes/{boxId}/commands": () => ({ kind: "box.refresh" }),
  "POST /api/v1/branches/{id}/device-rules": () => ({
    ...{ mac: "DA-5E-00-53-00-02", kind: "allow", reason: "The till", until: null },
  }),
  "POST /api/v1/branches/{id}/traces": () => ({ of: "DA-5E-00-53-00-02" }),
  "POST /api/v1/access-code-batches": (ids) => ({
    ...{ branchId: ids.branches, name: "More", count: 1, devicesMax: 1, minutes: 60 },
    ...{ firstDay: null, lastDay: null, policyId: null },
  }),
};
for (const kind of ["groups", "tags", "tiers"]) {
  BODIES[`POST /api/v1/${kind}`] = () => ({ name: newId().slice(0, 30) });
  BODIES[`PATCH /api/v1/${kind}/{id}`] = () => ({ name: newId().slice(0, 30) });
}
const grantsOf = (ids: Ids) => ({
  grants: [{ role: "viewer", ownRoleId: null, scope: { kind: "brand", brandId: ids.brands } }],
});
BODIES["POST /api/v1/invitations"] = grantsOf;
BODIES["PUT /api/v1/staff/{staffId}/grants"] = () => ({ grants: [everywhere("viewer")] });

/** Asks a route with the ids of what is named. */
async function ask(browser: TestBrowser, route: DescribedRoute, ids: Ids) {
  const answer = await askRoute(browser, route, { ids, body: await BODIES[route.name]?.(ids) });
  expectAsDescribed(route, answer.status, answer.body);
  return answer;
}

function expectAsDescribed(route: DescribedRoute, status: number, body: unknown): void {
  expect(status, `${route.name} failed: ${JSON.stringify(body)}`).toBeLessThan(500);
  const schema = route.answers[String(status)] ?? (status >= 400 ? route.answers["4XX"] : null);
  if (schema)
    expect(Value.Check(schema, body), `${route.name}: ${JSON.stringify(body)}`).toBe(true);
}

/** An id for everything that names nothing. */
const NOBODY = new Proxy(
  {},
  {
    get: (_, part) => (part === "fields" ? "name" : newId()),
  },
) as Ids;

const namesSomething = ({ parameters }: DescribedRoute) =>
  parameters.some(({ in: place }) => place === "path");
const isAbout = (route: DescribedRoute, part: string) => route.path.includes(`/${part}/{`);

/** Every row of a company, or of it those that say any of some texts, as one hash a table. */
async function digest(tenantId: string, texts: readonly string[] | null): Promise<string[]> {
  return withClient(site.administratorUrl, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `select table_name as name from information_schema.columns
       where table_schema = 'public' and column_name = 'tenant_id'
         and table_name <> 'tenant_log' order by 1`,
    );
    const digests = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ digest: string }>(
        `select md5(coalesce(string_agg(line, '' order by line), '')) as digest
         from (select to_jsonb(row)::text as line from "${name}" as row where tenant_id = $1) told
         where $2::text[] is null
           or exists (select from unnest($2::text[]) as word where position(word in line) > 0)`,
        [tenantId, texts],
      );
      digests.push(`${name} ${rows[0]?.digest}`);
    }
    return digests;
  });
}

/** The routes of whose changes the audit log says nothing but that they were asked: what must not be. */
async function listSilentEntries(tenantId: string): Promise<string[]> {
  return withClient(site.administratorUrl, async (client) => {
    const { rows } = await client.query<{ action: string }>(
      `select distinct action from audit_entries as entries
       where tenant_id = $1 and before is null and after is null
         and not (record_kind = any($2::text[]))
         and not exists (select from audit_personal as told
           where told.tenant_id = entries.tenant_id and told.entry_id = entries.id)
       order by action`,
      // What tells of a customer goes with whoever was forgotten on the way.
      [tenantId, ["customers", "contacts", "requests"]],
    );
    return rows.map(({ action }) => action);
  });
}

describe("no route", () => {
  test("lets an owner of one company read or change anything of another", async () => {
    const ids = { ...stranger.ids, ...abroad.ids };
    const before = await digest(stranger.tenantId, null);
    for (const route of tried()) {
      const answer = await ask(own.owner, route, ids);
      // What is listed of somebody unknown is nothing, whether they are another's or nobody's.
      if (route.method === "GET" && answer.status === 200 && namesSomething(route))
        expect(answer.text, route.name).toBe((await ask(own.owner, route, NOBODY)).text);
      else if (namesSomething(route))
        expect([403, 404], `${route.name}: ${answer.text}`).toContain(answer.status);
      for (const secret of [...abroad.secrets, ids.branches ?? "", "Quán Khác"])
        expect(answer.text, route.name).not.toContain(secret);
    }
    expect(await digest(stranger.tenantId, null)).toEqual(before);
  }, 300_000);

  test.each([
    ["a brand", () => brandManager, () => otherBrand, true],
    ["a branch", () => branchManager, () => sister, false],
  ])(
    "lets somebody who may do everything in %s reach beyond it",
    async (_, who, where, seesMembers) => {
      const { ids, secrets } = where();
      const rest = { ...own.ids, ...ids };
      const before = await digest(own.tenantId, [...secrets, ids.customers ?? ""]);
      for (const route of tried()) {
        const answer = await ask(who(), route, rest);
        const isRead = route.method === "GET";
        // A brand sees the members of the company; what is of other branches it does not.
        if (namesSomething(route) && !(isRead && answer.status === 200))
          expect([403, 404], `${route.name}: ${answer.text}`).toContain(answer.status);
        const isClosed = isAbout(route, "customers") && !seesMembers;
        if (isAbout(route, "branches") || isAbout(route, "visits") || isClosed)
          expect([403, 404], `${route.name}: ${answer.text}`).toContain(answer.status);
        const hidden = seesMembers
          ? secrets
          : [...secrets, ids.customers ?? "", ids.contacts ?? ""];
        for (const secret of hidden) expect(answer.text, route.name).not.toContain(secret);
      }
      expect(await digest(own.tenantId, [...secrets, ids.customers ?? ""])).toEqual(before);
    },
    300_000,
  );

  test("is open to a role that its permission is not given to, and each to those it is", async () => {
    for (const role of ROLES) {
      const member = await site.invite(own.owner, everywhere(role));
      for (const { permission, ...route } of tried()) {
        if (!permission) continue;
        // What matters is who is turned away before anything is looked up.
        const { status, text } = await ask(member, { permission, ...route }, NOBODY);
        const declared = site.context.permissions.get(permission);
        const mayAsk = declared !== undefined && roleHolds(role, declared);
        const isRefused = status === 403 && text.includes("Your role may not do this");
        expect(isRefused, `${role}: ${route.name} answered ${status}`).toBe(!mayAsk);
      }
    }
  }, 300_000);

  test("is only said to be closed: an owner gets through each with what is their own", async () => {
    const rest = { ...own.ids, ...here.ids, "sign-ins": await own.signInElsewhere() };
    const order = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    const depthOf = ({ path }: { path: string }) => path.split("/").length;
    const sorted = tried().toSorted(
      // What others stand on is removed after them.
      (one, other) =>
        order.indexOf(one.method) - order.indexOf(other.method) ||
        depthOf(other) - depthOf(one) ||
        one.path.localeCompare(other.path, "en"),
    );
    const failed: string[] = [];
    for (const route of sorted.filter(namesSomething)) {
      // A log is there once a box has sent one; the one request was handed over before.
      if (/\/(log|outcome)$/.test(route.path)) continue;
      // What is for whoever runs this Foyer is no owner's.
      if (route.path.startsWith("/api/v1/operator/")) continue;
      const { status, text } = await ask(own.owner, route, rest);
      if ([400, 401, 403, 404].includes(status)) failed.push(`${route.name} ${status} ${text}`);
    }
    expect(failed).toEqual([]);
    expect(await listSilentEntries(own.tenantId)).toEqual([]);
  }, 300_000);
});

describe("the API's description", () => {
  test("names every parameter of each path, and nothing that it does not describe", async () => {
    const description = await readDescription(site);
    for (const [path, methods] of Object.entries(description.paths))
      for (const [method, { parameters = [] }] of Object.entries(methods)) {
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        const described = parameters.filter((each) => each.in === "path");
        expect(described.map(({ name }) => name).sort(), `${method} ${path}`).toEqual(named.sort());
        expect(described.every(({ required }) => required)).toBe(true);
      }
    const references = JSON.stringify(description).matchAll(
      /"\$ref":"#\/components\/schemas\/([^"]+)"/g,
    );
    for (const [, name] of references)
      expect(Object.keys(description.components.schemas)).toContain(name);
  });
});
