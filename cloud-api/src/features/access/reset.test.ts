import { generateSync } from "otplib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Mailbox, openMailbox } from "../../../test/account-mails.ts";
import {
  openTestApp,
  PASSWORD,
  randomEmail,
  type TestApp,
  type TestBrowser,
} from "../../../test/open-test-app.ts";
import { withClient } from "../../platform/roles.ts";
import {
  ASKED_MAILS_PER_ADDRESS_MAX,
  ASKED_MAILS_PER_EMAIL_MAX,
  DISOWN_HOURS,
  RESET_MINUTES,
} from "./rules.ts";

const NEW_PASSWORD = "bánh mì ốp la";

let site: TestApp;
let box: Mailbox;
let email: string;
let owner: TestBrowser;
beforeAll(async () => {
  site = await openTestApp({ startsAt: new Date("2026-03-01T00:00:00Z"), sendsMail: true });
});
afterAll(() => site?.close());
beforeEach(async () => {
  box = await openMailbox(site);
  // Nobody is kept out by the tests before.
  site.passSeconds(2 * 60 * 60);
  email = randomEmail();
  owner = await site.signUp({ email });
});

const ask = (to = email, browser = site.browser()) =>
  browser.ask("POST", "/api/v1/password-resets", { email: to, language: "en" });
const askForToken = async () => {
  expect((await ask()).status).toBe(204);
  return (await box.findToken(email, "/new-password")) ?? "";
};
const use = (token: string, more: object = {}, browser = site.browser()) =>
  browser.ask("POST", "/api/v1/password-resets/use", { token, password: NEW_PASSWORD, ...more });
const signIn = (password: string, browser = site.browser(), more: object = {}) =>
  browser.ask("POST", "/api/v1/session", { email, password, ...more });
const isSignedIn = async (browser: TestBrowser) =>
  (await browser.ask("GET", "/api/v1/session")).status === 200;

async function enableTotp(browser: TestBrowser) {
  const { body } = await browser.ask<{ secret: string }>("POST", "/api/v1/me/totp");
  const makeCode = () =>
    generateSync({ secret: body.secret, epoch: Math.floor(site.clock().getTime() / 1000) });
  const confirmed = await browser.ask("POST", "/api/v1/me/totp/confirm", { code: makeCode() });
  expect(confirmed.status).toBe(200);
  return makeCode;
}

describe("a forgotten password", () => {
  test("is chosen anew by a link that came by mail, every session ends, and the owner is told", async () => {
    const elsewhere = site.browser();
    await signIn(PASSWORD, elsewhere);
    const token = await askForToken();
    const opened = await site.browser().ask("POST", "/api/v1/password-resets/open", { token });
    expect(opened).toMatchObject({ status: 200, body: { email, needsCode: false } });
    expect((await use(token)).status).toBe(204);
    for (const browser of [owner, elsewhere]) expect(await isSignedIn(browser)).toBe(false);
    expect((await signIn(PASSWORD)).status).toBe(401);
    const again = site.browser();
    expect((await signIn(NEW_PASSWORD, again)).status).toBe(200);
    expect((await box.read(email)).join("\n")).toContain("đã được chọn lại");
    type Audit = { entries: { action: string; kind: string }[] };
    const { entries } = (await again.ask<Audit>("GET", "/api/v1/audit?kind=staff")).body;
    expect(entries[0]?.action).toBe("POST /api/v1/password-resets/use");
  });

  test("the link serves once and not for long, and a short password uses none up", async () => {
    const token = await askForToken();
    expect(await use(token, { password: "short" })).toMatchObject({
      ...{ status: 400, body: { field: "/password" } },
    });
    expect((await use(token)).status).toBe(204);
    expect((await use(token)).status).toBe(404);
    const late = await askForToken();
    site.passSeconds(RESET_MINUTES * 60);
    expect((await use(late)).status).toBe(404);
    const opened = site.browser().ask("POST", "/api/v1/password-resets/open", { token: late });
    expect((await opened).status).toBe(404);
  });

  test("of two links, and of one link twice, used at once only one serves, whatever the order", async () => {
    const first = await askForToken();
    const second = await askForToken();
    expect(second).not.toBe(first);
    const answers = await Promise.all(
      [first, second, first, second].map((token, index) =>
        use(token, { password: `${NEW_PASSWORD} ${index}` }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404]);
    const won = answers.findIndex(({ status }) => status === 204);
    for (const index of [0, 1, 2, 3]) {
      const { status } = await signIn(`${NEW_PASSWORD} ${index}`);
      expect(status).toBe(index === won ? 200 : 401);
    }
  });

  test("nobody who was on the way in with the old password is in afterwards", async () => {
    const token = await askForToken();
    const browsers = Array.from({ length: 6 }, () => site.browser());
    const [reset] = await Promise.all([
      use(token),
      ...browsers.map((browser) => signIn(PASSWORD, browser)),
    ]);
    expect(reset.status).toBe(204);
    for (const browser of browsers) expect(await isSignedIn(browser)).toBe(false);
  });

  test("what is answered and done is the same for an address that nobody has", async () => {
    const nobody = randomEmail();
    const [known, unknown] = [await ask(), await ask(nobody)];
    expect(unknown.status).toBe(known.status);
    expect(unknown.body).toEqual(known.body);
    // Both lie there as they were asked for, until the job looks who has them.
    const waiting = await withClient(site.administratorUrl, async (client) => {
      const { rows } = await client.query(
        "select kind, state, facts from directory.account_mails where email = any($1)",
        [[email, nobody]],
      );
      return rows;
    });
    expect(waiting).toHaveLength(2);
    expect(waiting[0]).toEqual(waiting[1]);
    expect(await box.read(nobody)).toEqual([]);
    expect(await box.read(email)).toHaveLength(1);
  });

  test("a mailbox is not filled up by strangers, nor one network's asking endless", async () => {
    for (let asked = 0; asked < ASKED_MAILS_PER_EMAIL_MAX + 3; asked += 1)
      expect((await ask()).status).toBe(204);
    expect(await box.read(email)).toHaveLength(ASKED_MAILS_PER_EMAIL_MAX);
    const browser = site.browser("198.51.100.7");
    const statuses: number[] = [];
    for (let asked = 0; asked <= ASKED_MAILS_PER_ADDRESS_MAX; asked += 1)
      statuses.push((await ask(randomEmail(), browser)).status);
    expect(statuses.at(-1)).toBe(429);
    expect(new Set(statuses.slice(0, -1))).toEqual(new Set([204]));
  });

  test("a second factor is still asked for, and a wrong code uses no link up", async () => {
    const makeCode = await enableTotp(owner);
    const token = await askForToken();
    const opened = await site.browser().ask("POST", "/api/v1/password-resets/open", { token });
    expect(opened.body).toEqual({ email, needsCode: true });
    expect(await use(token)).toMatchObject({ status: 401, body: { needsCode: true } });
    expect((await use(token, { code: "000000" })).status).toBe(401);
    expect((await signIn(NEW_PASSWORD)).status).toBe(401);
    site.passSeconds(60);
    expect((await use(token, { code: makeCode() })).status).toBe(204);
    expect(await signIn(NEW_PASSWORD)).toMatchObject({ status: 401, body: { needsCode: true } });
  });

  test("a link's token lies nowhere in the database, and stands behind the # of its address", async () => {
    const token = await askForToken();
    const text = (await box.read(email)).at(-1) ?? "";
    expect(text).toContain(`http://foyer.test/new-password#${token}`);
    const found = await withClient(site.administratorUrl, async (client) => {
      const { rows } = await client.query(
        `select count(*)::integer as n from directory.account_links where token_hash::text like $1
         union all select count(*)::integer from directory.account_mails where facts::text like $1`,
        [`%${token}%`],
      );
      return rows.map(({ n }) => n);
    });
    expect(found).toEqual([0, 0]);
  });

  test("a mail that the server cannot take now is sent later, and one that it may have taken never again", async () => {
    await ask();
    box.behave("busy");
    expect(await box.read(email)).toEqual([]);
    box.behave("takes");
    expect(await box.read(email)).toEqual([]);
    site.passSeconds(61);
    expect(await box.read(email)).toHaveLength(1);
    box.behave("breaks off");
    await ask();
    const before = (await box.read(email)).length;
    box.behave("takes");
    site.passSeconds(61);
    expect(await box.read(email)).toHaveLength(before);
  });
});

describe("where one is signed in", () => {
  type SignIns = {
    signIns: { id: string; isCurrent: boolean; browser: string; network: string }[];
  };
  const list = async (browser: TestBrowser) =>
    (await browser.ask<SignIns>("GET", "/api/v1/me/sign-ins")).body.signIns;
  const PHONE =
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36";

  test("each session is told by its browser and where it was, and ended one by one or all others", async () => {
    const phone = site.browser("203.0.113.77");
    const body = { email, password: PASSWORD };
    await phone.ask("POST", "/api/v1/session", body, { "user-agent": PHONE });
    const [mine, other] = await list(owner);
    expect(mine).toMatchObject({ isCurrent: true });
    expect(other).toMatchObject({
      ...{ isCurrent: false, browser: "Chrome", system: "Android", network: "203.0.113.0/24" },
    });
    const end = (id = "") => owner.ask("DELETE", `/api/v1/me/sign-ins/${id}`);
    const stranger = await site.signUp();
    const foreign = await stranger.ask("DELETE", `/api/v1/me/sign-ins/${other?.id}`);
    expect(foreign.status).toBe(404);
    expect(await isSignedIn(phone)).toBe(true);
    expect((await end(other?.id)).status).toBe(204);
    expect(await isSignedIn(phone)).toBe(false);
    expect((await end(other?.id)).status).toBe(404);
    await signIn(PASSWORD, phone);
    await owner.ask("POST", "/api/v1/me/sign-out-elsewhere");
    expect(await list(owner)).toHaveLength(1);
  });

  test("when it was used last is told to five minutes", async () => {
    const [before] = await list(owner);
    site.passSeconds(6 * 60);
    await owner.ask("GET", "/api/v1/session");
    const [after] = await list(owner);
    expect(after).toMatchObject({ id: before?.id, seenAt: site.clock().toISOString() });
  });
});

describe("a sign-in from a browser that is new to somebody", () => {
  const alertsOf = async () =>
    (await box.read(email)).filter((text) => text.includes("chưa từng dùng"));

  test("is told them by mail once, and one that they know is not", async () => {
    await signIn(PASSWORD, owner);
    expect(await alertsOf()).toEqual([]);
    const laptop = site.browser("203.0.113.5");
    await signIn(PASSWORD, laptop);
    await laptop.ask("DELETE", "/api/v1/session");
    await signIn(PASSWORD, laptop);
    expect(await alertsOf()).toHaveLength(1);
    expect((await alertsOf())[0]).toContain("203.0.113.0/24");
  });

  test("somebody who planted a mark in the browser is not known by it", async () => {
    const attacker = await site.signUp();
    const victim = site.browser();
    const body = { email, password: PASSWORD };
    await victim.ask("POST", "/api/v1/session", body, { cookie: attacker.cookie() });
    expect(await alertsOf()).toHaveLength(1);
    await signIn(PASSWORD, attacker);
    expect(await alertsOf()).toHaveLength(2);
  });

  test("is ended by the link of that mail, which locks the password and begins a new one", async () => {
    const thief = site.browser();
    await signIn(PASSWORD, thief);
    const token = await box.findToken(email, "/not-me");
    const makeCode = await enableTotp(thief);
    const disown = () => site.browser().ask("POST", "/api/v1/sign-in-alerts/disown", { token });
    const answers = await Promise.all([disown(), disown()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
    for (const browser of [owner, thief]) expect(await isSignedIn(browser)).toBe(false);
    site.passSeconds(60);
    expect((await signIn(PASSWORD, thief)).status).toBe(401);
    expect((await signIn(PASSWORD, thief, { code: makeCode() })).status).toBe(401);
    const reset = await box.findToken(email, "/new-password");
    // What the thief set up a minute ago keeps nobody out.
    expect((await use(reset ?? "")).status).toBe(204);
    expect((await signIn(NEW_PASSWORD)).status).toBe(200);
  });

  test("the link takes no second factor away that was there before, and is over after some days", async () => {
    await enableTotp(owner);
    await box.read(email);
    site.passSeconds(60);
    const token = await box.findToken(email, "/not-me");
    site.passSeconds(2 * 24 * 60 * 60);
    const disown = (given: string | null) =>
      site.browser().ask("POST", "/api/v1/sign-in-alerts/disown", { token: given });
    expect((await disown(token)).status).toBe(204);
    const reset = (await box.findToken(email, "/new-password")) ?? "";
    expect(await use(reset)).toMatchObject({ status: 401, body: { needsCode: true } });
    const other = randomEmail();
    email = other;
    await site.signUp({ email });
    await signIn(PASSWORD);
    const late = await box.findToken(email, "/not-me");
    site.passSeconds(DISOWN_HOURS * 60 * 60);
    expect((await disown(late)).status).toBe(404);
  });
});

test("a cloud without a mail server says that it sends none", async () => {
  const mute = await openTestApp();
  try {
    const answer = await mute.browser().ask("POST", "/api/v1/password-resets", {
      ...{ email, language: "en" },
    });
    expect(answer.status).toBe(403);
    const told = await mute.browser().ask("GET", "/api/v1/password-resets");
    expect(told.body).toEqual({ enabled: false });
  } finally {
    await mute.close();
  }
});
