import { generateSync } from "otplib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  openTestApp,
  PASSWORD,
  randomEmail,
  type TestApp,
  type TestBrowser,
} from "../../../test/open-test-app.ts";
import { TRIES_PER_SECOND_FACTOR_MAX, TRIES_WINDOW_SECONDS } from "./rules.ts";
import type { Session } from "./schema.ts";

let site: TestApp;
beforeAll(async () => {
  site = await openTestApp({ startsAt: new Date("2026-03-01T00:00:00Z") });
});
afterAll(() => site?.close());

const session = async (browser: TestBrowser) =>
  (await browser.ask<Session>("GET", "/api/v1/session")).body;
const signIn = (browser: TestBrowser, email: string, extra: object = {}) =>
  browser.ask("POST", "/api/v1/session", { email, password: PASSWORD, ...extra });

describe("the second factor", () => {
  const now = () => Math.floor(site.clock().getTime() / 1000);
  const codeOf = (secret: string) => generateSync({ secret, epoch: now() });
  const enable = async (browser: TestBrowser) => {
    const { body } = await browser.ask<{ secret: string }>("POST", "/api/v1/me/totp");
    const confirmed = await browser.ask<{ recoveryCodes: string[] }>(
      "POST",
      "/api/v1/me/totp/confirm",
      { code: codeOf(body.secret) },
    );
    expect(confirmed.status).toBe(200);
    return { secret: body.secret, recoveryCodes: confirmed.body.recoveryCodes };
  };

  test("is offered as a picture, and is on only after a first right code", async () => {
    const browser = await site.signUp();
    const offer = await browser.ask("POST", "/api/v1/me/totp");
    expect(offer.body).toMatchObject({
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      otpauthUrl: expect.stringMatching(/^otpauth:\/\/totp\/Foyer/),
      qrSvg: expect.stringMatching(/^<svg/),
    });
    const wrong = await browser.ask("POST", "/api/v1/me/totp/confirm", { code: "000000" });
    expect(wrong).toMatchObject({ status: 400, body: { field: "/code" } });
    expect((await session(browser)).staff.totpEnabled).toBe(false);
    await enable(browser);
    expect((await session(browser)).staff.totpEnabled).toBe(true);
    expect((await browser.ask("POST", "/api/v1/me/totp")).status).toBe(409);
  });

  test("is asked for after the password, and each code serves once", async () => {
    const email = randomEmail();
    const owner = await site.signUp({ email });
    const { secret } = await enable(owner);
    const bare = await signIn(site.browser(), email);
    expect(bare).toMatchObject({ status: 401, body: { needsCode: true } });
    // A wrong password does not tell that there is a second factor.
    const guess = { email, password: "wrong wrong", code: codeOf(secret) };
    const wrong = await site.browser().ask("POST", "/api/v1/session", guess);
    expect(wrong.status).toBe(401);
    expect(wrong.body).not.toHaveProperty("needsCode");
    // The code that switched it on was used by that.
    expect((await signIn(site.browser(), email, { code: codeOf(secret) })).status).toBe(401);
    site.passSeconds(60);
    const code = codeOf(secret);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => signIn(site.browser(), email, { code })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
    // RFC 6238 §5.2: one step of clock drift either way, and no more.
    site.passSeconds(120);
    const slow = generateSync({ secret, epoch: now() - 30 });
    const slower = generateSync({ secret, epoch: now() - 90 });
    expect((await signIn(site.browser(), email, { code: slower })).status).toBe(401);
    expect((await signIn(site.browser(), email, { code: slow })).status).toBe(200);
  });

  test("has its recovery codes made anew with the password, and those of before open nothing", async () => {
    const email = randomEmail();
    const owner = await site.signUp({ email });
    const path = "/api/v1/me/recovery-codes";
    expect((await owner.ask("POST", path, { password: PASSWORD })).status).toBe(409);
    const { recoveryCodes } = await enable(owner);
    const [used, kept] = recoveryCodes;
    expect((await signIn(site.browser(), email, { code: used })).status).toBe(200);
    const left = async () => (await owner.ask<{ left: number }>("GET", path)).body.left;
    expect(await left()).toBe(9);
    const wrong = await owner.ask("POST", path, { password: "wrong wrong" });
    expect(wrong).toMatchObject({ status: 400, body: { field: "/password" } });
    expect(await left()).toBe(9);
    const renewed = await owner.ask<{ recoveryCodes: string[] }>("POST", path, {
      password: PASSWORD,
    });
    expect(renewed.body.recoveryCodes).toHaveLength(10);
    expect(await left()).toBe(10);
    expect((await signIn(site.browser(), email, { code: kept })).status).toBe(401);
    const [fresh] = renewed.body.recoveryCodes;
    expect((await signIn(site.browser(), email, { code: fresh })).status).toBe(200);
    expect((await session(owner)).staff.totpEnabled).toBe(true);
  });

  test("is not guessed by somebody with the password from many addresses", async () => {
    const email = randomEmail();
    const { recoveryCodes } = await enable(await site.signUp({ email }));
    const guesses = Array.from({ length: TRIES_PER_SECOND_FACTOR_MAX + 5 }, (_, index) =>
      signIn(site.browser(), email, { code: String(100_000 + index) }),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    const [code] = recoveryCodes;
    expect((await signIn(site.browser(), email, { code })).status).toBe(429);
    site.passSeconds(TRIES_WINDOW_SECONDS);
    expect((await signIn(site.browser(), email, { code })).status).toBe(200);
  });

  test("gives way to each recovery code once", async () => {
    const email = randomEmail();
    const { recoveryCodes } = await enable(await site.signUp({ email }));
    expect(new Set(recoveryCodes).size).toBe(10);
    const [first = "", second = ""] = recoveryCodes;
    const twice = await Promise.all(
      [first, first].map((code) => signIn(site.browser(), email, { code })),
    );
    expect(twice.map(({ status }) => status).sort()).toEqual([200, 401]);
    const typed = second.replaceAll("-", " ").toUpperCase();
    expect((await signIn(site.browser(), email, { code: typed })).status).toBe(200);
    expect((await signIn(site.browser(), email, { code: "aaaa-bbbb-cccc-dddd" })).status).toBe(401);
  });

  test("ends the person's other sessions when it is switched on, and goes off by password alone", async () => {
    const email = randomEmail();
    const owner = await site.signUp({ email });
    const elsewhere = site.browser();
    await signIn(elsewhere, email);
    await enable(owner);
    expect((await elsewhere.ask("GET", "/api/v1/session")).status).toBe(401);
    const disable = (password: string) =>
      owner.ask("POST", "/api/v1/me/totp/disable", { password });
    expect((await disable("not the password")).status).toBe(400);
    expect((await session(owner)).staff.totpEnabled).toBe(true);
    expect((await disable(PASSWORD)).status).toBe(200);
    expect((await signIn(site.browser(), email)).status).toBe(200);
  });
});
