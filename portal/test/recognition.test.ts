import { startSession } from "@foyer/branch-store";
import type { OpenndsNas } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import {
  type BrowserOptions,
  MAC,
  openTestPortal,
  readCode,
  signedNas,
  type TestPortal,
  ticketOf,
  unsignedNas,
} from "./open-portal.ts";

/** Lan signs in and gets online; later she may come back. */
async function letLanIn(portal: TestPortal, options: BrowserOptions = {}) {
  const browser = portal.browser(options);
  await browser.arrive();
  await browser.askForCode("0912345678");
  await browser.submit("/code", { code: await readCode(portal) });
  return { browser, handedBack: await browser.submit("/details", { name: "Lan <3" }) };
}

const DAY = 24 * 60 * 60;

/** openNDS at FAS level 1, whose redirect the guest can write. */
const gateway: OpenndsNas = {
  kind: "opennds",
  id: "0199f000-0000-7000-8000-000000000003",
  name: "Gateway",
  source: "10.10.0.1",
  gatewayMac: "7266965dd10f",
  fasLevel: 1,
  fasKey: "key-of-the-gateway",
  loginOrigins: ["http://10.10.0.1:2050"],
};

function writeRedirect({ ip, mac }: { ip: string; mac: string }): string {
  const clientmac = mac.replaceAll("-", ":").toLowerCase();
  const text = `hid=${"a".repeat(64)}, clientip=${ip}, clientmac=${clientmac}, client_type=cpd_can, gatewayname=Cafe, gatewayaddress=10.10.0.1:2050, gatewaymac=${gateway.gatewayMac}`;
  return `/fas?fas=${encodeURIComponent(Buffer.from(text).toString("base64"))}`;
}

describe("a returning device", () => {
  test("that asks again within half a minute sees the same page, and the store is not written to", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal);
    portal.pass(DAY);
    const browser = portal.browser();
    await browser.arrive();
    const { words } = browser.page;
    const commits = portal.store.changeCount();
    for (let times = 0; times < 3; times += 1) {
      portal.pass(9);
      await browser.arrive();
      expect(browser.page.words).toBe(words);
    }
    expect(portal.store.changeCount()).toBe(commits);
    portal.pass(9);
    await browser.arrive();
    expect(portal.store.changeCount()).not.toBe(commits);
  });

  test("that its NAS vouches for is greeted by name and online in one tap", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal);
    portal.pass(DAY);
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.html).toContain("Hello Lan &lt;3!");
    const handedBack = await browser.post("/returning");
    expect(ticketOf(portal, handedBack.location)).toMatchObject({ method: "returning", mac: MAC });
    expect(portal.events("device.recognised").map((each) => each.payload.proof)).toEqual([
      "signed-hand-off",
    ]);
    expect(
      portal.events("guest.registered").filter((each) => !each.payload.details.name),
    ).toHaveLength(1);
  });

  test("is told the number of this visit, and sees the page the branch made for it", async () => {
    const portal = await openTestPortal();
    const { handedBack } = await letLanIn(portal);
    const { startSession, endSession, closeDueVisits } = await import("@foyer/branch-store");
    expect(handedBack.status).toBe(303);
    portal.store.transaction((tx) => {
      const session = { nasId: signedNas.id, acctSessionId: "1", mac: MAC, at: tx.now };
      startSession(tx, session);
      endSession(tx, { ...session, cause: "User-Request" });
    });
    portal.pass(DAY);
    portal.store.transaction((tx) => closeDueVisits(tx));
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.words).toContain("This is your visit number 2.");
    portal.change((settings) => {
      settings.pages = [];
    });
    await browser.arrive();
    expect(browser.page.words).toContain("Visit 2 Welcome back, Lan <3");
  });

  test("is forgotten once the branch's days are over", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal);
    portal.pass(15 * DAY);
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.words).not.toMatch(/\bLan\b/);
    expect(browser.page.words).toContain("Mobile number");
  });

  test("of another person signs in as themselves", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal);
    const browser = portal.browser();
    await browser.arrive();
    await browser.submit("/not-me");
    expect(browser.page.words).toContain("Mobile number");
    await browser.askForCode("0987654321");
    await browser.submit("/code", { code: await readCode(portal) });
    await browser.submit("/details", { name: "Minh" });
    await browser.arrive();
    expect(browser.page.words).toContain("Hello Minh!");
  });

  test("of another person whose sheet was closed comes back to their own code field", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal);
    portal.pass(3600);
    const minh = portal.browser();
    await minh.arrive();
    await minh.submit("/not-me");
    await minh.askForCode("0987654321");
    const reopened = portal.browser();
    await reopened.arrive();
    expect(reopened.page.words).toContain("Hello Lan");
    await reopened.submit("/not-me");
    expect(reopened.page.words).toContain("Enter your code");
    await reopened.submit("/code", { code: await readCode(portal) });
    await reopened.submit("/details", { name: "Minh" });
    expect(portal.events("guest.verified").at(-1)?.payload.phone).toBe("+84987654321");
  });

  test("of another person who needs no code is not taken for its guest either", async () => {
    const portal = await openTestPortal({
      settings: ({ signIn }) => {
        signIn.clickThrough = "always";
      },
    });
    const { browser } = await letLanIn(portal);
    await browser.arrive();
    await browser.submit("/not-me");
    const terms = browser.tick("terms");
    const { location } = await browser.post("/click-through", { terms });
    const [lan, other] = portal.events("guest.connected").map((each) => each.payload.guestId);
    expect(ticketOf(portal, location)).toMatchObject({ guestId: other, method: "click-through" });
    expect(other).not.toBe(lan);
    await browser.arrive();
    expect(browser.page.words).not.toMatch(/\bLan\b/);
  });

  test("is asked once more when the terms have changed, and only then", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal);
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.html).not.toContain('name="terms"');
    portal.change((settings) => {
      const terms = settings.legalTexts.find((each) => each.purpose === "terms");
      if (terms) Object.assign(terms, { version: 2, body: { en: "New words." } });
    });
    await browser.arrive();
    const untouched = await browser.post("/returning");
    expect(untouched.status).toBe(422);
    expect(untouched.words).toContain("Please tick the box");
    const handedBack = await browser.post("/returning", { terms: browser.tick("terms") });
    expect(handedBack.location).toContain("/logon?");
    expect(portal.events("consent.given").map((each) => each.payload.textVersion)).toEqual([1, 2]);
  });
});

describe("a MAC in a query string proves nothing", () => {
  test("a forged MAC on a NAS that signs nothing shows no name, number or visit", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal);
    const stranger = portal.browser({ nas: unsignedNas, ip: "10.10.0.66" });
    await stranger.arrive();
    expect(stranger.page.status).toBe(200);
    expect(stranger.page.words).not.toMatch(/\bLan\b|Visit|678/);
    expect(stranger.page.words).toContain("Mobile number");
    const posted = await stranger.post("/returning");
    expect(posted.location).toBeNull();
  });

  test("a signed hand-off opened from another address shows nothing either", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal);
    const signedUrl = portal.urls.findLast((each) => each.startsWith("/portal?")) ?? "";
    const stranger = portal.browser({ ip: "10.10.0.66" });
    await stranger.open(signedUrl);
    expect(stranger.page.words).not.toMatch(/\bLan\b|Visit/);
  });

  test("a signed hand-off with another MAC written into it is refused", async () => {
    const portal = await openTestPortal();
    const { browser } = await letLanIn(portal, { mac: "02-00-00-00-00-07" });
    const signedUrl = portal.urls.findLast((each) => each.startsWith("/portal?")) ?? "";
    await browser.open(signedUrl.replace("02-00-00-00-00-07", MAC));
    expect(browser.page.status).toBe(403);
    expect(browser.page.words).toContain("We can't let you in from here");
  });

  test("a session opened for a forged MAC does not prove it afterwards", async () => {
    const portal = await openTestPortal({
      settings: (settings) => {
        settings.nas.push(gateway);
        settings.signIn.clickThrough = "always";
      },
    });
    await letLanIn(portal);
    const ip = "10.10.0.66";
    const forged = writeRedirect({ ip, mac: MAC });
    const stranger = portal.browser({ ip });
    await stranger.open(forged);
    const posted = await stranger.post("/click-through", { terms: stranger.tick("terms") });
    expect(posted.location).toContain("/opennds_auth/?tok=");
    await stranger.open(forged);
    expect(stranger.page.words).toContain("Mobile number");
    expect(stranger.page.words).not.toMatch(/\bLan\b|visit number/);
  });

  test("a session that the NAS itself told of at this address proves it, at that NAS alone", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal);
    portal.store.transaction((tx) => {
      const nasId = unsignedNas.id;
      startSession(tx, { nasId, acctSessionId: "1", mac: MAC, at: tx.now, ip: "10.10.0.92" });
    });
    const browser = portal.browser({ nas: unsignedNas });
    await browser.arrive();
    expect(browser.page.words).toContain("Hello Lan");
    const elsewhere = { ...unsignedNas, id: crypto.randomUUID(), nasIdentifier: "roof" };
    portal.change((settings) => {
      settings.nas.push(elsewhere);
    });
    const other = portal.browser({ nas: elsewhere });
    await other.arrive();
    expect(other.page.words).not.toMatch(/\bLan\b/);
  });

  test("the box's own sight of the MAC behind the address does prove it", async () => {
    const portal = await openTestPortal({
      findMacOfAddress: async (address) => (address === "10.10.0.92" ? MAC : null),
    });
    await letLanIn(portal, { nas: unsignedNas });
    const browser = portal.browser({ nas: unsignedNas });
    await browser.arrive();
    expect(browser.page.words).toContain("Hello Lan");
    const stranger = portal.browser({ nas: unsignedNas, ip: "10.10.0.66" });
    await stranger.arrive();
    expect(stranger.page.words).not.toMatch(/\bLan\b/);
  });

  test("a made-up MAC is kept once its guest taps, not by the hundred as they arrive", async () => {
    const portal = await openTestPortal();
    const seen = () => portal.events("device.seen").length;
    for (let each = 10; each < 60; each += 1)
      await portal.browser({ nas: unsignedNas, mac: `02-00-00-00-00-${each}` }).arrive();
    expect(seen()).toBe(0);
    const pages = [1, 2].map(() => portal.browser({ nas: unsignedNas }));
    for (const page of pages) await page.arrive();
    for (const page of pages) await page.submit("/phone", { phone: "0912345678" });
    expect(seen()).toBe(1);
    await pages[0]?.askForCode("0912345678");
    await pages[0]?.submit("/code", { code: await readCode(portal) });
    expect(portal.events("guest.registered")[0]?.payload.deviceId).toBe(
      portal.events("device.seen")[0]?.payload.deviceId,
    );
  });

  test("a device that nobody vouched for is not tied to whoever signs in with it", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal, { nas: unsignedNas });
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.words).not.toMatch(/\bLan\b/);
  });
});

describe("a device token", () => {
  test("in a real browser knows the guest again under a new MAC, and moves them to it", async () => {
    const portal = await openTestPortal();
    const { browser, handedBack } = await letLanIn(portal, { keepsCookies: true });
    const landing = new URL(handedBack.location ?? "").searchParams.get("userurl") ?? "";
    await browser.open(landing.slice(landing.indexOf("/online")));
    expect(browser.page.headers["set-cookie"]).toMatch(/HttpOnly; SameSite=Lax/);
    await browser.arrive({ mac: "06-00-00-00-00-44" });
    expect(browser.page.words).toContain("Hello Lan");
    await browser.submit("/returning");
    const inSheet = portal.browser({ mac: "06-00-00-00-00-44" });
    await inSheet.arrive();
    expect(inSheet.page.words).toContain("Hello Lan");
  });

  test.each([
    ["under the made-up MAC that is forgotten by then", MAC],
    ["under a new MAC", "06-00-00-00-00-44"],
  ])("is believed for all of recogniseDays, %s", async (_, mac) => {
    const portal = await openTestPortal();
    const { browser, handedBack } = await letLanIn(portal, { keepsCookies: true });
    const landing = new URL(handedBack.location ?? "").searchParams.get("userurl") ?? "";
    await browser.open(landing.slice(landing.indexOf("/online")));
    portal.pass(89 * DAY);
    const withoutToken = portal.browser({ mac });
    await withoutToken.arrive();
    expect(withoutToken.page.words).not.toMatch(/\bLan\b/);
    await browser.arrive({ mac });
    expect(browser.page.words).toContain("Hello Lan");
    const forgotten = await openTestPortal();
    const { browser: late, handedBack: granted } = await letLanIn(forgotten, {
      keepsCookies: true,
    });
    const online = new URL(granted.location ?? "").searchParams.get("userurl") ?? "";
    await late.open(online.slice(online.indexOf("/online")));
    forgotten.pass(91 * DAY);
    await late.arrive({ mac });
    expect(late.page.words).not.toMatch(/\bLan\b/);
  });

  test("of a second browser on the same phone leaves the first one's standing", async () => {
    const portal = await openTestPortal();
    const { browser: first, handedBack } = await letLanIn(portal, { keepsCookies: true });
    const landingOf = (location: string | null) => {
      const landing = new URL(location ?? "").searchParams.get("userurl") ?? "";
      return landing.slice(landing.indexOf("/online"));
    };
    await first.open(landingOf(handedBack.location));
    portal.pass(3600);
    const second = portal.browser({ keepsCookies: true });
    await second.arrive();
    await second.open(landingOf((await second.post("/returning")).location));
    for (const browser of [first, second]) {
      await browser.arrive({ mac: "06-00-00-00-00-44" });
      expect(browser.page.words).toContain("Hello Lan");
    }
  });

  /** What a browser keeps after it was let in and has seen the page after access. */
  const keepToken = async (portal: TestPortal, cookies: Record<string, string> = {}) => {
    const { browser, handedBack } = await letLanIn(portal, { keepsCookies: true, cookies });
    const landing = new URL(handedBack.location ?? "").searchParams.get("userurl") ?? "";
    await browser.open(landing.slice(landing.indexOf("/online")));
    return browser.cookies();
  };

  test("stays beside that of another branch whose portal is called the same", async () => {
    const portal = await openTestPortal();
    const elsewhere = { "foyer-device-0199f000-0000-7000-8000-00000000f00d": "B".repeat(43) };
    const kept = await keepToken(portal, elsewhere);
    expect(kept).toMatchObject(elsewhere);
    expect(Object.keys(kept)).toHaveLength(2);
    const again = portal.browser({ keepsCookies: true, cookies: kept });
    await again.arrive({ mac: "06-00-00-00-00-44" });
    expect(again.page.words).toContain("Hello Lan");
  });

  test("that was given under the name of the release before is still known", async () => {
    const portal = await openTestPortal();
    const [token = ""] = Object.values(await keepToken(portal));
    const older = portal.browser({ keepsCookies: true, cookies: { "foyer-device": token } });
    await older.arrive({ mac: "06-00-00-00-00-44" });
    expect(older.page.words).toContain("Hello Lan");
  });

  test("is not wasted on a mini-browser, which forgets it", async () => {
    const portal = await openTestPortal();
    const { browser, handedBack } = await letLanIn(portal);
    const landing = new URL(handedBack.location ?? "").searchParams.get("userurl") ?? "";
    await browser.open(landing.slice(landing.indexOf("/online")));
    expect(browser.page.words).toContain("You're online, Lan");
    expect(browser.page.headers["set-cookie"]).toBeUndefined();
  });

  test("that somebody made up knows nobody", async () => {
    const portal = await openTestPortal();
    await letLanIn(portal);
    const response = await portal.app.inject({
      url: portal.urls[0] ?? "",
      remoteAddress: "10.10.0.66",
      headers: { cookie: "foyer-device=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
    });
    expect(response.body.slice(response.body.indexOf("<body>"))).not.toMatch(/\bLan\b/);
  });
});
