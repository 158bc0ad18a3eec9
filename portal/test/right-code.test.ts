import { useTicket } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import {
  type Browser,
  type BrowserOptions,
  countMessages,
  countTickets,
  MAC,
  openTestPortal,
  readCode,
  type TestPortal,
  ticketOf,
  unsignedNas,
} from "./open-portal.ts";

const PHONE = "0912345678";
const MINUTE = 60;
const AGAIN = "Type the same code once more";

/** A guest behind a NAS that signs nothing types the code, and the sheet closes over the form for details. */
async function typeAndClose(portal: TestPortal): Promise<string> {
  const browser = portal.browser({ nas: unsignedNas });
  await browser.arrive();
  await browser.askForCode(PHONE);
  const code = await readCode(portal);
  await browser.submit("/code", { code });
  expect(browser.page.words).toContain("Nice to meet you");
  return code;
}

async function comeBack(portal: TestPortal, options: BrowserOptions = {}): Promise<Browser> {
  const browser = portal.browser({ nas: unsignedNas, ...options });
  await browser.arrive();
  return browser;
}

/** As radius does when the NAS asks. */
function spendTicket(portal: TestPortal, location: string | null): void {
  const ticket = ticketOf(portal, location);
  if (!ticket) throw new Error("no ticket was handed back");
  const { username, nasId, mac } = ticket;
  portal.store.transaction((tx) => useTicket(tx, { username, nasId, mac, requestKey: "1" }));
}

describe("whose sheet closed between the right code and the NAS", () => {
  test("types the same code once more, and is online without another message", async () => {
    const portal = await openTestPortal();
    const code = await typeAndClose(portal);
    portal.pass(MINUTE);
    const browser = await comeBack(portal);
    expect(browser.page.words).toContain(AGAIN);
    expect(browser.page.words).not.toContain("678");
    await browser.submit("/code", { code });
    const handedBack = await browser.submit("/details", { name: "Lan" });
    expect(ticketOf(portal, handedBack.location)).toMatchObject({ mac: MAC, method: "phone-code" });
    expect(await countMessages(portal)).toBe(1);
    expect(new Set(portal.events("guest.verified").map((each) => each.payload.guestId)).size).toBe(
      1,
    );
    expect(portal.events("guest.connected")).toHaveLength(1);
  });

  test("within half a minute goes on from the arrival of now", async () => {
    const portal = await openTestPortal();
    const code = await typeAndClose(portal);
    const browser = await comeBack(portal);
    const before = portal.urls.filter((url) => url.startsWith("/details?"));
    await browser.submit("/code", { code });
    expect(browser.page.words).toContain("Nice to meet you");
    expect(before).not.toContain(portal.urls.findLast((url) => url.startsWith("/details?")));
  });

  test("has to know the code: tries are counted on, and what was typed right before opens nothing", async () => {
    const portal = await openTestPortal({
      settings: ({ signIn }) => {
        signIn.phone.triesMax = 2;
      },
    });
    const code = await typeAndClose(portal);
    const browser = await comeBack(portal);
    const wrong = code === "000000" ? "111111" : "000000";
    await browser.submit("/code", { code: wrong });
    expect(browser.page.words).toMatch(/one more try/);
    await browser.submit("/code", { code: wrong });
    await browser.submit("/code", { code });
    expect(browser.page.words).toContain("one try too many");
    expect(countTickets(portal)).toBe(0);
  });

  test.each([
    ["another address", { ip: "10.10.0.66" }],
    ["another device", { mac: "02-AA-BB-CC-00-66" }],
    ["the NAS's own address, which all its guests share", { ip: unsignedNas.source }],
  ])("is met as anybody is from %s", async (_, options) => {
    const portal = await openTestPortal();
    await typeAndClose(portal);
    const browser = await comeBack(portal, options);
    expect(browser.page.words).toContain("Mobile number");
    expect(browser.page.words).not.toContain(AGAIN);
  });

  test("and who has been online by it, or comes after its life, needs another", async () => {
    const portal = await openTestPortal();
    const code = await typeAndClose(portal);
    const browser = await comeBack(portal);
    const codePage = browser.page.html;
    await browser.submit("/code", { code });
    spendTicket(portal, (await browser.submit("/details", { name: "Lan" })).location);
    portal.pass(MINUTE);
    const later = await comeBack(portal);
    expect(later.page.words).not.toContain(AGAIN);
    const c = /name="c" value="([^"]+)"/.exec(codePage)?.[1] ?? "";
    expect((await later.post("/code", { c, code })).words).toContain("That code is over");
    const other = await openTestPortal();
    await typeAndClose(other);
    other.pass(30 * MINUTE);
    expect((await comeBack(other)).page.words).toContain("Mobile number");
  });

  test("and whose number may be another's by now is asked that once more", async () => {
    const portal = await openTestPortal();
    const first = portal.browser({ nas: unsignedNas });
    await first.arrive();
    await first.askForCode(PHONE);
    await first.submit("/code", { code: await readCode(portal) });
    spendTicket(portal, (await first.submit("/details", { name: "Lan" })).location);
    portal.pass(200 * 24 * 60 * MINUTE);
    const asks = portal.browser({ nas: unsignedNas, mac: "02-AA-BB-CC-00-44", ip: "10.10.0.44" });
    await asks.arrive();
    await asks.askForCode(PHONE);
    const code = await readCode(portal);
    await asks.submit("/code", { code });
    const question = asks.page.words;
    portal.pass(MINUTE);
    await asks.arrive();
    await asks.submit("/code", { code });
    expect(asks.page.words).toBe(question);
    expect(question).not.toContain("Lan");
  });
});
