import { findGuestByPhone, findGuestByVerifiedEmail, startSession } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { type Browser, MAC, openTestPortal, readCode, type TestPortal } from "./open-portal.ts";
import { E164, LINK, openOnline, PHONE, STRANGER, signLanIn } from "./prove-number.ts";

const EMAIL = "minh@example.com";

/** A tablet that its NAS vouches for, at a branch that takes numbers and addresses. */
const open = () =>
  openTestPortal({
    settings: ({ signIn }) => {
      signIn.email = { enabled: true };
    },
  });

function tellStart(portal: TestPortal): void {
  portal.store.transaction((tx) => {
    const nasId = portal.settings.nas[0]?.id ?? "";
    startSession(tx, { nasId, acctSessionId: tx.newId(), mac: MAC, at: tx.now });
  });
}

const contextOf = ({ page }: Browser): string =>
  /name="c" value="([^"]+)"/.exec(page.html)?.[1] ?? "";

/** Minh takes the tablet over from Lan, up to the NAS. */
async function signMinhIn(portal: TestPortal): Promise<Browser> {
  portal.pass(60);
  const browser = portal.browser();
  await browser.arrive();
  await browser.submit("/not-me");
  await browser.askForCode("0987654321");
  await browser.submit("/code", { code: await readCode(portal) });
  await browser.submit("/details", { name: "Minh" });
  return browser;
}

async function signInByEmail(portal: TestPortal, browser: Browser, c: string): Promise<void> {
  const terms = browser.tick("terms");
  await browser.submit("/email", { email: EMAIL, terms, c });
  await browser.submit("/code", { code: await readCode(portal, EMAIL) });
}

describe("a page of somebody who had the device before", () => {
  test.each([
    ["is online", true],
    ["has signed in, and is not online yet", false],
  ])("says and opens nothing of either once another %s", async (_, isOnline) => {
    const portal = await open();
    const lan = await signLanIn(portal);
    await openOnline(lan);
    expect(lan.page.words).toContain("You're online, Lan");
    await lan.click(LINK);
    expect(lan.page.words).toContain("678");
    const back = portal.browser();
    await back.arrive();
    expect(back.page.words).toContain("Hello Lan");
    const pages = portal.urls.filter((url) => /^\/(online|privacy)\?c=/.test(url));
    pages.push(`/start?c=${contextOf(back)}`);
    const minh = await signMinhIn(portal);
    if (isOnline) tellStart(portal);
    const tickets = portal.events("guest.connected").length;
    for (const page of pages) {
      await back.open(page);
      expect(back.page.words, page).not.toMatch(/Lan\b|Minh|678|321/);
    }
    await back.post("/returning", { c: contextOf(back) });
    expect(portal.events("guest.connected")).toHaveLength(tickets);
    expect((await openOnline(minh)).words).toContain("You're online, Minh");
  });

  test("who had not gone online leads to no form of theirs", async () => {
    const portal = await open();
    const lan = portal.browser();
    await lan.arrive();
    await lan.askForCode(PHONE);
    await lan.submit("/code", { code: await readCode(portal) });
    const details = portal.urls.findLast((url) => url.startsWith("/details?")) ?? "";
    const c = contextOf(lan);
    await signMinhIn(portal);
    tellStart(portal);
    await lan.open(details);
    expect(lan.page.words).toContain("You're online");
    await lan.post("/details", { c, name: "Minh again" });
    const guest = portal.store.read((tx) => findGuestByPhone(tx, E164));
    expect(guest?.name).toBeNull();
  });

  test("gives their guest no address of somebody else's", async () => {
    const portal = await open();
    const browser = portal.browser();
    await browser.arrive();
    const c = contextOf(browser);
    await signLanIn(portal);
    await signInByEmail(portal, browser, c);
    const [lan, minh] = portal.store.read((tx) => [
      findGuestByPhone(tx, E164),
      findGuestByVerifiedEmail(tx, EMAIL),
    ]);
    expect(lan?.verifiedEmail).toBeNull();
    expect(minh).toMatchObject({ phone: null, name: null });
  });
});

test("a number that was proved before somebody else went online on the device is nobody's to claim", async () => {
  const portal = await open();
  const before = portal.browser(STRANGER);
  await before.arrive();
  await before.askForCode(PHONE);
  await before.submit("/code", { code: await readCode(portal, E164) });
  portal.pass(181 * 24 * 60 * 60);
  const lan = portal.browser();
  await lan.arrive();
  await lan.askForCode(PHONE);
  await lan.submit("/code", { code: await readCode(portal, E164) });
  expect(lan.page.words).toContain("Have you been with us before?");
  const c = contextOf(lan);
  const minh = portal.browser();
  await minh.arrive();
  await signInByEmail(portal, minh, contextOf(minh));
  tellStart(portal);
  const signIns = portal.events("guest.verified").length;
  expect((await lan.post("/holder", { c, who: "same" })).status).toBe(403);
  expect(portal.events("guest.verified")).toHaveLength(signIns);
});

test("a guest whom the page knew adds an address, and by that alone reads no number", async () => {
  const portal = await open();
  await signLanIn(portal);
  const browser = portal.browser();
  await browser.arrive();
  const c = contextOf(browser);
  await browser.open(`/email?c=${c}`);
  await signInByEmail(portal, browser, c);
  const guest = portal.store.read((tx) => findGuestByVerifiedEmail(tx, EMAIL));
  expect(guest).toMatchObject({ phone: E164, name: "Lan" });
  const elsewhere = portal.browser(STRANGER);
  await elsewhere.arrive();
  await elsewhere.click(LINK);
  await elsewhere.click("Use my email instead");
  await elsewhere.submit("/privacy/address", { email: EMAIL });
  await elsewhere.submit("/privacy/code", { code: await readCode(portal, EMAIL) });
  expect(elsewhere.page.words).toContain("m•••@example.com");
  expect(elsewhere.page.words).not.toContain("678");
});
