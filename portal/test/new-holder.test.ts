import { applyKnownGuests, findGuest } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import {
  MAC,
  openTestPortal,
  readCode,
  type TestPortal,
  ticketOf,
  unsignedNas,
} from "./open-portal.ts";

const DAY = 24 * 60 * 60;
const PHONE = "0912345678";
const OTHER_MAC = "02-AA-BB-CC-00-09";

/** The right code, typed on a phone; what comes next is the caller's. */
async function typeCode(portal: TestPortal, mac: string) {
  const browser = portal.browser({ mac, ip: mac === MAC ? "10.10.0.92" : "10.10.0.93" });
  await browser.arrive();
  await browser.askForCode(PHONE);
  const code = await readCode(portal);
  await browser.submit("/code", { code });
  return { browser, code };
}

/** Lan has the number, and is not heard of for so many days. */
async function leaveLan(portal: TestPortal, days: number) {
  const { browser } = await typeCode(portal, MAC);
  await browser.submit("/details", { name: "Lan" });
  portal.pass(days * DAY);
}

const sealedIn = (html: string) => /name="c" value="([^"]+)"/.exec(html)?.[1] ?? "";

const verifiedOf = (portal: TestPortal) =>
  portal.events("guest.verified").map(({ payload }) => payload);

describe("a number not heard of for half a year, on a strange phone", () => {
  test("is asked whose it is before anything of its guest is shown or joined", async () => {
    const portal = await openTestPortal();
    await leaveLan(portal, 181);
    const { browser } = await typeCode(portal, OTHER_MAC);
    expect(browser.page.words).toContain("Have you been with us before?");
    expect(browser.page.words).not.toMatch(/\bLan\b/);
    expect(verifiedOf(portal)).toHaveLength(1);
  });

  test("still the same person's joins them again", async () => {
    const portal = await openTestPortal();
    await leaveLan(portal, 181);
    const { browser } = await typeCode(portal, OTHER_MAC);
    await browser.submit("/holder", { who: "same" });
    expect(browser.page.location).toContain("/logon?");
    const [first, second] = verifiedOf(portal);
    expect(second).toEqual({ ...first, deviceId: second?.deviceId });
  });

  test("somebody else's by now makes a new guest, who gets nothing of the one before", async () => {
    const portal = await openTestPortal();
    await leaveLan(portal, 181);
    const { browser } = await typeCode(portal, OTHER_MAC);
    await browser.submit("/holder", { who: "new" });
    expect(browser.page.words).toContain("What should we call you?");
    await browser.submit("/details", { name: "Minh" });
    const [first, second] = verifiedOf(portal);
    expect(second).toMatchObject({ phone: "+84912345678", newHolder: true });
    expect(second?.guestId).not.toBe(first?.guestId);
    portal.pass(DAY);
    const again = portal.browser({ mac: OTHER_MAC, ip: "10.10.0.93" });
    await again.arrive();
    expect(again.page.words).toContain("Hello Minh!");
    const guests = [first, second].map((told) =>
      portal.store.read((tx) => findGuest(tx, String(told?.guestId))),
    );
    expect(guests).toMatchObject([
      { name: "Lan", phone: null },
      { name: "Minh", phone: "+84912345678" },
    ]);
  });

  test("answered twice at once, or with the code once more, makes one guest and one ticket", async () => {
    const portal = await openTestPortal();
    await leaveLan(portal, 181);
    const { browser, code } = await typeCode(portal, OTHER_MAC);
    const answers = await Promise.all(
      ["new", "new", "same"].map((who) => browser.post("/holder", { who })),
    );
    expect(new Set(answers.map(({ location }) => location)).size).toBe(1);
    expect((await browser.post("/code", { code })).status).toBe(303);
    expect(verifiedOf(portal)).toHaveLength(2);
  });

  test("answered again after another arrival is one guest, who goes on from where they came last", async () => {
    const portal = await openTestPortal();
    await leaveLan(portal, 181);
    const nas = unsignedNas;
    const browser = portal.browser({ nas, mac: OTHER_MAC, ip: "10.10.0.93" });
    await browser.arrive();
    await browser.askForCode(PHONE);
    const code = await readCode(portal);
    await browser.submit("/code", { code });
    const asked = browser.page.html;
    await browser.arrive();
    await browser.submit("/code", { code });
    const first = await browser.post("/holder", { who: "new", c: sealedIn(asked) });
    const second = await browser.post("/holder", { who: "new" });
    expect(second.location).toContain("/details?");
    expect(second.location).not.toBe(first.location);
    expect(verifiedOf(portal)).toHaveLength(2);
    await browser.submit("/holder", { who: "same" });
    const { location } = await browser.submit("/details", { name: "Minh" });
    expect(ticketOf(portal, location)?.mac).toBe(OTHER_MAC);
    expect(verifiedOf(portal)).toHaveLength(2);
  });

  test("a page of somebody whose code was not right answers for nobody", async () => {
    const portal = await openTestPortal();
    await leaveLan(portal, 181);
    const browser = portal.browser({ mac: OTHER_MAC, ip: "10.10.0.93" });
    await browser.arrive();
    await browser.askForCode(PHONE);
    expect((await browser.post("/holder", { who: "same" })).status).toBe(403);
    expect(verifiedOf(portal)).toHaveLength(1);
  });
});

describe("nobody is asked", () => {
  test("whose number was heard of lately, whatever phone they hold", async () => {
    const portal = await openTestPortal();
    await leaveLan(portal, 179);
    const { browser } = await typeCode(portal, OTHER_MAC);
    expect(browser.page.location).toContain("/logon?");
  });

  test("on the phone that is known to be theirs, however long they were away", async () => {
    const portal = await openTestPortal();
    await leaveLan(portal, 800);
    const { browser } = await typeCode(portal, MAC);
    expect(browser.page.location).toContain("/logon?");
  });

  test("where the branch wants it so", async () => {
    const settings = { askHolderAfterDays: 0 };
    const portal = await openTestPortal({
      settings: ({ signIn }) => Object.assign(signIn.phone, settings),
    });
    await leaveLan(portal, 800);
    const { browser } = await typeCode(portal, OTHER_MAC);
    expect(browser.page.location).toContain("/logon?");
  });
});

test("a number that only the cloud knows is asked by when the cloud heard of it last", async () => {
  const { createHmac } = await import("node:crypto");
  const key = Buffer.alloc(32);
  const ask = async (lastSeenOn: string) => {
    const portal = await openTestPortal();
    const phoneHash = createHmac("sha256", key).update("+84912345678").digest("hex");
    const told = { customerId: "01990000-0000-7000-8000-0000000000c1", phoneHash, lastSeenOn };
    const guest = { ...told, guestIds: [], name: "Lan", language: null, visits: 3 };
    portal.store.transaction((tx) =>
      applyKnownGuests(tx, {
        ...{ position: 9, complete: true, key: key.toString("base64"), removed: [] },
        ...{ countedThrough: null, guests: [guest] },
      }),
    );
    const { browser } = await typeCode(portal, OTHER_MAC);
    return { portal, browser };
  };
  const old = await ask("2025-08-01");
  expect(old.browser.page.words).toContain("Have you been with us before?");
  await old.browser.submit("/holder", { who: "new" });
  expect(old.browser.page.words).toContain("What should we call you?");
  expect(old.browser.page.words).not.toMatch(/\bLan\b/);
  const recent = await ask("2026-02-01");
  expect(recent.browser.page.location).toContain("/logon?");
});
