import { randomUUID } from "node:crypto";
import { isPageDue, whatPagesAsk } from "@foyer/admission";
import {
  closeDueVisits,
  endSession,
  findBelievedGuestId,
  findDeviceByMac,
  findViewedGuest,
  findViewer,
  ownerOf,
  startSession,
} from "@foyer/branch-store";
import type { Language, PageSettings } from "@foyer/contract";
import { expect, test } from "vitest";
import { MAC, openTestPortal, readCode, signedNas, type TestPortal } from "./open-portal.ts";

const DAY = 24 * 60 * 60;

/** A page in one language, which its guests meet once in each version. */
const pageIn = (language: Language, heading: string): PageSettings => ({
  ...{ id: randomUUID(), name: heading, version: 1, greet: "when-due" },
  when: { guests: "any", visitNumbers: [], languages: [language] },
  blocks: [{ kind: "welcome", fields: { heading: { [language]: heading } } }],
});

/** The guest is on the Wi-Fi for a moment, and comes a day later. */
function stayAndLeave(portal: TestPortal): void {
  portal.store.transaction((tx) => {
    const session = { nasId: signedNas.id, acctSessionId: randomUUID(), mac: MAC, at: tx.now };
    startSession(tx, session);
    endSession(tx, { ...session, cause: "User-Request" });
  });
  portal.pass(DAY);
  portal.store.transaction((tx) => closeDueVisits(tx));
}

/** What radius would say of the device now: see recognise in radius/src/authorize/authorize.ts. */
function isDueByRadius({ store, settings }: TestPortal): boolean {
  const { pages, signIn, branch } = settings;
  return store.read((tx) => {
    const device = findDeviceByMac(tx, MAC);
    const guestId = device && findBelievedGuestId(tx, ownerOf(device));
    const guest = guestId ? findViewedGuest(tx, guestId) : null;
    if (!device || !guest) throw new Error("the device is nobody's");
    return isPageDue({
      ...{ pages, greet: signIn.greet, hasOpenVisit: false, lastPageAt: device.pageShownAt },
      viewer: findViewer(tx, guest, whatPagesAsk(pages, signIn.greet)),
      ...{ now: tx.now, timeZone: branch.timeZone },
    });
  });
}

test("a page that is due once is met once, though its guest chose to read it in another language", async () => {
  const portal = await openTestPortal({
    settings: (settings) => {
      settings.branch.languages = ["vi", "en"];
      settings.pages = [pageIn("vi", "Chào bạn"), pageIn("en", "Hello there")];
    },
  });
  const browser = portal.browser({ language: "vi" });
  await browser.arrive();
  await browser.askForCode("0912345678");
  await browser.submit("/code", { code: await readCode(portal) });
  await browser.post("/details", { name: "Lan" });
  stayAndLeave(portal);
  expect(isDueByRadius(portal)).toBe(false);
  portal.change((settings) => {
    for (const page of settings.pages) page.version = 2;
  });
  expect(isDueByRadius(portal)).toBe(true);
  await browser.arrive();
  expect(browser.page.words).toContain("Chào bạn");
  await browser.click("English");
  expect(browser.page.words).toContain("Hello there");
  expect((await browser.post("/returning")).status).toBe(303);
  stayAndLeave(portal);
  expect(isDueByRadius(portal)).toBe(false);
});
