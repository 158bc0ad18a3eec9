import { findGuest } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import {
  type Browser,
  type BrowserOptions,
  MAC,
  openTestPortal,
  readCode,
  type TestPortal,
  unsignedNas,
} from "./open-portal.ts";

const DAY = 24 * 60 * 60;
const PHONE = "0912345678";
const VIETNAMESE = '<html lang="vi"';
const ENGLISH = '<html lang="en"';

const languagesTold = (portal: TestPortal) =>
  portal.events("guest.registered").map((each) => each.payload.language);

/** Lan's phone asks for English, and she reads Vietnamese. */
async function letLanIn(portal: TestPortal, options: BrowserOptions = {}): Promise<Browser> {
  const browser = portal.browser(options);
  await browser.arrive();
  await browser.click("Tiếng Việt");
  await browser.askForCode(PHONE);
  await browser.submit("/code", { code: await readCode(portal) });
  await browser.submit("/details", { name: "Lan" });
  return browser;
}

async function arriveAnew(portal: TestPortal, options: BrowserOptions = {}): Promise<Browser> {
  const browser = portal.browser(options);
  await browser.arrive();
  return browser;
}

/** Signed in by a code, on the page after access. */
async function goOnline() {
  const portal = await openTestPortal();
  const browser = portal.browser();
  await browser.arrive();
  await browser.askForCode(PHONE);
  await browser.submit("/code", { code: await readCode(portal) });
  const { location } = await browser.submit("/details", { name: "Lan" });
  const landing = new URL(new URL(location ?? "").searchParams.get("userurl") ?? "");
  await browser.open(landing.pathname + landing.search);
  return { portal, browser };
}

describe("the language that a guest chose", () => {
  test("is theirs when they come back, and stands in no address", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal);
    portal.pass(DAY);
    portal.urls.length = 0;
    const browser = await arriveAnew(portal);
    expect(browser.page.html).toContain(VIETNAMESE);
    expect(browser.page.words).toContain("Lan");
    await browser.submit("/returning");
    expect(portal.urls.join("\n")).not.toContain("language=");
    expect(languagesTold(portal)).not.toContain("en");
    await browser.arrive({ res: "logoff" });
    expect(browser.page.html).toContain(VIETNAMESE);
  });

  test("gives way to what they choose next, of which the cloud is told once", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal);
    const before = languagesTold(portal).length;
    for (const _ of ["second", "third"]) {
      portal.pass(DAY);
      const browser = await arriveAnew(portal);
      if (browser.page.html.includes(VIETNAMESE)) await browser.click("English");
      expect(browser.page.html).toContain(ENGLISH);
      await browser.submit("/returning");
    }
    expect(languagesTold(portal).slice(before)).toEqual(["en"]);
    const told = portal.events("guest.registered").at(-1)?.payload;
    expect(told).toMatchObject({ language: "en", details: {} });
  });

  test("is theirs on another device once their number was proved there, and the cloud is told nothing new", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal);
    const before = languagesTold(portal).length;
    const browser = portal.browser({ mac: "02-AA-BB-CC-00-07", ip: "10.10.0.97" });
    await browser.arrive();
    expect(browser.page.html).toContain(ENGLISH);
    portal.pass(120);
    await browser.askForCode(PHONE);
    await browser.submit("/code", { code: await readCode(portal) });
    portal.pass(DAY);
    await browser.arrive();
    expect(browser.page.html).toContain(VIETNAMESE);
    expect(languagesTold(portal)).toHaveLength(before);
  });

  test("is not that of who says they are somebody else, nor told of them", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal);
    portal.pass(DAY);
    const browser = await arriveAnew(portal);
    await browser.submit("/not-me");
    expect(browser.page.html).toContain(ENGLISH);
    await browser.askForCode("0987654321");
    await browser.submit("/code", { code: await readCode(portal, "+84987654321") });
    await browser.submit("/details", { name: "Minh" });
    expect(languagesTold(portal).at(-1)).toBe("en");
    portal.pass(DAY);
    expect((await arriveAnew(portal)).page.html).toContain(ENGLISH);
  });

  test("on the page after access is theirs as well", async () => {
    const { portal, browser } = await goOnline();
    await browser.click("Tiếng Việt");
    expect(languagesTold(portal).slice(-1)).toEqual(["vi"]);
    portal.pass(DAY);
    expect((await arriveAnew(portal)).page.html).toContain(VIETNAMESE);
  });
});

describe("what is not their choice", () => {
  test("the language a code was asked for in, by no link but what the browser wanted", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser({ nas: unsignedNas, language: "vi" });
    await browser.arrive();
    await browser.askForCode(PHONE);
    const back = portal.browser({ nas: unsignedNas });
    await back.arrive();
    expect(back.page.html).toContain(VIETNAMESE);
    await back.submit("/code", { code: await readCode(portal) });
    expect(back.page.html).toContain(VIETNAMESE);
    await back.submit("/details", { name: "Lan" });
    const guestId = portal.events("guest.registered")[0]?.payload.guestId ?? "";
    expect(portal.store.read((tx) => findGuest(tx, guestId))?.chosenLanguage).toBeNull();
  });

  test("links that are followed without end write no more than somebody who looks for their own", async () => {
    const { portal, browser } = await goOnline();
    const before = languagesTold(portal).length;
    for (let at = 0; at < 40; at += 1) await browser.click(at % 2 === 0 ? "Tiếng Việt" : "English");
    expect(browser.page.html).toContain(ENGLISH);
    expect(languagesTold(portal).slice(before)).toHaveLength(6);
    portal.pass(15 * 60);
    await browser.click("Tiếng Việt");
    expect(languagesTold(portal).at(-1)).toBe("vi");
  });
});

describe("on a device that is nobody's", () => {
  const askForCode = async (portal: TestPortal, options: BrowserOptions = {}) => {
    const browser = portal.browser(options);
    await browser.arrive();
    await browser.click("Tiếng Việt");
    await browser.askForCode(PHONE);
    return browser;
  };

  test("a language is kept from the first tap on, and becomes that of the guest who signs in", async () => {
    const portal = await openTestPortal();
    await askForCode(portal);
    portal.pass(DAY);
    const browser = await arriveAnew(portal);
    expect(browser.page.html).toContain(VIETNAMESE);
    await browser.askForCode(PHONE);
    await browser.submit("/code", { code: await readCode(portal) });
    await browser.submit("/details", { name: "Lan" });
    portal.pass(DAY);
    const known = await arriveAnew(portal);
    expect(known.page.words).toContain("Lan");
    expect(known.page.html).toContain(VIETNAMESE);
  });

  test("whose NAS signs nothing it is nobody's choice for another's MAC, but of the code that waits", async () => {
    const portal = await openTestPortal();
    await askForCode(portal, { nas: unsignedNas });
    portal.pass(60);
    const back = await arriveAnew(portal, { nas: unsignedNas });
    expect(back.page.words).toContain("Nhập mã của bạn");
    const elsewhere = await arriveAnew(portal, { nas: unsignedNas, ip: "10.10.0.66" });
    expect(elsewhere.page.html).toContain(ENGLISH);
    portal.pass(DAY);
    const proved = await arriveAnew(portal);
    expect(proved.page.html).toContain(ENGLISH);
  });

  test("it is forgotten with its guest", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal);
    const { eraseGuest } = await import("@foyer/branch-store");
    const guestId = portal.events("guest.registered")[0]?.payload.guestId as string;
    portal.store.transaction((tx) => {
      const { id: deviceId } = tx.sql("select id from devices where mac = ?").get(MAC) as {
        id: string;
      };
      eraseGuest(tx, { guestId, deviceId, nasId: unsignedNas.id, language: "vi" });
    });
    expect((await arriveAnew(portal)).page.html).toContain(ENGLISH);
  });
});
