import { findTicket, listOpenSessions, useTicket } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { ciscoCwaNas, cwaUrlOf } from "../src/nas/fixtures/controller-examples.ts";
import { land, openBehind, signIn, waitUntilTold } from "./go-online.ts";
import { MAC, readCode, type TestPortal } from "./open-portal.ts";

const OTHER_MAC = "02-AA-BB-CC-00-66";
/** When a test portal's clock begins. */
const BEGINS = Date.parse("2026-03-01T02:00:00Z");

/** The ticket that was given last. */
function lastTicket({ store }: TestPortal) {
  const row = store.read((tx) =>
    tx.sql("select username from tickets order by rowid desc limit 1").get(),
  ) as { username: string };
  const ticket = store.read((tx) => findTicket(tx, row.username));
  if (!ticket) throw new Error("no ticket was given");
  return ticket;
}

/** What radius does when the controller has asked about the device again. */
const letIn = (portal: TestPortal) => {
  const { username, mac } = lastTicket(portal);
  return portal.store.transaction((tx) =>
    useTicket(tx, { username, mac, nasId: ciscoCwaNas.id, requestKey: "auth 10.1.0.8" }),
  );
};

/** The link that radius made so many seconds after the beginning. */
const linkAt = (seconds: number) => cwaUrlOf(MAC, ciscoCwaNas, new Date(BEGINS + seconds * 1000));
const proofOf = ({ logLines }: TestPortal) =>
  /"proof":("[^"]+"|null).*"arrival"/.exec(logLines.at(-1) ?? "")?.[1];

describe("behind Cisco's central web authentication", () => {
  test("part of MC-1.4: a guest signs in, waits while the controller asks about the device again, and is online", async () => {
    const portal = await openBehind(ciscoCwaNas);
    const browser = await signIn(portal, linkAt(0));
    await land(browser);
    expect(browser.page.words).toContain("Connecting you");
    expect(lastTicket(portal)).toMatchObject({ nasId: ciscoCwaNas.id, mac: MAC, usedAt: null });
    expect(letIn(portal).kind).toBe("used");
    await waitUntilTold(browser);
    await land(browser);
    expect(browser.page.words).toContain("You're online, Lan");
    // RADIUS tells of the session, and the portal of who has gone online, once.
    expect(portal.store.read(listOpenSessions)).toEqual([]);
    const told = portal.events("guest.connected");
    expect(told).toHaveLength(1);
  });

  test("neither the MAC nor the link is in a log line or an address of the portal's own", async () => {
    const portal = await openBehind(ciscoCwaNas);
    const link = linkAt(0);
    await signIn(portal, link);
    const log = portal.logLines.join();
    expect(log).not.toContain(link.slice("/?cwa=".length));
    for (const url of portal.urls) expect(url.toUpperCase()).not.toContain(MAC);
  });

  test("what the controller adds to the address is passed over, though it looks like another kind's", async () => {
    const portal = await openBehind(ciscoCwaNas);
    const added = `&switch_url=${encodeURIComponent("https://203.0.113.9/login.html")}&ap_mac=00:3a:7d:00:00:01&client_mac=${OTHER_MAC}&wlan=Guest&redirect=captive.apple.com/&statusCode=1`;
    const browser = portal.browser();
    await browser.open(linkAt(0) + added);
    expect(browser.page.status).toBe(200);
    expect(browser.page.html).not.toContain("203.0.113.9");
    await browser.askForCode("0912345678");
    await browser.submit("/code", { code: await readCode(portal) });
    await browser.submit("/details", { name: "Lan" });
    expect(lastTicket(portal).mac).toBe(MAC);
  });

  test("the link proves the device to the address that brings it first, and lets nobody sign in on it who overheard it", async () => {
    const portal = await openBehind(ciscoCwaNas);
    const link = linkAt(0);
    await portal.browser().open(link);
    expect(proofOf(portal)).toBe('"signed-hand-off"');
    // The controller would let in the device of the link, and it would be the other guest's from then on.
    const other = portal.browser({ ip: "10.10.0.66" });
    await other.open(link);
    expect(other.page.status).toBe(403);
    expect(other.page.html).not.toContain('name="phone"');
    await portal.browser().open(link);
    expect(proofOf(portal)).toBe('"signed-hand-off"');
  });

  test("a known guest is greeted by name; whoever brings their link of this morning is not", async () => {
    const portal = await openBehind(ciscoCwaNas);
    const first = linkAt(0);
    const browser = await signIn(portal, first);
    letIn(portal);
    await waitUntilTold(browser);
    await land(browser);
    portal.pass(60 * 60);
    expect((await portal.browser().open(linkAt(3600))).words).toContain("Hello Lan");
    const kept = linkAt(3601);
    portal.pass(4 * 60 * 60 + 2);
    expect((await portal.browser().open(kept)).words).not.toContain("Lan");
  });

  test("a link made for another device, another branch or by hand leads nowhere", async () => {
    const portal = await openBehind(ciscoCwaNas);
    const forged = cwaUrlOf(MAC, { ...ciscoCwaNas, redirectSecret: "of-another-branch" });
    for (const url of [forged, "/?cwa=", `/?cwa=${MAC}`, "/?cwa=a&cwa=b", "/?cwa[]=a"]) {
      const { status, html } = await portal.browser().open(url);
      expect({ url, isRefused: status === 403 || /Wi-Fi/.test(html) }).toEqual({
        ...{ url, isRefused: true },
      });
      expect(html).not.toContain('name="phone"');
    }
  });

  test("the same device in two tabs: whichever ticket radius uses, the tab it is of says that it is online, and the other may go on", async () => {
    const portal = await openBehind(ciscoCwaNas);
    const browser = await signIn(portal, linkAt(0));
    await land(browser);
    const other = portal.browser();
    await other.open(linkAt(0));
    expect(other.page.status).toBe(200);
    expect(letIn(portal).kind).toBe("used");
    await waitUntilTold(browser);
    await land(browser);
    expect(browser.page.words).toContain("You're online, Lan");
    await other.open(linkAt(1));
    expect(other.page.words).toContain("Hello Lan");
  });
});
