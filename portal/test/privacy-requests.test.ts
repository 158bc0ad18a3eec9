import { createHmac, randomBytes } from "node:crypto";
import { applyKnownGuests } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { countTickets, openTestPortal, readCode } from "./open-portal.ts";
import {
  E164,
  guestOf,
  LINK,
  openOnline,
  PHONE,
  prove,
  STRANGER,
  signLanIn,
} from "./prove-number.ts";

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
