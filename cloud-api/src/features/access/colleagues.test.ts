import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  everywhere,
  openTestApp,
  PASSWORD,
  randomEmail,
  type TestApp,
  type TestBrowser,
} from "../../../test/open-test-app.ts";
import type { Role } from "../../feature.ts";
import type { Session } from "./schema.ts";

const NEW_PASSWORD = "bánh mì ốp la";

let site: TestApp;
beforeAll(async () => {
  site = await openTestApp({ startsAt: new Date("2026-03-01T00:00:00Z") });
});
afterAll(() => site?.close());

const session = async (browser: TestBrowser) =>
  (await browser.ask<Session>("GET", "/api/v1/session")).body;
const isIn = async (browser: TestBrowser) =>
  (await browser.ask("GET", "/api/v1/session")).status === 200;
const idOf = async (browser: TestBrowser) => (await session(browser)).staff.id;
const roleOf = async (browser: TestBrowser) => (await session(browser)).tenants[0]?.role;
const changeRole = (by: TestBrowser, staffId: string, role: string) =>
  by.ask("PUT", `/api/v1/staff/${staffId}/grants`, { grants: [everywhere(role as Role)] });

async function invite(owner: TestBrowser, role: string): Promise<string> {
  const { body } = await owner.ask<{ url: string }>("POST", "/api/v1/invitations", {
    grants: [everywhere(role as Role)],
  });
  return new URL(body.url).searchParams.get("token") ?? "";
}

function accept(token: string, email: string) {
  const person = { email, name: "Lan", password: PASSWORD, language: "vi" };
  return site.browser().ask("POST", "/api/v1/first-sign-in", { token, ...person });
}

type Invitations = {
  total: number;
  invitations: { id: string; grants: unknown[]; invitedBy: string }[];
};
const invitations = async (owner: TestBrowser) =>
  (await owner.ask<Invitations>("GET", "/api/v1/invitations")).body;

describe("an invitation of somebody who belongs already", () => {
  test("raises their role and is used up", async () => {
    const owner = await site.signUp();
    const email = randomEmail();
    const manager = await site.invite(owner, "manager", email);
    const token = await invite(owner, "owner");
    expect((await accept(token, email)).status).toBe(200);
    expect(await roleOf(manager)).toBe("owner");
    expect((await accept(token, email)).status).toBe(404);
  });

  test.each(["owner", "manager", "viewer"])(
    "as %s lowers no owner, and stays good for somebody else",
    async (role) => {
      const email = randomEmail();
      const owner = await site.signUp({ email });
      const token = await invite(owner, role);
      expect((await accept(token, email)).status).toBe(409);
      expect(await roleOf(owner)).toBe("owner");
      expect((await accept(token, randomEmail())).status).toBe(200);
    },
  );
});

describe("a colleague's role", () => {
  test("is changed by an owner, at once, and by nobody else", async () => {
    const owner = await site.signUp();
    const manager = await site.invite(owner, "manager", randomEmail());
    const viewer = await site.invite(owner, "viewer", randomEmail());
    const viewerId = await idOf(viewer);
    expect((await viewer.ask("GET", "/api/v1/staff")).status).toBe(403);
    expect((await changeRole(manager, viewerId, "owner")).status).toBe(403);
    expect((await changeRole(owner, viewerId, "manager")).status).toBe(204);
    expect((await viewer.ask("GET", "/api/v1/staff")).status).toBe(200);
    expect((await changeRole(owner, viewerId, "emperor")).status).toBe(400);
  });

  test("is out of reach from another company", async () => {
    const [one, other] = [await site.signUp(), await site.signUp()];
    expect((await changeRole(one, await idOf(other), "viewer")).status).toBe(404);
    expect(await roleOf(other)).toBe("owner");
  });

  test("stays owner for the last one, also when two lower each other at once", async () => {
    const one = await site.signUp();
    expect((await changeRole(one, await idOf(one), "manager")).status).toBe(409);
    const two = await site.invite(one, "owner", randomEmail());
    const ids = [await idOf(one), await idOf(two)] as const;
    const answers = await Promise.all([
      changeRole(one, ids[1], "viewer"),
      changeRole(two, ids[0], "viewer"),
    ]);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect([await roleOf(one), await roleOf(two)].toSorted()).toEqual(["owner", "viewer"]);
  });

  test("takes the open invitations along when it may not invite any more", async () => {
    const owner = await site.signUp();
    const former = await site.invite(owner, "owner", randomEmail());
    const token = await invite(former, "owner");
    const mine = await invite(owner, "viewer");
    await changeRole(owner, await idOf(former), "manager");
    expect((await accept(token, randomEmail())).status).toBe(404);
    expect((await accept(mine, randomEmail())).status).toBe(200);
  });
});

describe("open invitations", () => {
  test("are listed for owners until they are used, over, or taken back", async () => {
    const owner = await site.signUp();
    const manager = await site.invite(owner, "manager", randomEmail());
    expect((await manager.ask("GET", "/api/v1/invitations")).status).toBe(403);
    const used = await invite(owner, "viewer");
    await accept(used, randomEmail());
    const token = await invite(owner, "manager");
    const open = await invitations(owner);
    expect(open).toMatchObject({
      total: 1,
      invitations: [{ grants: [everywhere("manager")], invitedBy: "Lan" }],
    });
    expect(JSON.stringify(open)).not.toContain(token);
    const path = `/api/v1/invitations/${open.invitations[0]?.id}`;
    const stranger = await site.signUp();
    expect((await stranger.ask("DELETE", path)).status).toBe(404);
    expect((await manager.ask("DELETE", path)).status).toBe(403);
    expect((await owner.ask("DELETE", path)).status).toBe(204);
    expect((await owner.ask("DELETE", path)).status).toBe(404);
    expect((await accept(token, randomEmail())).status).toBe(404);
    expect((await invitations(owner)).total).toBe(0);
  });
});

describe("one's own sessions", () => {
  const signIn = async (browser: TestBrowser, email: string, password = PASSWORD) =>
    (await browser.ask("POST", "/api/v1/session", { email, password })).status;

  test("elsewhere end with a change of the password, which asks the old one", async () => {
    const email = randomEmail();
    const here = await site.signUp({ email });
    const elsewhere = site.browser();
    await signIn(elsewhere, email);
    const change = (password: string, newPassword: string) =>
      here.ask("POST", "/api/v1/me/password", { password, newPassword });
    expect((await change("not the password", NEW_PASSWORD)).body).toMatchObject({
      field: "/password",
    });
    expect((await change(PASSWORD, "short")).body).toMatchObject({ field: "/newPassword" });
    expect(await isIn(elsewhere)).toBe(true);
    expect((await change(PASSWORD, NEW_PASSWORD)).status).toBe(204);
    expect([await isIn(here), await isIn(elsewhere)]).toEqual([true, false]);
    expect(await signIn(site.browser(), email)).toBe(401);
    expect(await signIn(site.browser(), email, NEW_PASSWORD)).toBe(200);
  });

  test("are not changed by guessing the old password", async () => {
    const here = await site.signUp();
    const guess = async (count: number) =>
      (
        await here.ask("POST", "/api/v1/me/password", {
          password: `wrong ${count}`,
          newPassword: NEW_PASSWORD,
        })
      ).status;
    const answers = [];
    for (let count = 0; count < 12; count += 1) answers.push(await guess(count));
    expect(answers.at(-1)).toBe(429);
  });

  test("elsewhere end when asked, and this one goes on", async () => {
    const email = randomEmail();
    const here = await site.signUp({ email });
    const elsewhere = site.browser();
    await signIn(elsewhere, email);
    expect((await here.ask("POST", "/api/v1/me/sign-out-elsewhere")).status).toBe(204);
    expect([await isIn(here), await isIn(elsewhere)]).toEqual([true, false]);
  });

  test("are one a browser: signing in again ends the one it had", async () => {
    const email = randomEmail();
    const browser = await site.signUp({ email });
    const cookie = browser.cookie();
    expect(await signIn(browser, email)).toBe(200);
    expect(browser.cookie()).not.toBe(cookie);
    const copied = await site.browser().ask("GET", "/api/v1/session", undefined, { cookie });
    expect(copied.status).toBe(401);
    expect(await isIn(browser)).toBe(true);
  });
});
