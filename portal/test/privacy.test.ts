import { findDeviceByMac, listDueDisconnects, startSession } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import {
  countMessages,
  countTickets,
  MAC,
  openTestPortal,
  readCode,
  unsignedNas,
  withoutState,
} from "./open-portal.ts";
import {
  E164,
  guestOf,
  LINK,
  openOnline,
  PHONE,
  prove,
  STRANGER,
  sayingsOf,
  signLanIn,
} from "./prove-number.ts";

describe("a guest's consents", () => {
  test("are shown after a sign-in by code: what, yes or no, when, which version, and the very words", async () => {
    const portal = await openTestPortal();
    const browser = await signLanIn(portal);
    await openOnline(browser);
    await browser.click(LINK);
    const { words } = browser.page;
    expect(words).toContain("Terms of use");
    expect(words).toMatch(/News and offers You agreed on .*March 1, 2026.*09:00/);
    expect(words).toContain("You haven't agreed to this.");
    expect(words).toMatch(/678/);
    expect(words).not.toContain("0912 345 678");
    await browser.click("The very words (version 1)");
    expect(browser.page.words).toContain("Terms of use for tests.");
  });

  test("name the words that were agreed to, when others have come into force since", async () => {
    const portal = await openTestPortal();
    const browser = await signLanIn(portal);
    portal.change(({ legalTexts }) => {
      for (const text of legalTexts)
        Object.assign(text, { version: 2, label: { en: "Newer" }, body: { en: "Newer words." } });
    });
    await openOnline(browser);
    await browser.click(LINK);
    await browser.click("The very words (version 1)");
    expect(browser.page.words).toContain("Terms of use for tests.");
    expect(browser.page.words).not.toContain("Newer words.");
  });

  test("are taken back by one tap each, which taps twice alike, and given again by a tick", async () => {
    const portal = await openTestPortal();
    const browser = await signLanIn(portal);
    await openOnline(browser);
    await browser.click(LINK);
    await browser.post("/privacy/withdraw", { purpose: "marketing" });
    await browser.submit("/privacy/withdraw", { purpose: "marketing" });
    expect(browser.page.words).toContain("You took it back on");
    expect(sayingsOf(portal)).toEqual({ terms: true, marketing: false });
    expect(portal.events("consent.withdrawn").map(({ payload }) => payload)).toMatchObject([
      { purpose: "marketing", textVersion: 1, method: "portal", language: "en" },
    ]);
    await browser.submit("/privacy/give", { purpose: "marketing" });
    expect(sayingsOf(portal)).toMatchObject({ marketing: false });
    const tick = browser.tick("marketing");
    await browser.submit("/privacy/give", { purpose: "marketing", marketing: tick });
    expect(sayingsOf(portal)).toEqual({ terms: true, marketing: true });
    expect(portal.events("consent.given").filter(isMarketing)).toHaveLength(2);
  });

  test("to the terms are asked about first, and taken back they end access and every right to it", async () => {
    const portal = await openTestPortal();
    const browser = await signLanIn(portal);
    const atNas = browser.page.location;
    const session = { nasId: portal.settings.nas[0]?.id ?? "", acctSessionId: "s1", mac: MAC };
    portal.store.transaction((tx) =>
      startSession(tx, { ...session, at: tx.now, guestId: guestOf(portal)?.id ?? "" }),
    );
    await openOnline(browser);
    await browser.click(LINK);
    await browser.submit("/privacy/withdraw", { purpose: "terms" });
    expect(browser.page.words).toContain("Leave the Wi-Fi?");
    expect(sayingsOf(portal)).toMatchObject({ terms: true });
    await browser.submit("/privacy/withdraw");
    expect(sayingsOf(portal)).toMatchObject({ terms: false, marketing: true });
    expect(browser.page.location).toContain("/logoff");
    expect(portal.store.read(listDueDisconnects)).toHaveLength(1);
    expect(portal.store.read((tx) => findDeviceByMac(tx, MAC)?.guestId)).toBeNull();
    expect(countTickets(portal)).toBe(0);
    expect(atNas).toContain("/logon");
  });

  test("to the terms, taken back before going online, are asked for anew by the way in", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    await browser.askForCode(PHONE);
    await browser.submit("/code", { code: await readCode(portal) });
    const atDetails = browser.page;
    const c = /name="c" value="([^"]+)"/.exec(atDetails.html)?.[1] ?? "";
    await browser.open(`/privacy?c=${c}`);
    await browser.submit("/privacy/withdraw", { purpose: "terms" });
    await browser.submit("/privacy/withdraw");
    expect(browser.page.words).toContain("You no longer agree to our terms of use");
    // The page from before still lies open in another tab.
    const old = await browser.post("/details", { c, name: "Lan" });
    expect(old.status).toBe(403);
    expect(countTickets(portal)).toBe(0);
    await browser.arrive();
    expect(browser.page.html).toContain('name="terms"');
  });
});

const isMarketing = ({ payload }: { payload: { purpose: string } }) =>
  payload.purpose === "marketing";

describe("without proof of the number", () => {
  test("nothing personal is shown: not to a greeted device, nor to whoever claims its MAC", async () => {
    const portal = await openTestPortal();
    await signLanIn(portal);
    portal.pass(600);
    const known = portal.browser();
    await known.arrive();
    expect(known.page.words).toContain("Hello Lan!");
    await known.click(LINK);
    expect(known.page.words).toContain("We show it only to whoever holds the number");
    expect(known.page.words).not.toMatch(/\bLan\b|News and offers/);
    const forger = portal.browser({ nas: unsignedNas, mac: MAC, ip: "10.10.0.66" });
    await forger.arrive();
    await forger.click(LINK);
    expect(forger.page.words).not.toMatch(/\bLan\b|678|News and offers/);
  });

  test.each(["/privacy/withdraw", "/privacy/give", "/privacy/copy", "/privacy/delete"])(
    "%s changes nothing and asks for the number",
    async (action) => {
      const portal = await openTestPortal();
      await signLanIn(portal);
      const before = portal.store.changeCount();
      const forger = portal.browser({ nas: unsignedNas, mac: MAC, ip: "10.10.0.66" });
      await forger.arrive();
      await forger.click(LINK);
      const answer = await forger.post(action, { purpose: "marketing", sure: "yes" });
      expect(answer.words).toContain("Mobile number");
      expect(sayingsOf(portal)).toEqual({ terms: true, marketing: true });
      expect(guestOf(portal)?.name).toBe("Lan");
      expect(before).toBeGreaterThan(0);
      expect(portal.events("guest.copy-requested")).toEqual([]);
    },
  );

  test("a made-up page, and one of another address, open nothing", async () => {
    const portal = await openTestPortal();
    const browser = await signLanIn(portal);
    await openOnline(browser);
    const c = /\/privacy\?c=([^"]+)/.exec(browser.page.html)?.[1] ?? "";
    const elsewhere = portal.browser(STRANGER);
    expect((await elsewhere.open(`/privacy?c=${c}`)).status).toBe(403);
    expect((await elsewhere.open("/privacy?c=broken")).status).toBe(403);
    expect(elsewhere.page.words).not.toMatch(/\bLan\b/);
  });

  test("who is online and opens the address by hand is asked for the number, anybody else to join", async () => {
    const portal = await openTestPortal();
    const stranger = portal.browser(STRANGER);
    expect((await stranger.open("/privacy")).words).toContain("Please join our Wi-Fi");
    await signLanIn(portal);
    const { nas } = portal.settings;
    const session = { nasId: nas[0]?.id ?? "", acctSessionId: "s1", mac: MAC, ip: STRANGER.ip };
    portal.store.transaction((tx) => startSession(tx, { ...session, at: tx.now }));
    await stranger.open("/privacy");
    expect(stranger.page.html).toContain('action="/privacy/number"');
    expect(stranger.page.words).not.toMatch(/\bLan\b/);
    await stranger.click("Back");
    expect(stranger.page.status).toBe(200);
  });

  test("somebody else's number shows theirs alone, and a number nobody has shows nothing", async () => {
    const portal = await openTestPortal();
    await signLanIn(portal);
    const stranger = portal.browser(STRANGER);
    await stranger.arrive();
    await stranger.click(LINK);
    await stranger.submit("/privacy/number", { phone: "0987654321" });
    const code = await readCode(portal, "+84987654321");
    await stranger.submit("/privacy/code", { code });
    expect(stranger.page.words).toContain("Nothing is kept here");
    await stranger.arrive();
    await stranger.click(LINK);
    expect(stranger.page.words).not.toContain("News and offers");
    expect(portal.events("guest.verified")).toHaveLength(1);
  });

  test("a wrong code costs a try, and after the last one even the right one shows nothing", async () => {
    const portal = await openTestPortal();
    await signLanIn(portal);
    const stranger = portal.browser(STRANGER);
    await stranger.arrive();
    await stranger.click(LINK);
    await stranger.submit("/privacy/number", { phone: PHONE });
    const code = await readCode(portal, E164);
    const wrong = code === "000000" ? "000001" : "000000";
    for (let tries = portal.settings.signIn.phone.triesMax; tries > 0; tries -= 1) {
      const answer = await stranger.post("/privacy/code", { code: wrong });
      expect(answer.status).toBe(422);
      expect(answer.words).not.toMatch(/\bLan\b|News and offers/);
    }
    const late = await stranger.post("/privacy/code", { code });
    expect(late.words).not.toMatch(/News and offers/);
    expect(late.location).toBeNull();
  });

  test("a number that was silent for half a year may be another's by now: it has to sign in first", async () => {
    const portal = await openTestPortal();
    await signLanIn(portal);
    portal.pass(181 * 24 * 60 * 60);
    const stranger = portal.browser(STRANGER);
    await prove(portal, stranger);
    expect(stranger.page.words).toContain("Please sign in first");
    expect(stranger.page.words).not.toMatch(/News and offers|\bLan\b/);
  });

  test("whoever only looked goes back by a link to where they were, in a window without a button for it", async () => {
    const portal = await openTestPortal();
    const newcomer = portal.browser(STRANGER);
    await newcomer.arrive();
    await newcomer.click(LINK);
    await newcomer.click("Back");
    expect(newcomer.page.html).toContain('action="/phone"');
    const browser = await signLanIn(portal);
    await openOnline(browser);
    const { words } = browser.page;
    await browser.click(LINK);
    await browser.click("Back");
    expect(browser.page.words).toBe(words);
  });

  test("where no numbers are known, staff are named", async () => {
    const portal = await openTestPortal({
      settings: ({ signIn }) => {
        signIn.phone.enabled = false;
        signIn.clickThrough = "always";
      },
    });
    const browser = portal.browser();
    await browser.arrive();
    await browser.click(LINK);
    expect(browser.page.words).toContain("Please ask our staff");
  });
});

describe("a code asked for on these pages", () => {
  test("shows the guest on any device, and signs nobody in", async () => {
    const portal = await openTestPortal();
    await signLanIn(portal);
    const tickets = countTickets(portal);
    const other = portal.browser(STRANGER);
    await prove(portal, other);
    expect(other.page.words).toContain("News and offers");
    expect(countTickets(portal)).toBe(tickets);
    expect(portal.events("guest.verified")).toHaveLength(1);
    const device = portal.store.read((tx) => findDeviceByMac(tx, STRANGER.mac));
    expect(device?.guestId).toBeNull();
  });

  test("sent twice shows the same page, and asking twice sends one message", async () => {
    const portal = await openTestPortal();
    await signLanIn(portal);
    const before = await countMessages(portal);
    const other = portal.browser(STRANGER);
    await other.arrive();
    await other.click(LINK);
    await other.post("/privacy/number", { phone: PHONE });
    await other.submit("/privacy/number", { phone: PHONE });
    expect(await countMessages(portal)).toBe(before + 1);
    const code = await readCode(portal, E164);
    const answers = await Promise.all([1, 2].map(() => other.post("/privacy/code", { code })));
    for (const { location } of answers) expect(location).toMatch(/^\/privacy\?c=/);
  });

  test("keeps to the limits on messages, and says so", async () => {
    const portal = await openTestPortal({
      settings: ({ signIn }) => {
        signIn.phone.messagesPerPhoneHour = 1;
      },
    });
    await signLanIn(portal);
    const other = portal.browser(STRANGER);
    await other.arrive();
    await other.click(LINK);
    await other.submit("/privacy/number", { phone: PHONE });
    expect(other.page.status).toBe(429);
  });
});

test("what was proved here does not go through the access controller to the page after access", async () => {
  const portal = await openTestPortal();
  await signLanIn(portal);
  const other = portal.browser(STRANGER);
  await prove(portal, other);
  expect(other.page.words).toContain("News and offers");
  await other.click("Back");
  await other.askForCode("0912000001");
  await other.submit("/code", { code: await readCode(portal, "+84912000001") });
  await other.submit("/details", { name: "Minh" });
  await openOnline(other);
  await other.click(LINK);
  // Minh's own, who signed in here; not those of whose number was proved before.
  await other.submit("/privacy/delete", { sure: "yes" });
  expect(guestOf(portal)?.name).toBe("Lan");
});

test("no number or name is in any URL or log line of these pages", async () => {
  const portal = await openTestPortal();
  await signLanIn(portal);
  const other = portal.browser(STRANGER);
  await prove(portal, other);
  await other.submit("/privacy/delete", { sure: "yes" });
  const told = portal.logLines.join("") + withoutState(portal.urls);
  expect(told).not.toMatch(/912345678|\bLan\b/);
});
