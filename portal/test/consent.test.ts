import { createHash } from "node:crypto";
import { findGuestByPhone, listConsents } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { GUEST_IP, openTestPortal, readCode, signedNas, type TestPortal } from "./open-portal.ts";
import { LINK, openOnline } from "./prove-number.ts";

async function atDetails(portal: TestPortal, options: { language?: string } = {}) {
  const browser = portal.browser(options);
  await browser.arrive();
  await browser.askForCode("0912345678");
  await browser.submit("/code", { code: await readCode(portal) });
  return browser;
}

function consentsOf(portal: TestPortal) {
  return portal.store.read((tx) => {
    const guest = findGuestByPhone(tx, "+84912345678");
    return guest ? listConsents(tx, guest.id) : [];
  });
}

describe("consent", () => {
  test("to the terms is apart from marketing and profiling, and access needs it alone", async () => {
    const portal = await openTestPortal();
    const browser = await atDetails(portal);
    expect(browser.page.html).toMatch(/type="checkbox" name="marketing"/);
    expect(browser.page.html).toMatch(/type="checkbox" name="profiling"/);
    expect(browser.page.html).not.toMatch(/\schecked/);
    const handedBack = await browser.post("/details");
    expect(handedBack.location).toContain("/logon?");
    expect(consentsOf(portal).map((each) => each.purpose)).toEqual(["terms"]);
  });

  test("to being counted and to adverts is asked where the branch has words for them, each by itself", async () => {
    const portal = await openTestPortal({
      settings: ({ legalTexts }) => {
        for (const purpose of ["presence", "ads"] as const)
          legalTexts.push({
            ...{ purpose, version: 3, label: { en: `Yes to ${purpose}` } },
            body: { en: `What ${purpose} means` },
          });
      },
    });
    const browser = await atDetails(portal);
    expect(browser.page.words).toContain("Yes to presence");
    expect(browser.page.words).toContain("Yes to ads");
    expect(browser.page.html).not.toMatch(/\schecked/);
    await browser.submit("/details", { ads: browser.tick("ads") });
    expect(consentsOf(portal)).toMatchObject([
      { purpose: "terms" },
      { purpose: "ads", textVersion: 3 },
    ]);
    await openOnline(browser);
    await browser.click(LINK);
    expect(browser.page.words).toContain("Advertising");
    expect(browser.page.words).toContain("Presence");
  });

  test("is stored by purpose with its text's version, hash and language, the device and the place", async () => {
    const portal = await openTestPortal();
    const browser = await atDetails(portal, { language: "vi" });
    await browser.submit("/details", { profiling: browser.tick("profiling") });
    const text = portal.settings.legalTexts.find((each) => each.purpose === "profiling");
    const words = `${text?.label.vi}\n\n${text?.body.vi}`;
    const [terms, profiling] = portal.events("consent.given");
    expect(terms?.payload).toMatchObject({ purpose: "terms", textVersion: 1, ip: GUEST_IP });
    expect(profiling?.payload).toMatchObject({
      purpose: "profiling",
      textVersion: 1,
      textSha256: createHash("sha256").update(words).digest("hex"),
      language: "vi",
      nasId: signedNas.id,
      method: "portal",
    });
    expect(consentsOf(portal).map((each) => each.purpose)).toEqual(["terms", "profiling"]);
  });

  test("to terms that changed while the page was open is not taken: the guest sees the new ones", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    const oldTick = browser.tick("terms");
    portal.change((settings) => {
      const terms = settings.legalTexts.find((each) => each.purpose === "terms");
      if (terms) Object.assign(terms, { version: 2, label: { en: "New terms" } });
    });
    await browser.submit("/phone", { phone: "0912345678", terms: oldTick });
    expect(browser.page.words).toContain("The text has changed just now");
    expect(browser.page.words).toContain("New terms");
    await browser.askForCode("0912345678");
    expect(browser.page.words).toContain("Enter your code");
  });

  test("to the terms is asked in another language before it is not asked at all", async () => {
    const portal = await openTestPortal({
      settings: (settings) => {
        settings.branch.languages = ["en"];
        for (const { label } of settings.legalTexts) delete label.en;
      },
    });
    const browser = portal.browser();
    await browser.arrive();
    expect((await browser.post("/phone", { phone: "0912345678" })).status).toBe(422);
    await browser.askForCode("0912345678");
    await browser.submit("/code", { code: await readCode(portal) });
    expect(consentsOf(portal)).toMatchObject([{ purpose: "terms", language: "vi" }]);
  });

  test("has its full text on a page of its own, and the way back keeps the guest's place", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    await browser.click("Read it");
    expect(browser.page.words).toContain("Terms of use for tests.");
    await browser.click("Tiếng Việt");
    expect(browser.page.words).toContain("Điều khoản sử dụng dùng cho kiểm thử.");
    await browser.click("Quay lại");
    expect(browser.page.html).toContain('name="phone"');
    expect((await browser.open("/legal/terms")).words).toContain("Version 1");
    expect((await browser.open("/legal/nothing")).status).toBe(404);
  });
});

describe("details given of one's own will", () => {
  test("part of MC-1.1: an unknown phone that finishes the form is registered as one guest, once", async () => {
    const portal = await openTestPortal();
    const browser = await atDetails(portal);
    await browser.submit("/details", { name: "Lan", marketing: browser.tick("marketing") });
    const guestIds = new Set(portal.events("guest.registered").map((each) => each.payload.guestId));
    expect(guestIds.size).toBe(1);
    expect(portal.events("guest.verified").map((each) => each.payload)).toMatchObject([
      { phone: "+84912345678", guestId: [...guestIds][0] },
    ]);
    expect(portal.events("guest.connected")).toHaveLength(1);
  });

  test("part of MC-1.6: each is told with the guest, the moment, the branch and the terms' version", async () => {
    const portal = await openTestPortal();
    const browser = await atDetails(portal);
    portal.pass(20);
    await browser.submit("/details", {
      name: "  Nguyễn   Thị Lan ",
      email: "lan@example.com",
      day: "29",
      month: "2",
      year: "",
    });
    const told = portal.events("guest.registered").at(-1);
    expect(told).toMatchObject({
      occurredAt: "2026-03-01T02:00:20.000Z",
      branchId: portal.settings.branch.id,
      payload: {
        nasId: signedNas.id,
        termsVersion: 1,
        details: { name: "Nguyễn Thị Lan", email: "lan@example.com", birthday: "--02-29" },
      },
    });
  });

  test("that cannot be are pointed out, and nothing is lost or kept half", async () => {
    const portal = await openTestPortal();
    const browser = await atDetails(portal);
    const wrong = { name: "Lan", email: "lan@", day: "30", month: "2", year: "1990" };
    await browser.submit("/details", wrong);
    expect(browser.page.status).toBe(422);
    expect(browser.page.words).toContain("There is no such date");
    expect(browser.page.words).toContain("That doesn't look like an email");
    expect(browser.page.html).toContain('value="lan@"');
    expect(portal.events("guest.registered")).toHaveLength(1);
    await browser.submit("/details", { ...wrong, email: "", day: "28" });
    expect(browser.page.location).toContain("/logon?");
  });

  test("corrected by going back are kept, consents too, and give no second ticket", async () => {
    const portal = await openTestPortal();
    const browser = await atDetails(portal);
    const marketing = browser.tick("marketing");
    const profiling = browser.tick("profiling");
    const first = await browser.post("/details", { name: "Lna", profiling });
    portal.pass(8);
    const second = await browser.post("/details", { name: "Lan", marketing });
    expect(second.location).toBe(first.location);
    expect(portal.store.read((tx) => findGuestByPhone(tx, "+84912345678")?.name)).toBe("Lan");
    expect(consentsOf(portal).map((each) => [each.purpose, each.given])).toEqual([
      ["terms", true],
      ["profiling", false],
      ["marketing", true],
    ]);
    expect(portal.events("guest.connected")).toHaveLength(1);
  });

  test("sent twice are told once, and take back no consent of an earlier day", async () => {
    const portal = await openTestPortal();
    const browser = await atDetails(portal);
    const fields = { email: "lan@example.com", marketing: browser.tick("marketing") };
    for (const _ of [1, 2]) await browser.post("/details", fields);
    expect(portal.events("guest.registered")).toHaveLength(2);
    expect(portal.events("consent.given")).toHaveLength(2);
    portal.pass(86_400);
    const later = portal.browser({ mac: "02-AA-BB-CC-00-77", ip: "10.10.0.77" });
    await later.arrive();
    await later.askForCode("0912345678");
    await later.submit("/code", { code: await readCode(portal) });
    await later.submit("/details", { name: "Lan" });
    expect(portal.events("consent.withdrawn")).toEqual([]);
  });

  test("are asked for nobody who did not sign in", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    expect((await browser.post("/details", { name: "Mallory" })).status).toBe(403);
    expect(portal.events("guest.registered")).toHaveLength(0);
  });
});

test("no number, name, code, MAC or address of a guest is in any URL of ours or any log line", async () => {
  const portal = await openTestPortal({
    settings: ({ signIn }) => {
      signIn.phone.channels = [
        {
          kind: "http-gateway",
          method: "GET",
          url: "http://127.0.0.1:9/?to={{phone}}",
          headers: {},
          bodyTemplate: null,
          success: { statusMin: 200, statusMax: 299, bodyIncludes: null },
          timeoutSeconds: 1,
        },
        { kind: "outbox" },
      ];
    },
  });
  const browser = portal.browser();
  await browser.arrive();
  await browser.click("Read it");
  await browser.click("Back");
  await browser.askForCode("0912345678");
  const code = await readCode(portal);
  await browser.submit("/code", { code: code === "000000" ? "000001" : "000000" });
  await browser.submit("/code", { code });
  await browser.submit("/details", { name: "Lan", email: "lan@example.com" });
  await browser.open("/portal?res=notyet&uamip=1&mac=02-AA-BB-CC-00-01");
  await browser.post("/code", { c: "broken", code });
  const log = portal.logLines.join("");
  const ownUrls = portal.urls.filter((each) => !each.startsWith("/portal?"));
  expect(portal.logLines.length).toBeGreaterThan(5);
  expect(ownUrls.length).toBeGreaterThan(5);
  for (const secret of [
    /912.?345.?678/,
    /\bLan\b/,
    /lan@example/,
    /AA.?BB.?CC/i,
    new RegExp(`(?<![0-9a-f])${code}(?![0-9a-f])`, "i"),
  ]) {
    // What is sealed is not readable, so only what stands in clear is looked at.
    expect(log).not.toMatch(secret);
    expect(ownUrls.join("\n").replaceAll(/([?&]c=|userurl=)[\w%.:-]+/g, "")).not.toMatch(secret);
  }
  expect(log).not.toContain(GUEST_IP);
});
