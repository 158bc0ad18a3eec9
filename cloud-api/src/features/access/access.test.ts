import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  openTestApp,
  PASSWORD,
  randomEmail,
  type TestApp,
  type TestBrowser,
} from "../../../test/open-test-app.ts";
import { SESSION_DAYS } from "../../platform/session.ts";
import { TRIES_PER_EMAIL_AND_ADDRESS_MAX, TRIES_WINDOW_SECONDS } from "./rules.ts";
import type { Session } from "./schema.ts";
import { offerFirstSignIn } from "./sign-up.ts";

let site: TestApp;
beforeAll(async () => {
  site = await openTestApp({ startsAt: new Date("2026-03-01T00:00:00Z") });
});
afterAll(() => site?.close());

const session = async (browser: TestBrowser) =>
  (await browser.ask<Session>("GET", "/api/v1/session")).body;
const signIn = (browser: TestBrowser, email: string, extra: object = {}) =>
  browser.ask("POST", "/api/v1/session", { email, password: PASSWORD, ...extra });

describe("the operator's first sign-in", () => {
  test("is offered while nobody has an account, makes company and owner, and works once", async () => {
    const fresh = await openTestApp({ selfSignUp: false });
    const older = await fresh.database.inDirectory(offerFirstSignIn);
    const token = await fresh.database.inDirectory(offerFirstSignIn);
    const path = `/api/v1/first-sign-in/${token}`;
    const browser = fresh.browser();
    expect((await browser.ask("GET", path)).body).toEqual({ kind: "operator" });
    // A second start ends the link of the first.
    expect((await browser.ask("GET", `/api/v1/first-sign-in/${older}`)).status).toBe(404);

    const person = { email: "An@Example.test", name: "An", password: PASSWORD, language: "vi" };
    const nameless = await browser.ask("POST", "/api/v1/first-sign-in", { token, ...person });
    expect(nameless).toMatchObject({ status: 400, body: { field: "/tenantName" } });
    const body = { token, tenantName: "Quán Gió", ...person };
    const made = await browser.ask("POST", "/api/v1/first-sign-in", body);
    expect(made).toMatchObject({
      status: 200,
      body: {
        staff: { email: "an@example.test", name: "An", totpEnabled: false },
        tenants: [{ name: "Quán Gió", role: "owner" }],
        selfSignUp: false,
      },
    });
    expect((await session(browser)).tenantId).toBe((await session(browser)).tenants[0]?.id);
    expect((await browser.ask("GET", path)).status).toBe(404);
    const again = { ...body, email: "other@example.test" };
    expect((await fresh.browser().ask("POST", "/api/v1/first-sign-in", again)).status).toBe(404);
    expect(await fresh.database.inDirectory(offerFirstSignIn)).toBeNull();
    await fresh.close();
  });

  test("gives one account when its link is used twice at once", async () => {
    const fresh = await openTestApp();
    const token = await fresh.database.inDirectory(offerFirstSignIn);
    const use = (name: string) =>
      fresh.browser().ask("POST", "/api/v1/first-sign-in", {
        token,
        tenantName: name,
        email: `${name}@example.test`,
        name,
        password: PASSWORD,
        language: "en",
      });
    const answers = await Promise.all(["a", "b", "c", "d"].map(use));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404]);
    const winner = answers.findIndex(({ status }) => status === 200);
    for (const [index, name] of ["a", "b", "c", "d"].entries())
      expect((await signIn(fresh.browser(), `${name}@example.test`)).status).toBe(
        index === winner ? 200 : 401,
      );
    await fresh.close();
  });

  test("ends after a day", async () => {
    const fresh = await openTestApp({ startsAt: new Date("2026-03-01T00:00:00Z") });
    const token = await fresh.database.inDirectory(offerFirstSignIn);
    fresh.passSeconds(24 * 60 * 60);
    const path = `/api/v1/first-sign-in/${token}`;
    expect((await fresh.browser().ask("GET", path)).status).toBe(404);
    await fresh.close();
  });
});

describe("self-sign-up", () => {
  test("makes a company whose founder is its owner", async () => {
    const browser = await site.signUp({ tenantName: "  Nhà hàng Sen " });
    expect((await session(browser)).tenants).toMatchObject([
      { name: "Nhà hàng Sen", role: "owner" },
    ]);
  });

  test("is refused when it is switched off, and says that it is off", async () => {
    const closed = await openTestApp({ selfSignUp: false });
    const browser = closed.browser();
    expect((await browser.ask("GET", "/api/v1/sign-up")).body).toMatchObject({ enabled: false });
    const person = { email: randomEmail(), name: "A", password: PASSWORD, language: "vi" };
    const body = { tenantName: "A", ...person };
    expect((await browser.ask("POST", "/api/v1/sign-up", body)).status).toBe(403);
    expect((await signIn(closed.browser(), person.email)).status).toBe(401);
    await closed.close();
  });

  test("gives an e-mail address to one person, also when two ask at once", async () => {
    const email = randomEmail();
    const body = { tenantName: "A", email, name: "A", password: PASSWORD, language: "vi" };
    const answers = await Promise.all([
      site.browser().ask("POST", "/api/v1/sign-up", body),
      site
        .browser()
        .ask("POST", "/api/v1/sign-up", { ...body, email: ` ${email.toUpperCase()} `.trim() }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test("refuses a weak password before anything is made", async () => {
    const email = randomEmail();
    const body = { tenantName: "A", email, name: "A", password: "short", language: "vi" };
    expect(await site.browser().ask("POST", "/api/v1/sign-up", body)).toMatchObject({
      status: 400,
      body: { code: "invalid", field: "/password" },
    });
    expect((await signIn(site.browser(), email)).status).toBe(401);
  });
});

describe("sign-in", () => {
  test("takes the e-mail address in any case and gives a cookie that scripts cannot read", async () => {
    const email = randomEmail();
    await site.signUp({ email });
    const browser = site.browser();
    const answer = await signIn(browser, ` ${email.toUpperCase()}`);
    expect(answer.status).toBe(200);
    const cookie = String(answer.headers["set-cookie"]);
    expect(cookie).toContain("HttpOnly");
    expect(cookie).toContain("SameSite=Lax");
    expect(cookie).not.toContain("Secure");
    expect((await session(browser)).staff.email).toBe(email);
  });

  test("marks the cookie secure where the cloud is reached by https", async () => {
    const secure = await openTestApp({ origin: "https://foyer.test" });
    const email = randomEmail();
    const body = { tenantName: "A", email, name: "A", password: PASSWORD, language: "vi" };
    const answer = await secure.browser().ask("POST", "/api/v1/sign-up", body);
    expect(String(answer.headers["set-cookie"])).toContain("Secure");
    expect(answer.headers["strict-transport-security"]).toContain("max-age");
    await secure.close();
  });

  test("answers a wrong password and an unknown e-mail with the same words", async () => {
    const email = randomEmail();
    await site.signUp({ email });
    const wrong = await site
      .browser()
      .ask("POST", "/api/v1/session", { email, password: "wrong!" });
    const unknown = await signIn(site.browser(), randomEmail());
    expect(wrong.status).toBe(401);
    expect(unknown).toMatchObject({ status: wrong.status, body: wrong.body });
  });

  test("works as hard for an unknown e-mail as for a wrong password", async () => {
    const email = randomEmail();
    await site.signUp({ email });
    const measure = async (address: string) => {
      const times: number[] = [];
      for (let round = 0; round < 9; round += 1) {
        // Of the processor, of which others of a busy machine take none.
        const from = process.cpuUsage();
        await site.browser().ask("POST", "/api/v1/session", { email: address, password: "wrong" });
        const { user, system } = process.cpuUsage(from);
        times.push(user + system);
      }
      return times.toSorted((a, b) => a - b)[4] ?? 0;
    };
    const [known, unknown] = [await measure(email), await measure(randomEmail())];
    // Without the hash an unknown e-mail would answer in a tenth of the time.
    expect(unknown).toBeGreaterThan(known / 3);
  });

  test("is refused after too many tries of one e-mail from one address, even with the right password", async () => {
    const email = randomEmail();
    await site.signUp({ email });
    const attacker = site.browser("192.0.2.7");
    const wrong = () => attacker.ask("POST", "/api/v1/session", { email, password: "guess guess" });
    const answers = await Promise.all(
      Array.from({ length: TRIES_PER_EMAIL_AND_ADDRESS_MAX + 3 }, wrong),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(
      TRIES_PER_EMAIL_AND_ADDRESS_MAX,
    );
    const refused = await signIn(attacker, email);
    expect(refused).toMatchObject({ status: 429, body: { code: "busy" } });
    expect(refused.headers["retry-after"]).toBe(String(TRIES_WINDOW_SECONDS));
    // The owner, elsewhere, is not locked out by a stranger.
    expect((await signIn(site.browser("192.0.2.8"), email)).status).toBe(200);
    site.passSeconds(TRIES_WINDOW_SECONDS);
    expect((await signIn(attacker, email)).status).toBe(200);
  });

  test("ends with the sign-out, and by itself after two weeks", async () => {
    const browser = await site.signUp();
    const kept = browser.cookie();
    expect((await browser.ask("DELETE", "/api/v1/session")).status).toBe(204);
    const stolen = site.browser();
    const reuse = await stolen.ask("GET", "/api/v1/session", undefined, { cookie: kept });
    expect(reuse.status).toBe(401);

    const other = await site.signUp();
    site.passSeconds((SESSION_DAYS * 24 - 1) * 60 * 60);
    expect((await other.ask("GET", "/api/v1/session")).status).toBe(200);
    site.passSeconds(60 * 60);
    expect((await other.ask("GET", "/api/v1/session")).status).toBe(401);
  });

  test("changes one's name and language for the next time", async () => {
    const browser = await site.signUp();
    await browser.ask("PATCH", "/api/v1/me", { language: "en" });
    await browser.ask("PATCH", "/api/v1/me", { name: " Thu Hà " });
    expect((await session(browser)).staff).toMatchObject({ name: "Thu Hà", language: "en" });
  });
});
