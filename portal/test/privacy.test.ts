import { createHmac, randomBytes } from "node:crypto";
import {
  applyKnownGuests,
  findDeviceByMac,
  findGuestByPhone,
  listConsents,
  listDueCommands,
  startSession,
} from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import {
  type Browser,
  countMessages,
  countTickets,
  MAC,
  openTestPortal,
  readCode,
  type TestPortal,
  unsignedNas,
} from "./open-portal.ts";

const PHONE = "0912345678";
const E164 = "+84912345678";
const LINK = "Your data and consents";
const STRANGER = { mac: "02-AA-BB-CC-00-66", ip: "10.10.0.66" };

/** Lan signs in with her number, tells her name and says yes to news, up to the NAS. */
async function signLanIn(portal: TestPortal) {
  const browser = portal.browser();
  await browser.arrive();
  await browser.askForCode(PHONE);
  await browser.submit("/code", { code: await readCode(portal) });
  await browser.submit("/details", { name: "Lan", marketing: browser.tick("marketing") });
  return browser;
}

/** The page after access, as the NAS leads to it. */
async function openOnline(browser: Browser) {
  const back = new URL(browser.page.location ?? "").searchParams.get("userurl") ?? "";
  const { pathname, search } = new URL(back);
  return await browser.open(pathname + search);
}

/** Proves a number on the pages about data, from the first page of whoever the browser is. */
async function prove(portal: TestPortal, browser: Browser, phone = PHONE) {
  await browser.arrive();
  await browser.click(LINK);
  await browser.submit("/privacy/number", { phone });
  const code = await readCode(portal, phone === PHONE ? E164 : undefined);
  await browser.submit("/privacy/code", { code });
  return code;
}

const guestOf = (portal: TestPortal) => portal.store.read((tx) => findGuestByPhone(tx, E164));

function sayingsOf(portal: TestPortal) {
  const guestId = guestOf(portal)?.id ?? "";
  const consents = portal.store.read((tx) => listConsents(tx, guestId));
  return Object.fromEntries(consents.map(({ purpose, given }) => [purpose, given]));
}

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
    expect(portal.store.read(listDueCommands)).toHaveLength(1);
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

describe("a copy", () => {
  test("is asked for once, however often it is tapped, and the page says when", async () => {
    const portal = await openTestPortal();
    const browser = await signLanIn(portal);
    await openOnline(browser);
    await browser.click(LINK);
    await browser.post("/privacy/copy");
    await browser.submit("/privacy/copy");
    expect(browser.page.words).toContain("You asked for it on");
    expect(portal.events("guest.copy-requested").map(({ payload }) => payload)).toMatchObject([
      { guestId: guestOf(portal)?.id, language: "en" },
    ]);
  });
});

describe("a deletion", () => {
  test("is asked about first, done at once, told once, and makes the guest a stranger", async () => {
    const portal = await openTestPortal();
    const browser = await signLanIn(portal);
    await openOnline(browser);
    await browser.click(LINK);
    await browser.submit("/privacy/delete");
    expect(guestOf(portal)?.name).toBe("Lan");
    const answers = await Promise.all([1, 2].map(() => browser.post("/privacy/delete")));
    for (const { location, words } of answers)
      expect(location ?? words).toMatch(/^\/privacy\?c=|We've forgotten you/);
    await browser.submit("/privacy/delete");
    expect(browser.page.words).toContain("We've forgotten you");
    expect(guestOf(portal)).toBeNull();
    expect(portal.events("guest.deletion-requested")).toHaveLength(1);
    await browser.arrive();
    expect(browser.page.html).toContain('name="phone"');
    expect(browser.page.words).not.toMatch(/\bLan\b/);
  });

  test("racing a sign-in of the same guest: the page that lies open lets nobody in and tells nothing", async () => {
    const portal = await openTestPortal();
    await signLanIn(portal);
    portal.pass(600);
    const returning = portal.browser();
    await returning.arrive();
    const atHome = portal.browser(STRANGER);
    await prove(portal, atHome);
    const details = portal.browser({ mac: "02-AA-BB-CC-00-67", ip: "10.10.0.67" });
    await details.arrive();
    await details.askForCode(PHONE);
    await details.submit("/code", { code: await readCode(portal, E164) });
    const tickets = countTickets(portal);
    await atHome.submit("/privacy/delete", { sure: "yes" });
    expect((await details.post("/details", { name: "Lan" })).status).toBe(403);
    const tapped = await returning.post("/returning");
    expect(tapped.location).toBeNull();
    expect(tapped.html).toContain('name="phone"');
    expect(countTickets(portal)).toBeLessThan(tickets);
    const named =
      "select count(*) as count from guests where name is not null or phone is not null";
    expect(portal.store.read((tx) => tx.sql(named).get())).toEqual({ count: 0 });
  });

  test("a late word of the cloud brings no name back: who comes again is asked as a stranger", async () => {
    const portal = await openTestPortal();
    const browser = await signLanIn(portal);
    const guestId = guestOf(portal)?.id ?? "";
    await openOnline(browser);
    await browser.click(LINK);
    await browser.submit("/privacy/delete", { sure: "yes" });
    const key = randomBytes(32);
    const phoneHash = createHmac("sha256", key).update(E164).digest("hex");
    const customerId = "01990000-0000-7000-8000-0000000000c1";
    const lan = { customerId, phoneHash, guestIds: [guestId], name: "Lan", language: null };
    portal.store.transaction((tx) =>
      applyKnownGuests(tx, {
        ...{ position: 9, complete: true, key: key.toString("base64"), removed: [] },
        ...{ guests: [{ ...lan, visits: 3 }], countedThrough: null },
      }),
    );
    portal.pass(60);
    const again = portal.browser();
    await again.arrive();
    await again.askForCode(PHONE);
    await again.submit("/code", { code: await readCode(portal, E164) });
    expect(again.page.words).not.toMatch(/\bLan\b/);
    expect(guestOf(portal)).toMatchObject({ name: null });
    expect(guestOf(portal)?.id).not.toBe(guestId);
  });
});

test("no number or name is in any URL or log line of these pages", async () => {
  const portal = await openTestPortal();
  await signLanIn(portal);
  const other = portal.browser(STRANGER);
  await prove(portal, other);
  await other.submit("/privacy/delete", { sure: "yes" });
  const told = portal.logLines.join("") + portal.urls.join("\n").replaceAll(/c=[\w%.:-]+/g, "");
  expect(told).not.toMatch(/912345678|\bLan\b/);
});
