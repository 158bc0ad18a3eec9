import { endSession, startSession } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import {
  countMessages,
  countTickets,
  GUEST_IP,
  MAC,
  openTestPortal,
  readCode,
  signedNas,
  type TestPortal,
  unsignedNas,
} from "./open-portal.ts";

const PHONE = "0912345678";
const MINUTE = 60;

/** What somebody sees who is led here for the first time. */
async function firstPage(portal: TestPortal) {
  return portal.browser({ mac: "02-AA-BB-CC-00-77", ip: "10.10.0.77" }).arrive();
}

/** Lan types her code; her browser's history then holds the page with its field and the one for details. */
async function signIn(portal: TestPortal, options: Parameters<TestPortal["browser"]>[0] = {}) {
  const browser = portal.browser(options);
  await browser.arrive();
  const c = contextOf(browser);
  await browser.askForCode(PHONE);
  const codePage = portal.urls.findLast((url) => url.startsWith("/code?")) ?? "";
  const code = await readCode(portal);
  await browser.submit("/code", { code });
  const detailsPage = portal.urls.findLast((url) => url.startsWith("/details?")) ?? "";
  return { browser, c, code, codePage, detailsPage };
}

const contextOf = ({ page }: ReturnType<TestPortal["browser"]>): string =>
  /name="c" value="([^"]+)"/.exec(page.html)?.[1] ?? "";

/** The NAS tells that the guest is online. */
function tellStart(portal: TestPortal, nas = signedNas, minutes = 60): void {
  portal.store.transaction((tx) => {
    const expectedEndAt = new Date(tx.now.getTime() + minutes * MINUTE * 1000);
    const session = { nasId: nas.id, acctSessionId: "1", mac: MAC, at: tx.now };
    startSession(tx, { ...session, ip: GUEST_IP, expectedEndAt });
  });
}

describe("a guest who goes back by the browser's own button", () => {
  test.each([
    ["a NAS that signs", signedNas],
    ["a NAS that signs nothing", unsignedNas],
  ])(
    "and is online behind %s hears so, with the time left, on each page before",
    async (_, nas) => {
      const portal = await openTestPortal();
      const { browser, codePage, detailsPage } = await signIn(portal, { nas });
      await browser.submit("/details", { name: "Lan" });
      tellStart(portal, nas);
      portal.pass(MINUTE);
      for (const page of [detailsPage, codePage, codePage.replace("/code?", "/code-field?")]) {
        await browser.open(page);
        expect(browser.page.words).toContain("You're online");
        expect(browser.page.words).toContain("Until 10:00");
        expect(browser.page.words).not.toContain("code is over");
      }
      expect(countTickets(portal)).toBe(1);
      expect(await countMessages(portal)).toBe(1);
    },
  );

  test("to a page as it was left, and taps on it, is told the same and sent nothing", async () => {
    const portal = await openTestPortal();
    const { browser, codePage, code } = await signIn(portal);
    await browser.submit("/details", { name: "Lan" });
    tellStart(portal);
    portal.pass(5 * MINUTE);
    const c = new URL(codePage, "http://portal").searchParams.get("c") ?? "";
    for (const path of ["/resend", "/code"]) {
      const shown = await browser.post(path, { c, code });
      expect(shown.words, path).toContain("You're online");
    }
    expect(await countMessages(portal)).toBe(1);
  });

  test.each([
    ["a NAS that signs", signedNas],
    ["a NAS that signs nothing", unsignedNas],
  ])("to the very first page, and is online behind %s, is sent no message", async (_, nas) => {
    const portal = await openTestPortal({
      settings: ({ signIn }) => {
        signIn.email = { enabled: true };
      },
    });
    const { browser, c } = await signIn(portal, { nas });
    const terms = /name="terms" value="([^"]+)"/.exec((await firstPage(portal)).html)?.[1] ?? "";
    tellStart(portal, nas);
    portal.pass(MINUTE);
    for (const page of ["/start", "/phone", "/email"]) {
      await browser.open(`${page}?c=${c}`);
      expect(browser.page.words, page).toContain("You're online");
    }
    for (const typed of [{ phone: PHONE }, { email: "lan@example.com" }]) {
      const path = "phone" in typed ? "/phone" : "/email";
      const shown = await browser.post(path, { c, terms, ...typed });
      expect(shown.words, path).toContain("You're online");
    }
    expect(await countMessages(portal)).toBe(1);
  });

  test("and wants another number, or is somebody else on that device, is sent a code", async () => {
    const portal = await openTestPortal();
    const { browser, c, codePage } = await signIn(portal);
    const terms = /name="terms" value="([^"]+)"/.exec((await firstPage(portal)).html)?.[1] ?? "";
    tellStart(portal);
    await browser.open(codePage.replace("/code?", "/other-number?"));
    await browser.submit("/phone", { phone: "0987654321", terms });
    expect(browser.page.words).toContain("321");
    await browser.submit("/not-me", { c });
    await browser.submit("/phone", { phone: "0976543210", terms });
    expect(await countMessages(portal)).toBe(3);
    await browser.submit("/resend");
    expect(browser.page.words).not.toContain("You're online");
  });

  test("and has typed the code already goes on by one tap, without another message", async () => {
    const portal = await openTestPortal();
    const { browser, codePage } = await signIn(portal);
    portal.pass(MINUTE);
    await browser.open(codePage);
    expect(browser.page.words).toContain("Go online");
    expect(browser.page.words).not.toContain("new code");
    await browser.submit("/returning");
    expect(browser.page.words).toContain("Nice to meet you");
    await browser.submit("/details", { name: "Lan" });
    expect(browser.page.location).toContain("/logon?");
    expect(await countMessages(portal)).toBe(1);
  });

  test("on a device that nobody vouches for types the code once more, which a stranger with that link does not know", async () => {
    const portal = await openTestPortal();
    const { browser, codePage, code } = await signIn(portal, { nas: unsignedNas });
    portal.pass(MINUTE);
    await browser.open(codePage);
    expect(browser.page.words).toContain("Type the same code once more");
    await browser.submit("/code", { code: code === "000000" ? "111111" : "000000" });
    expect(browser.page.words).toContain("That isn't the code");
    await browser.submit("/code", { code });
    expect(browser.page.words).toContain("Nice to meet you");
    expect(await countMessages(portal)).toBe(1);
  });

  test("is not told that they are online by a session from before they were led here again", async () => {
    const portal = await openTestPortal();
    await signIn(portal, { nas: unsignedNas });
    tellStart(portal, unsignedNas);
    portal.pass(MINUTE);
    // The NAS has lost it, and has not said so.
    const { browser, detailsPage } = await signIn(portal, { nas: unsignedNas });
    await browser.open(detailsPage);
    expect(browser.page.words).toContain("Nice to meet you");
  });

  test("after signing out is not told that they are online", async () => {
    const portal = await openTestPortal();
    const { browser, codePage } = await signIn(portal);
    await browser.submit("/details", { name: "Lan" });
    tellStart(portal);
    portal.pass(MINUTE);
    portal.store.transaction((tx) => {
      const session = { nasId: signedNas.id, acctSessionId: "1", mac: MAC, at: tx.now };
      endSession(tx, { ...session, cause: "User-Request" });
    });
    await browser.open(codePage);
    expect(browser.page.words).not.toContain("You're online");
    expect(browser.page.words).toContain("Hello Lan");
  });
});
