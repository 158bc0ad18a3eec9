import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  everywhere,
  openTestApp,
  PASSWORD,
  randomEmail,
  type TestApp,
  type TestBrowser,
} from "../../../test/open-test-app.ts";
import { withClient } from "../../platform/roles.ts";
import { access } from "./index.ts";
import type { Session } from "./schema.ts";

let site: TestApp;
beforeAll(async () => {
  site = await openTestApp({ startsAt: new Date("2026-03-01T00:00:00Z") });
});
afterAll(() => site?.close());

const session = async (browser: TestBrowser) =>
  (await browser.ask<Session>("GET", "/api/v1/session")).body;
const _signIn = (browser: TestBrowser, email: string, extra: object = {}) =>
  browser.ask("POST", "/api/v1/session", { email, password: PASSWORD, ...extra });

describe("companies and roles", () => {
  test("one person belongs to several companies and looks at one at a time", async () => {
    const email = randomEmail();
    const browser = await site.signUp({ email, tenantName: "Một" });
    const other = await site.signUp({ tenantName: "Hai" });
    const link = await other.ask<{ url: string }>("POST", "/api/v1/invitations", {
      grants: [everywhere("viewer")],
    });
    const token = new URL(link.body.url).searchParams.get("token");
    const invitation = await browser.ask("GET", `/api/v1/first-sign-in/${token}`);
    expect(invitation.body).toEqual({ kind: "invitation", tenantName: "Hai" });
    const accept = (password: string) =>
      site.browser().ask<Session>("POST", "/api/v1/first-sign-in", {
        ...{ token, email, name: "Lan", password, language: "vi" },
      });
    // Whoever has an account proves it; a wrong password does not use the invitation up.
    expect((await accept("not the password")).status).toBe(401);
    const accepted = await accept(PASSWORD);
    expect(accepted.body.tenants.map(({ name, role }) => [name, role])).toEqual([
      ["Một", "owner"],
      ["Hai", "viewer"],
    ]);
    const [, two] = accepted.body.tenants;
    expect(accepted.body.tenantId).toBe(two?.id);

    const put = (tenantId?: string) => browser.ask("PUT", "/api/v1/session/tenant", { tenantId });
    expect((await put(two?.id)).status).toBe(200);
    expect((await session(browser)).tenantId).toBe(two?.id);
    const strange = await site.signUp();
    const { tenantId } = await session(strange);
    expect((await put(tenantId ?? "")).status).toBe(404);
    expect((await session(browser)).tenantId).toBe(two?.id);
  });

  test("an invitation used by two at once lets one in", async () => {
    const owner = await site.signUp();
    const link = await owner.ask<{ url: string }>("POST", "/api/v1/invitations", {
      grants: [everywhere("owner")],
    });
    const token = new URL(link.body.url).searchParams.get("token");
    const use = () =>
      site.browser().ask("POST", "/api/v1/first-sign-in", {
        ...{ token, email: randomEmail(), name: "A", password: PASSWORD, language: "vi" },
      });
    const answers = await Promise.all([use(), use(), use()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    const { body } = await owner.ask<{ total: number }>("GET", "/api/v1/staff");
    expect(body.total).toBe(2);
  });

  test("the API refuses what a role may not do, whatever the screen shows", async () => {
    const owner = await site.signUp();
    const manager = await site.invite(owner, "manager", randomEmail());
    const viewer = await site.invite(owner, "viewer", randomEmail());
    const invite = (browser: TestBrowser) =>
      browser.ask("POST", "/api/v1/invitations", {
        grants: [everywhere("owner")],
      });
    expect((await invite(manager)).status).toBe(403);
    expect((await invite(viewer)).body).toMatchObject({
      code: "forbidden",
      message: "Your role may not do this: staff.edit.",
    });
    expect((await viewer.ask("GET", "/api/v1/staff")).status).toBe(403);
    expect((await manager.ask("GET", "/api/v1/staff")).status).toBe(200);
    expect((await site.browser().ask("GET", "/api/v1/staff")).status).toBe(401);
  });

  test("a membership that ends, ends at once, in a session that is open", async () => {
    const owner = await site.signUp();
    const manager = await site.invite(owner, "manager", randomEmail());
    const { staff } = await session(manager);
    expect((await manager.ask("GET", "/api/v1/branches")).status).toBe(200);
    expect((await owner.ask("DELETE", `/api/v1/staff/${staff.id}`)).status).toBe(204);
    expect((await manager.ask("GET", "/api/v1/branches")).status).toBe(403);
    expect(await session(manager)).toMatchObject({ tenants: [], tenantId: null });
    expect((await owner.ask("DELETE", `/api/v1/staff/${staff.id}`)).status).toBe(404);
  });

  test("a membership that ends takes its open invitations along, and nobody else's", async () => {
    const owner = await site.signUp();
    const former = await site.invite(owner, "owner", randomEmail());
    const invite = async (browser: TestBrowser) => {
      const role = "owner";
      const { body } = await browser.ask<{ url: string }>("POST", "/api/v1/invitations", {
        grants: [everywhere(role)],
      });
      return new URL(body.url).searchParams.get("token");
    };
    const [theirs, mine] = [await invite(former), await invite(owner)];
    const { staff } = await session(former);
    expect((await owner.ask("DELETE", `/api/v1/staff/${staff.id}`)).status).toBe(204);
    const open = (token: string | null) =>
      site.browser().ask("GET", `/api/v1/first-sign-in/${token}`);
    expect((await open(theirs)).status).toBe(404);
    expect((await open(mine)).status).toBe(200);
  });

  test("a company keeps an owner, also when two owners remove each other at once", async () => {
    const one = await site.signUp();
    const two = await site.invite(one, "owner", randomEmail());
    const ids = [(await session(one)).staff.id, (await session(two)).staff.id];
    const answers = await Promise.all([
      one.ask("DELETE", `/api/v1/staff/${ids[1]}`),
      two.ask("DELETE", `/api/v1/staff/${ids[0]}`),
    ]);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    const left = answers[0]?.status === 204 ? one : two;
    const { staff } = await session(left);
    expect((await left.ask("DELETE", `/api/v1/staff/${staff.id}`)).status).toBe(409);
  });

  test("sessions, links and counted tries that are over are cleared away", async () => {
    const browser = await site.signUp();
    await browser.ask("POST", "/api/v1/invitations", {
      grants: [everywhere("viewer")],
    });
    const purge = () =>
      access.jobs?.["access.purge"]?.work(site.jobContext, { tenantId: null, payload: {} });
    await purge();
    expect((await browser.ask("GET", "/api/v1/session")).status).toBe(200);
    site.passSeconds(30 * 24 * 60 * 60);
    await purge();
    const counts = await withClient(site.administratorUrl, (client) =>
      client.query(`select (select count(*) from directory.sign_ins) as sign_ins,
        (select count(*) from directory.first_sign_ins) as links,
        (select count(*) from directory.attempts) as attempts`),
    );
    expect(counts.rows).toEqual([{ sign_ins: "0", links: "0", attempts: "0" }]);
  });
});
