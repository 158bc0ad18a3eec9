import { createHash, createHmac } from "node:crypto";
import {
  answerQuestions,
  applyKnownGuests,
  findGuest,
  listOpenQuestions,
} from "@foyer/branch-store";
import type { KnownGuest } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { MAC, openTestPortal, readCode, type TestPortal, unsignedNas } from "./open-portal.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");
const PHONE = "+84912345678";
const hashOf = (text: string) =>
  createHmac("sha256", Buffer.from(KEY, "base64")).update(text).digest("hex");

/** Lan, of another branch of the brand, as the cloud tells of her. */
const lan = (given: Partial<KnownGuest> = {}): KnownGuest => ({
  ...{ customerId: "01990000-0000-7000-8000-0000000000c1", phoneHash: hashOf(PHONE), guestIds: [] },
  ...{ name: "Lan", language: "vi", visits: 2, consents: ["terms", "profiling"] },
  devices: [{ macHash: hashOf(MAC), randomised: true, provedOn: "2026-02-27" }],
  ...given,
});

function tell(portal: TestPortal, guests: KnownGuest[]): void {
  const told = { position: 1, complete: true, key: KEY, removed: [], countedThrough: null };
  portal.store.transaction((tx) => applyKnownGuests(tx, { ...told, guests }));
}

/** What the agent does once the cloud has answered. */
function answer(portal: TestPortal, guests: KnownGuest[]): void {
  portal.store.transaction((tx) => {
    const questions = listOpenQuestions(tx, 50);
    answerQuestions(tx, { questions, answers: { key: KEY, position: 1, guests } });
  });
}

const questions = (portal: TestPortal) => portal.store.read((tx) => listOpenQuestions(tx, 50));

describe("a guest of another branch", () => {
  test("is greeted by name where the NAS vouches for their device", async () => {
    const portal = await openTestPortal();
    tell(portal, [lan()]);
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.words).toContain("Hello Lan!");
    expect(portal.events("guest.recognised")).toHaveLength(1);
    expect(questions(portal)).toEqual([]);
  });

  test("is nobody where only a URL names their MAC, and nobody is asked for by it", async () => {
    const portal = await openTestPortal();
    tell(portal, [lan()]);
    const browser = portal.browser({ nas: unsignedNas });
    await browser.arrive();
    expect(browser.page.words).not.toMatch(/\bLan\b/);
    expect(portal.events("guest.recognised")).toEqual([]);
    tell(portal, []);
    await portal.browser({ nas: unsignedNas }).arrive();
    expect(questions(portal)).toEqual([]);
  });

  test("is not greeted where they did not agree to a profile", async () => {
    const portal = await openTestPortal();
    tell(portal, [lan({ consents: ["terms"] })]);
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.words).not.toMatch(/\bLan\b/);
  });
});

describe("a guest whose browser another branch gave a secret", () => {
  const TOKEN = "T".repeat(43);
  const cookies = { "foyer-device-0199f000-0000-7000-8000-00000000f00d": TOKEN };
  const tokenHash = hashOf(createHash("sha256").update(TOKEN).digest("hex"));
  const known = (given: Partial<KnownGuest> = {}) =>
    lan({ devices: [], tokens: [{ tokenHash, provedOn: "2026-02-27" }], ...given });
  const arrive = async (portal: TestPortal, given = cookies) => {
    const browser = portal.browser({ keepsCookies: true, cookies: given });
    await browser.arrive({ mac: "06-00-00-00-00-44" });
    return browser;
  };

  test("is greeted by name under a MAC that nobody has seen", async () => {
    const portal = await openTestPortal();
    tell(portal, [known()]);
    expect((await arrive(portal)).page.words).toContain("Hello Lan!");
    expect((await arrive(portal)).page.words).toContain("Hello Lan!");
    expect(portal.events("guest.recognised")).toMatchObject([
      { payload: { proof: "device-token" } },
    ]);
  });

  test("is nobody where they did not agree to a profile, or the secret is another", async () => {
    const portal = await openTestPortal();
    tell(portal, [known({ consents: ["terms"] })]);
    expect((await arrive(portal)).page.words).not.toMatch(/\bLan\b/);
    tell(portal, [known()]);
    const other = Object.fromEntries(Object.keys(cookies).map((name) => [name, "x".repeat(43)]));
    expect((await arrive(portal, other as typeof cookies)).page.words).not.toMatch(/\bLan\b/);
    expect(portal.events("guest.recognised")).toEqual([]);
  });
});

describe("a guest whom the box has not been told of", () => {
  test("is new until the cloud has answered for their device, and is greeted on the next page", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.words).not.toMatch(/\bLan\b/);
    expect(questions(portal)).toEqual([{ mac: MAC }]);
    answer(portal, [lan()]);
    await browser.arrive();
    expect(browser.page.words).toContain("Hello Lan!");
  });

  test("is asked for by the number they type, and known when their code is right", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser({ nas: unsignedNas });
    await browser.arrive();
    await browser.askForCode("0912345678");
    expect(questions(portal)).toEqual([{ phone: PHONE }]);
    answer(portal, [lan()]);
    await browser.submit("/code", { code: await readCode(portal) });
    const { guestId = "" } = portal.events("guest.verified")[0]?.payload ?? {};
    expect(portal.store.read((tx) => findGuest(tx, String(guestId)))).toMatchObject({
      name: "Lan",
    });
  });

  test("is asked for by the address they type, and known when their code is right", async () => {
    const email = "lan@example.com";
    const portal = await openTestPortal({
      settings: (settings) => {
        settings.signIn.email = { enabled: true };
        settings.signIn.order = ["email"];
      },
    });
    const browser = portal.browser({ nas: unsignedNas });
    await browser.arrive();
    await browser.submit("/email", { email: "Lan@Example.com", terms: browser.tick("terms") });
    expect(questions(portal)).toEqual([{ email }]);
    answer(portal, [lan({ phoneHash: hashOf(email), emailHashes: [hashOf(email)] })]);
    await browser.submit("/code", { code: await readCode(portal, email) });
    const { guestId = "" } = portal.events("guest.verified")[0]?.payload ?? {};
    expect(portal.store.read((tx) => findGuest(tx, String(guestId)))).toMatchObject({
      ...{ name: "Lan", verifiedEmail: email },
    });
  });

  test("comes in as somebody new while there is no answer, and has their name afterwards", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    await browser.askForCode("0912345678");
    await browser.submit("/code", { code: await readCode(portal) });
    const names = () =>
      portal
        .events("guest.registered")
        .map(({ payload }) =>
          portal.store.read((tx) => findGuest(tx, String(payload.guestId))?.name),
        );
    expect(names()).toEqual([null]);
    answer(portal, [lan()]);
    expect(names()).toEqual(["Lan"]);
  });
});
