import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  openTestApp,
  PASSWORD,
  randomEmail,
  type TestApp,
  type TestBrowser,
} from "../../../test/open-test-app.ts";
import { setUpTwoSteps } from "../../../test/set-up-two-steps.ts";
import { addWholeBranch, openCompany } from "../../../test/whole-company.ts";
import { setOperator } from "../../operator.ts";
import { newId } from "../../platform/clock.ts";
import { withClient } from "../../platform/roles.ts";
import { cutPage, findNamed, TENANTS_A_PAGE } from "./rules.ts";
import type { OperatedTenantsReply } from "./schema.ts";

const TENANTS = "/api/v1/operator/tenants";

let site: TestApp;
let operator: TestBrowser;
let email: string;
beforeAll(async () => {
  site = await openTestApp({ selfSignUp: true });
});
afterAll(() => site?.close());
beforeEach(async () => {
  email = randomEmail();
  operator = await site.signUp({ email, tenantName: "Người vận hành" });
  expect(await make(email)).toBe(true);
  await setUpTwoSteps(site, operator);
});

const make = (to: string, isOperator = true) =>
  setOperator({ databaseUrl: site.administratorUrl, dataFolder: "" }, { email: to, isOperator });
const list = async (query = "", by = operator) =>
  (await by.ask<OperatedTenantsReply>("GET", `${TENANTS}${query}`)).body;

describe("whoever runs this Foyer", () => {
  test("is made by a command and by nothing that serves, and is one until the command says no", async () => {
    const owner = await site.signUp();
    expect((await owner.ask("GET", TENANTS)).status).toBe(403);
    expect((await site.browser().ask("GET", TENANTS)).status).toBe(401);
    await withClient(site.urls.app, async (client) => {
      const attempt = client.query("select directory.set_operator($1, true)", [email]);
      await expect(attempt).rejects.toMatchObject({ code: "42501" });
    });
    expect((await operator.ask("GET", TENANTS)).status).toBe(200);
    expect(await make(randomEmail())).toBe(false);
    await make(` ${email.toUpperCase()} `, false);
    expect((await operator.ask("GET", TENANTS)).status).toBe(403);
  });

  test("opens nothing until they sign in with two steps, nor once these are off again", async () => {
    const address = randomEmail();
    const person = await site.signUp({ email: address });
    await make(address);
    type Session = { isOperator: boolean; operatingNeedsSecondFactor: boolean };
    const session = async () => (await person.ask<Session>("GET", "/api/v1/session")).body;
    expect((await person.ask("GET", TENANTS)).status).toBe(403);
    expect(await session()).toMatchObject({ isOperator: true, operatingNeedsSecondFactor: true });
    await setUpTwoSteps(site, person);
    expect((await person.ask("GET", TENANTS)).status).toBe(200);
    expect(await session()).toMatchObject({ operatingNeedsSecondFactor: false });
    await person.ask("POST", "/api/v1/me/totp/disable", { password: PASSWORD });
    expect((await person.ask("GET", TENANTS)).status).toBe(403);
    // Their own company is theirs all the while.
    expect((await person.ask("GET", "/api/v1/branches")).status).toBe(200);
  });

  test("sees each company with its branches, boxes and last event, and no key of a company does", async () => {
    const company = await openCompany(site, "Trà Đá Vỉa Hè");
    await addWholeBranch(site, company);
    const { tenants, total } = await list("?search=tra%20da");
    expect(total).toBe(1);
    expect(tenants).toMatchObject([
      { id: company.tenantId, name: "Trà Đá Vỉa Hè", branches: 1, boxes: 1, suspendedAt: null },
    ]);
    expect(Date.parse(tenants[0]?.lastEventAt ?? "")).not.toBeNaN();
    const made = await company.owner.ask<{ key: string }>("POST", "/api/v1/keys", {
      ...{ name: "Key", permissions: ["visits.read"], scope: { kind: "tenant" }, days: 1 },
    });
    const headers = { authorization: `Bearer ${made.body.key}` };
    expect((await site.browser().ask("GET", TENANTS, undefined, headers)).status).toBe(403);
  });

  test("part of HM-1.22: makes a company, whose first owner comes in by a link that works once", async () => {
    const made = await operator.ask<{ id: string; url: string }>("POST", TENANTS, {
      name: " Quán Mới ",
    });
    expect(made.status).toBe(201);
    const token = new URL(made.body.url).searchParams.get("token");
    const person = { email: randomEmail(), name: "Chủ", password: PASSWORD, language: "vi" };
    const owner = site.browser();
    const join = () => owner.ask("POST", "/api/v1/first-sign-in", { token, ...person });
    expect(await join()).toMatchObject({ status: 200, body: { tenantId: made.body.id } });
    expect((await join()).status).toBe(404);
    expect((await owner.ask("GET", "/api/v1/tenant")).body).toMatchObject({ name: "Quán Mới" });
    // Making it made nobody a member of it.
    expect(
      (await operator.ask("PUT", "/api/v1/session/tenant", { tenantId: made.body.id })).status,
    ).toBe(404);
  });

  test("keeps the staff and keys of a company out and lets them in again, and its log says who did", async () => {
    const company = await openCompany(site, "Quán Nợ");
    const made = await company.owner.ask<{ key: string }>("POST", "/api/v1/keys", {
      ...{ name: "Key", permissions: ["visits.read"], scope: { kind: "tenant" }, days: 1 },
    });
    const byKey = async () =>
      (
        await site.browser().ask("GET", "/api/v1/visits", undefined, {
          authorization: `Bearer ${made.body.key}`,
        })
      ).status;
    const path = `${TENANTS}/${company.tenantId}/suspension`;
    expect((await company.owner.ask("PUT", path)).status).toBe(403);
    // Whoever says it again changes nothing, and leaves no row.
    for (let times = 0; times < 2; times += 1)
      expect((await operator.ask("PUT", path)).status).toBe(204);
    expect((await company.owner.ask("GET", "/api/v1/tenant")).status).toBe(403);
    expect(await byKey()).toBe(401);
    const session = await company.owner.ask("GET", "/api/v1/session");
    expect(session.body).toMatchObject({ tenantId: null, permissions: [] });
    expect(session.body.tenants).toMatchObject([{ name: "Quán Nợ", isSuspended: true }]);
    const enter = { tenantId: company.tenantId };
    await company.owner.ask("PUT", "/api/v1/session/tenant", enter);
    expect((await company.owner.ask("GET", "/api/v1/tenant")).status).toBe(403);
    for (let times = 0; times < 2; times += 1)
      expect((await operator.ask("DELETE", path)).status).toBe(204);
    expect((await company.owner.ask("GET", "/api/v1/tenant")).status).toBe(200);
    expect(await byKey()).toBe(200);
    type Audit = { entries: { action: string; actorName: string }[] };
    const { entries } = (await company.owner.ask<Audit>("GET", "/api/v1/audit?kind=tenant")).body;
    expect(entries.map(({ action }) => action.split(" ")[0])).toEqual(["DELETE", "PUT"]);
    expect(entries[0]?.actorName).toBe("Lan");
    const nowhere = `${TENANTS}/${newId()}`;
    expect((await operator.ask("PUT", `${nowhere}/suspension`)).status).toBe(404);
  });
});

test("names are found whatever their case and accents, and cut into pages", () => {
  const all = ["Cà phê Đỏ", "Trà Sữa"].map((name) => ({ name }));
  expect(findNamed(all, " ca PHE do")).toEqual([all[0]]);
  expect(findNamed(all, "")).toEqual(all);
  const many = Array.from({ length: TENANTS_A_PAGE + 1 }, (_, index) => index);
  expect(cutPage(many, 0).next).toBe(TENANTS_A_PAGE);
  expect(cutPage(many, TENANTS_A_PAGE)).toEqual({ page: [TENANTS_A_PAGE], next: null });
});
