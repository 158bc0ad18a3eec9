import { findGuestByPhone, listConsents } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import {
  type Browser,
  countMessages,
  openTestPortal,
  readCode,
  signedNas,
  type TestPortal,
} from "./open-portal.ts";

const PHONE = "0912345678";
const otherThan = (code: string) => (code === "000000" ? "000001" : "000000");

async function ask(portal: TestPortal) {
  const browser = portal.browser();
  await browser.arrive();
  await browser.askForCode(PHONE);
  return browser;
}

/** The mini-browser was closed while its guest read the message. */
async function reopen(portal: TestPortal) {
  const browser = portal.browser();
  await browser.arrive();
  expect(browser.page.words).toContain("Enter your code");
  return browser;
}

async function spendTries(portal: TestPortal, browser: Browser) {
  const code = await readCode(portal);
  for (let tries = 1; tries <= 5; tries += 1)
    await browser.submit("/code", { code: otherThan(code) });
}

const consentsOf = (portal: TestPortal) =>
  portal.store.read((tx) => {
    const guest = findGuestByPhone(tx, "+84912345678");
    return guest ? listConsents(tx, guest.id) : [];
  });

describe("nobody goes online without the consent that their tick gave", () => {
  test("the tick is carried over to a new code when the first one's life is over", async () => {
    const portal = await openTestPortal();
    await ask(portal);
    const browser = await reopen(portal);
    portal.pass(301);
    await browser.submit("/resend");
    await browser.submit("/code", { code: await readCode(portal) });
    await browser.submit("/details", { name: "Lan" });
    expect(browser.page.location).toContain("/logon?");
    expect(consentsOf(portal)).toMatchObject([{ purpose: "terms", given: true, textVersion: 1 }]);
  });

  test("the tick is carried over to a new code when the first one's tries are spent", async () => {
    const portal = await openTestPortal();
    await ask(portal);
    const browser = await reopen(portal);
    await spendTries(portal, browser);
    portal.pass(30);
    await browser.submit("/resend");
    await browser.submit("/code", { code: await readCode(portal) });
    expect(consentsOf(portal)).toMatchObject([{ purpose: "terms", given: true }]);
  });

  test("the tick is carried over to plan B when the new code cannot be sent", async () => {
    const portal = await openTestPortal();
    await ask(portal);
    const browser = await reopen(portal);
    portal.pass(301);
    portal.change(({ signIn }) => {
      signIn.phone.channels = [];
    });
    await browser.submit("/resend");
    const handedBack = await browser.post("/click-through");
    expect(handedBack.location).toContain("/logon?");
    expect(portal.events("consent.given")).toMatchObject([{ payload: { purpose: "terms" } }]);
  });

  test("terms that came into force since the code was sent are ticked beside it, at no try's cost", async () => {
    const portal = await openTestPortal();
    const { legalTexts } = portal.settings;
    portal.change((settings) => {
      settings.legalTexts = [];
    });
    const browser = portal.browser();
    await browser.arrive();
    await browser.submit("/phone", { phone: PHONE });
    portal.change((settings) => {
      settings.legalTexts = legalTexts;
    });
    const code = await readCode(portal);
    await browser.submit("/code", { code });
    expect(browser.page.status).toBe(422);
    expect(browser.page.words).toContain("Please tick the box");
    expect(browser.page.html).toContain(`value="${code}"`);
    expect(portal.events("guest.verified")).toEqual([]);
    await browser.submit("/code", { code, terms: browser.tick("terms") });
    expect(browser.page.words).toContain("Nice to meet you");
    expect(consentsOf(portal)).toMatchObject([{ purpose: "terms", given: true }]);
  });

  test("a branch without terms registers its guests under none", async () => {
    const portal = await openTestPortal({
      settings: (settings) => {
        settings.legalTexts = [];
      },
    });
    const browser = portal.browser();
    await browser.arrive();
    await browser.submit("/phone", { phone: PHONE });
    await browser.submit("/code", { code: await readCode(portal) });
    await browser.submit("/details", { name: "Lan" });
    expect(portal.events("guest.registered").map((each) => each.payload.termsVersion)).toEqual([
      null,
      null,
    ]);
  });

  test("a consent names the language of the words that were ticked, in a re-opened browser too", async () => {
    const portal = await openTestPortal({
      settings: (settings) => {
        const terms = settings.legalTexts.find((each) => each.purpose === "terms");
        delete terms?.label.en;
        delete terms?.body.en;
      },
    });
    await ask(portal);
    const browser = await reopen(portal);
    await browser.submit("/code", { code: await readCode(portal) });
    expect(portal.events("guest.registered")[0]?.payload.language).toBe("en");
    expect(consentsOf(portal)).toMatchObject([{ purpose: "terms", language: "vi" }]);
  });
});

describe("a new code to the same number", () => {
  test("waits for the cool-down since the last message, though its tries are spent", async () => {
    const portal = await openTestPortal();
    const browser = await ask(portal);
    await spendTries(portal, browser);
    portal.pass(10);
    await browser.submit("/resend");
    expect(browser.page.words).toContain("You can ask for a new code in 20 seconds");
    expect(browser.page.html).not.toContain('name="code"');
    await browser.click("Use another number");
    await browser.askForCode(PHONE);
    expect(browser.page.words).toContain("You can ask for a new code in 20 seconds");
    expect(await countMessages(portal)).toBe(1);
    portal.pass(20);
    await browser.submit("/resend");
    expect(await countMessages(portal)).toBe(2);
    await browser.submit("/code", { code: await readCode(portal) });
    expect(browser.page.words).toContain("Nice to meet you");
  });

  test("is no new one after another number was given in between: same code, tries and end", async () => {
    const portal = await openTestPortal();
    const browser = await ask(portal);
    const code = await readCode(portal);
    await browser.submit("/code", { code: otherThan(code) });
    portal.pass(60);
    await browser.click("Use another number");
    await browser.askForCode("0987654321");
    portal.pass(5);
    await browser.click("Use another number");
    await browser.askForCode(PHONE);
    expect(await countMessages(portal)).toBe(2);
    const reopened = await reopen(portal);
    await reopened.submit("/code", { code: otherThan(code) });
    expect(reopened.page.words).toContain("You have 3 more tries");
    await reopened.submit("/code", { code });
    expect(reopened.page.words).toContain("Nice to meet you");
    expect(portal.events("guest.verified")[0]?.payload.phone).toBe("+84912345678");
  });

  test("is found at another NAS of the branch, though a stranger asked for one since", async () => {
    const portal = await openTestPortal();
    const upstairs = { ...signedNas, id: crypto.randomUUID(), nasIdentifier: "upstairs" };
    portal.change((settings) => {
      settings.nas.push(upstairs);
    });
    await ask(portal);
    const code = await readCode(portal);
    portal.pass(5);
    const stranger = portal.browser({ mac: "02-EE-00-00-00-01", ip: "10.10.0.66" });
    await stranger.arrive();
    await stranger.askForCode(PHONE);
    const browser = portal.browser({ nas: upstairs });
    await browser.arrive();
    await browser.askForCode(PHONE);
    expect(await countMessages(portal)).toBe(2);
    await browser.submit("/code", { code });
    expect(browser.page.words).toContain("Nice to meet you");
  });
});
