import { findGuestByVerifiedEmail, listConsents } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { type Browser, openTestPortal, readCode, type TestPortal } from "./open-portal.ts";
import { LINK, openOnline, STRANGER } from "./prove-number.ts";

const EMAIL = "lan@example.com";

/** A branch that knows its guests by their addresses; `withNumbers`: and by their numbers. */
const open = (withNumbers = false) =>
  openTestPortal({
    settings: ({ signIn }) => {
      signIn.email = { enabled: true };
      signIn.order = ["email"];
      signIn.phone.enabled = withNumbers;
      signIn.member = { enabled: withNumbers };
    },
  });

async function signLanIn(portal: TestPortal): Promise<Browser> {
  const browser = portal.browser();
  await browser.arrive();
  await browser.submit("/email", { email: EMAIL, terms: browser.tick("terms") });
  await browser.submit("/code", { code: await readCode(portal, EMAIL) });
  await browser.submit("/details", { name: "Lan", marketing: browser.tick("marketing") });
  await openOnline(browser);
  return browser;
}

/** On another device, from its first page on. */
async function proveAddress(portal: TestPortal, email = EMAIL): Promise<Browser> {
  const browser = portal.browser(STRANGER);
  await browser.arrive();
  await browser.click(LINK);
  if (!browser.page.html.includes('name="email"')) await browser.click("Use my email instead");
  await browser.submit("/privacy/address", { email });
  await browser.submit("/privacy/code", { code: await readCode(portal, email) });
  return browser;
}

const guestOf = (portal: TestPortal) =>
  portal.store.read((tx) => findGuestByVerifiedEmail(tx, EMAIL));

describe("a guest who is known by an address", () => {
  test("sees their data after signing in by it, and takes a consent back", async () => {
    const portal = await open();
    const browser = await signLanIn(portal);
    await browser.click(LINK);
    expect(browser.page.words).toContain("l•••@example.com");
    expect(browser.page.words).toContain("You hear from us by email");
    await browser.submit("/privacy/withdraw", { purpose: "marketing" });
    const consents = portal.store.read((tx) => listConsents(tx, guestOf(portal)?.id ?? ""));
    expect(consents.find(({ purpose }) => purpose === "marketing")?.given).toBe(false);
  });

  test("proves it on another device by a code that signs nobody in, and is forgotten by asking twice", async () => {
    const portal = await open();
    await signLanIn(portal);
    const browser = await proveAddress(portal);
    expect(browser.page.words).toContain("l•••@example.com");
    expect(portal.events("guest.connected")).toHaveLength(1);
    await browser.submit("/privacy/delete");
    await browser.submit("/privacy/delete", { sure: "yes" });
    expect(browser.page.words).toContain("We've forgotten you");
    expect(guestOf(portal)).toBeNull();
  });

  test("has a mail without a link: that would open the field that signs in", async () => {
    const portal = await open();
    await signLanIn(portal);
    await proveAddress(portal);
    const headers = { accept: "application/json" };
    const { messages } = (await portal.app.inject({ url: "/outbox", headers })).json();
    expect(messages[0].text).not.toContain("http");
  });

  test("chooses between number and address where the branch takes both, and gets no member's code by an address", async () => {
    const portal = await open(true);
    await signLanIn(portal);
    const browser = await proveAddress(portal);
    expect(browser.page.words).toContain("l•••@example.com");
    expect(browser.page.words).not.toContain("member code");
  });
});

test("an address that nobody has shows nothing, and one that cannot be is pointed out", async () => {
  const portal = await open();
  await signLanIn(portal);
  const browser = await proveAddress(portal, "minh@example.com");
  expect(browser.page.words).toContain("Nothing is kept here");
  await browser.arrive();
  await browser.click(LINK);
  await browser.submit("/privacy/address", { email: "minh" });
  expect(browser.page.words).toContain("That doesn't look like an email address");
});
