import { generateSync } from "otplib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApp, type TestApp, type TestBrowser } from "../../../test/open-test-app.ts";

const DUTY = "/api/v1/staff-second-factor";

let site: TestApp;
beforeAll(async () => {
  site = await openTestApp({ startsAt: new Date("2026-03-01T00:00:00Z") });
});
afterAll(() => site?.close());

async function enable(browser: TestBrowser): Promise<void> {
  const { body } = await browser.ask<{ secret: string }>("POST", "/api/v1/me/totp");
  const epoch = Math.floor(site.clock().getTime() / 1000);
  const code = generateSync({ secret: body.secret, epoch });
  expect((await browser.ask("POST", "/api/v1/me/totp/confirm", { code })).status).toBe(200);
}

const isAtWork = async (browser: TestBrowser) =>
  (await browser.ask("GET", "/api/v1/branches")).status === 200;

test("a company has everybody sign in with two steps: who has none does nothing until they set it up", async () => {
  const owner = await site.signUp();
  const manager = await site.invite(owner, "manager");
  const key = await owner.ask<{ key: string }>("POST", "/api/v1/keys", {
    ...{ name: "Key", permissions: ["branches.read"], scope: { kind: "tenant" }, days: 1 },
  });
  // Whoever asks it of others has it.
  const early = await owner.ask("PUT", DUTY, { isRequired: true });
  expect(early.status).toBe(409);
  await enable(owner);
  expect((await manager.ask("PUT", DUTY, { isRequired: true })).status).toBe(403);
  expect((await owner.ask("PUT", DUTY, { isRequired: true })).status).toBe(204);
  expect((await owner.ask("GET", DUTY)).body).toEqual({ isRequired: true });
  expect(await isAtWork(owner)).toBe(true);

  expect(await isAtWork(manager)).toBe(false);
  const waiting = await manager.ask("GET", "/api/v1/session");
  expect(waiting.body).toMatchObject({ needsSecondFactor: true, permissions: [] });
  const newcomer = await site.invite(owner, "viewer");
  expect(await isAtWork(newcomer)).toBe(false);
  await enable(manager);
  expect(await isAtWork(manager)).toBe(true);
  // A program has no phone: its key is what it is known by.
  const headers = { authorization: `Bearer ${key.body.key}` };
  const byKey = await site.browser().ask("GET", "/api/v1/branches", undefined, headers);
  expect(byKey.status).toBe(200);

  expect((await owner.ask("PUT", DUTY, { isRequired: false })).status).toBe(204);
  expect(await isAtWork(newcomer)).toBe(true);
  type Audit = { entries: { after: unknown }[] };
  const { body } = await owner.ask<Audit>("GET", "/api/v1/audit?kind=staff-second-factor");
  expect(body.entries.map(({ after }) => after)).toEqual([
    { isRequired: false },
    { isRequired: true },
  ]);
});

test("what one company asks for keeps nobody out of another", async () => {
  const strict = await site.signUp({ tenantName: "Nghiêm" });
  await enable(strict);
  await strict.ask("PUT", DUTY, { isRequired: true });
  const person = await site.signUp({ tenantName: "Thoáng", email: "hai@example.test" });
  const own = await person.ask<{ tenantId: string }>("GET", "/api/v1/session");
  const both = await site.invite(strict, "viewer", "hai@example.test");
  expect(await isAtWork(both)).toBe(false);
  const { tenantId } = own.body;
  expect((await both.ask("PUT", "/api/v1/session/tenant", { tenantId })).status).toBe(200);
  expect(await isAtWork(both)).toBe(true);
});
