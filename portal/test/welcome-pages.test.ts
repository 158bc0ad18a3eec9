import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { applyKnownGuests, closeDueVisits, endSession, startSession } from "@foyer/branch-store";
import type { BranchSettings, PageSettings, PageWhen } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import {
  type Browser,
  GUEST_IP,
  handOff,
  MAC,
  openTestPortal,
  readCode,
  signedNas,
  type TestPortal,
  unsignedNas,
} from "./open-portal.ts";

const DAY = 24 * 60 * 60;
const PHONE = "0912345678";
const SHOP = "https://shop.example/menu";

const blockOf = (kind: string, fields: object) => ({ kind, fields: { ...fields } });
const says = (words: string) => blockOf("welcome", { heading: { en: words } });

/** A page that says its name, for whom it is. */
const page = (
  name: string,
  when: Partial<PageWhen>,
  more: Partial<PageSettings> = {},
): PageSettings => ({
  ...{ id: randomUUID(), name, version: 1, blocks: [says(name)] },
  when: { guests: "any", visitNumbers: [], ...when },
  ...more,
});

/** A branch whose pages are these, in this order. */
const openShop = (
  pages: PageSettings[],
  change: (settings: BranchSettings) => void = () => {},
): Promise<TestPortal> =>
  openTestPortal({
    settings: (settings) => {
      settings.branch.languages = ["en", "vi", "fa"];
      settings.pages = pages;
      change(settings);
    },
  });

/** Signs in by phone as somebody new. Gives where the NAS leads on to. */
async function signIn(portal: TestPortal, browser: Browser, details: Record<string, string> = {}) {
  await browser.askForCode(PHONE);
  await browser.submit("/code", { code: await readCode(portal) });
  return browser.post("/details", { name: "Lan", ...details });
}

/** The guest is on the Wi-Fi for a moment, and leaves. */
function beThere(portal: TestPortal): void {
  portal.store.transaction((tx) => {
    const session = { nasId: signedNas.id, acctSessionId: randomUUID(), mac: MAC, at: tx.now };
    startSession(tx, session);
    endSession(tx, { ...session, cause: "User-Request" });
  });
}

function leave(portal: TestPortal, seconds = DAY): void {
  portal.pass(seconds);
  portal.store.transaction((tx) => closeDueVisits(tx));
}

const landingOf = (location: string | null): string =>
  new URL(location ?? "").searchParams.get("userurl")?.replace(/^http:\/\/[^/]+/, "") ?? "";

/** The cloud has told of the guest with PHONE. */
function tellOf(portal: TestPortal, marks: { tags?: string[]; tenantVisits?: number }): void {
  const key = randomBytes(32);
  const phoneHash = createHmac("sha256", key).update("+84912345678").digest("hex");
  const known = { customerId: randomUUID(), phoneHash, guestIds: [], name: null, language: null };
  portal.store.transaction((tx) =>
    applyKnownGuests(tx, {
      ...{ position: 1, complete: true, key: key.toString("base64"), removed: [] },
      ...{ guests: [{ ...known, visits: 0, ...marks }], countedThrough: null },
    }),
  );
}

describe("the page of a visit", () => {
  test("MC-4.1 visits 1, 2 and 5 each see another page than the visits between", async () => {
    const portal = await openShop([
      page("The first time", { visitNumbers: [1] }),
      page("The second time", { visitNumbers: [2] }),
      page("The fifth time", { visitNumbers: [5] }),
      page("Any other time", {}),
    ]);
    const seen: string[] = [];
    for (let visit = 1; visit <= 6; visit++) {
      const browser = portal.browser();
      await browser.arrive();
      seen.push(/<h1>([^<]+)/.exec(browser.page.html)?.[1] ?? "nothing");
      if (visit === 1) await signIn(portal, browser);
      else await browser.post("/returning");
      beThere(portal);
      leave(portal);
    }
    expect(seen).toEqual([
      ...["The first time", "The second time", "Any other time", "Any other time"],
      ...["The fifth time", "Any other time"],
    ]);
  });

  test("part of MC-4.1: the first visit here of somebody who was elsewhere is not their first ever", async () => {
    const portal = await openShop([
      page("New to all of us", { tenantVisitNumbers: [1] }),
      page("New to this branch", { visitNumbers: [1] }),
    ]);
    tellOf(portal, { tenantVisits: 3 });
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.words).toContain("New to all of us");
    await signIn(portal, browser);
    await browser.arrive();
    expect(browser.page.words).toContain("New to this branch");
  });
});

test("MC-4.3 the page changes at the slot's edge, on the branch's own clock", async () => {
  const days = [1, 2, 3, 4, 5, 6, 7];
  const portal = await openShop([
    page("Good morning", { hours: [{ days, from: "06:00", to: "11:30" }] }),
    page("Good day", {}),
  ]);
  const heading = async () => {
    const browser = portal.browser();
    await browser.arrive();
    return /<h1>([^<]+)/.exec(browser.page.html)?.[1];
  };
  // The clock stands at 02:00 UTC, nine in the morning in Ho Chi Minh City.
  expect(await heading()).toBe("Good morning");
  portal.pass(2.5 * 3600 - 1);
  expect(await heading()).toBe("Good morning");
  portal.pass(1);
  expect(await heading()).toBe("Good day");
  portal.pass(18.5 * 3600 - 1);
  expect(await heading()).toBe("Good day");
  portal.pass(1);
  expect(await heading()).toBe("Good morning");
  portal.change((settings) => {
    settings.branch.timeZone = "Europe/Berlin";
  });
  expect(await heading()).toBe("Good day");
});

test("MC-4.4 the tag VIP shows its page and the guest's name, and what a guest writes is escaped", async () => {
  const name = `<img src=x onerror=alert(1)>"Lan"`;
  const blocks = [
    says("Dear {name}"),
    blockOf("heading", { text: { en: "For {name}" } }),
    blockOf("coupon", { heading: { en: "{name}'s free tea" }, code: "TEA" }),
  ];
  const portal = await openShop([page("VIP", { tags: ["vip"] }, { blocks }), page("Hello", {})]);
  const browser = portal.browser();
  await browser.arrive();
  await signIn(portal, browser, { name });
  await browser.arrive();
  expect(browser.page.words).toContain("Hello");
  tellOf(portal, { tags: ["vip"] });
  await browser.arrive();
  const shown = "&lt;img src=x onerror=alert(1)&gt;&quot;Lan&quot;";
  for (const words of [`Dear ${shown}`, `For ${shown}`, `${shown}&#39;s free tea`])
    expect(browser.page.html).toContain(words);
  expect(browser.page.html).not.toContain("<img src=x");
  // Somebody else who claims the device from elsewhere learns neither tag nor name.
  const stranger = portal.browser({ mac: "02-AA-BB-CC-00-77" });
  await stranger.arrive();
  expect(stranger.page.words).toContain("Hello");
  expect(stranger.page.words).not.toContain("Lan");
});

describe("the birthday", () => {
  const pages = [page("Happy birthday", { birthday: true }), page("Hello", {})];
  /** Somebody born then comes after some days, from nine in the morning of 1 March 2026 on. */
  const isGreeted = async (seconds: number, born: { day: string; month: string }) => {
    const portal = await openShop(pages, ({ signIn: way }) =>
      Object.assign(way, { recogniseDays: 730, recogniseRandomisedDays: 730 }),
    );
    const browser = portal.browser();
    await browser.arrive();
    await signIn(portal, browser, { ...born, year: "1996" });
    portal.pass(seconds);
    await browser.arrive();
    return browser.page.words.includes("Happy birthday");
  };

  test("MC-4.5 the page is shown on the day by the branch's date, and 29 February's on the 28th of a common year", async () => {
    const second = { day: "2", month: "3" };
    const midnight = 15 * 3600;
    expect(await isGreeted(midnight - 1, second)).toBe(false);
    expect(await isGreeted(midnight, second)).toBe(true);
    expect(await isGreeted(midnight + DAY - 1, second)).toBe(true);
    expect(await isGreeted(midnight + DAY, second)).toBe(false);
    const leapling = { day: "29", month: "2" };
    const february27 = 363 * DAY;
    expect(await isGreeted(february27, leapling)).toBe(false);
    expect(await isGreeted(february27 + DAY, leapling)).toBe(true);
    expect(await isGreeted(february27 + 2 * DAY, leapling)).toBe(false);
  });
});

test("MC-4.6 a set of pictures is shown in turn, and page and pictures stay under what is stated", async () => {
  const sources = Array.from(
    { length: 5 },
    () => `data:image/jpeg;base64,${randomBytes(35_000).toString("base64")}`,
  );
  const set = {
    pictures: sources.map((source, index) => ({ source, alt: { en: `Dish ${index}` } })),
  };
  const portal = await openShop([
    page("Today's dishes", {}, { blocks: [says("Today's dishes"), blockOf("pictures", set)] }),
  ]);
  const response = await portal.app.inject({
    url: handOff(signedNas, { mac: MAC, ip: GUEST_IP }),
    remoteAddress: GUEST_IP,
    headers: { "accept-encoding": "gzip" },
  });
  expect(response.rawPayload.length).toBeLessThanOrEqual(14 * 1024);
  const browser = portal.browser();
  await browser.arrive();
  const { html } = browser.page;
  expect(html).toContain("@keyframes turn5");
  expect(html).not.toContain("<script");
  const images = [...html.matchAll(/<img src="(\/pictures\/[^"]+)" alt="Dish \d"([^>]*)>/g)];
  expect(images.map(([, , rest]) => rest?.includes("lazy"))).toEqual([
    false,
    true,
    true,
    true,
    true,
  ]);
  const files = await Promise.all(images.map(([, url]) => portal.app.inject({ url: url ?? "" })));
  expect(files.map((each) => each.statusCode)).toEqual([200, 200, 200, 200, 200]);
  const bytes = files.reduce((sum, each) => sum + each.rawPayload.length, 0);
  expect(bytes).toBe(5 * 35_000);
  expect(bytes).toBeLessThanOrEqual(180 * 1024);
});

test("part of MC-4.6: a page whose pictures are too heavy, or gone, still shows and lets its guest in", async () => {
  const heavy = `data:image/jpeg;base64,${"A".repeat(47 * 1024)}`;
  const blocks = [
    says("Still here"),
    blockOf("pictures", { pictures: Array(6).fill({ source: heavy }) }),
    blockOf("image", { source: "/pictures/gone.jpg" }),
    blockOf("hologram", {}),
  ];
  const portal = await openShop([page("Still here", {}, { blocks })]);
  const browser = portal.browser();
  await browser.arrive();
  expect(browser.page.words).toContain("Still here");
  expect(browser.page.html).not.toContain("<img");
  expect(portal.logLines.filter((line) => line.includes("block left out"))).toHaveLength(3);
  expect((await signIn(portal, browser)).status).toBe(303);
});

describe("after access", () => {
  const allow = (settings: BranchSettings) => {
    settings.allowedDestinations = ["https://shop.example", "https://www.facebook.com/shop"];
  };
  const refreshOf = (html: string) => /http-equiv="refresh" content="(\d+);url=([^"]+)"/.exec(html);
  const goOnline = async (portal: TestPortal) => {
    const browser = portal.browser();
    await browser.arrive();
    const { location } = await signIn(portal, browser);
    await browser.open(landingOf(location));
    return browser;
  };

  test("MC-4.7 the browser goes to the page's address, else to the branch's, and to none off the list", async () => {
    const fan = page(
      "Fans",
      { visitNumbers: [1] },
      { landingUrl: "https://www.facebook.com/shop/" },
    );
    const portal = await openShop([fan, page("Others", {})], (settings) => {
      allow(settings);
      settings.signIn.landingUrl = SHOP;
    });
    const browser = await goOnline(portal);
    expect(browser.page.words).toContain("You're online, Lan");
    expect(refreshOf(browser.page.html)?.[2]).toBe("https://www.facebook.com/shop/");
    expect(browser.page.html).toContain(`class="button" href="https://www.facebook.com/shop/"`);
    beThere(portal);
    leave(portal);
    await browser.arrive();
    const online = landingOf((await browser.post("/returning")).location);
    await browser.open(online);
    expect(refreshOf(browser.page.html)?.[2]).toBe(SHOP);
    // Whatever brought such settings here: the list is asked again when a guest is sent on.
    portal.change((settings) => {
      settings.signIn.landingUrl = "https://evil.test/";
    });
    await browser.open(online);
    expect(browser.page.words).toContain("You're online, Lan");
    expect(browser.page.html).not.toContain("evil.test");
    expect(refreshOf(browser.page.html)).toBeNull();
  });

  test("part of MC-4.7: a page may send its guests nowhere, though the branch sends others on", async () => {
    const portal = await openShop([page("Stay", {}, { landingUrl: null })], (settings) => {
      allow(settings);
      settings.signIn.landingUrl = SHOP;
    });
    const { page: shown } = await goOnline(portal);
    expect(refreshOf(shown.html)).toBeNull();
    expect(shown.html).not.toContain("shop.example");
  });

  test("part of MC-4.7: settings from before there was a list send guests to the branch's own address", async () => {
    const portal = await openShop([page("Hello", {})], (settings) => {
      settings.signIn.landingUrl = SHOP;
    });
    expect(refreshOf((await goOnline(portal)).page.html)?.[2]).toBe(SHOP);
  });

  test("links, videos and the coupon of the page stand there, where they can be followed", async () => {
    const blocks = [
      says("Hello"),
      blockOf("coupon", { heading: { en: "A free tea" }, code: "TEA-2026" }),
      blockOf("button", { label: { en: "See our menu" }, url: SHOP }),
      blockOf("social", { links: [{ network: "facebook", url: "https://www.facebook.com/shop" }] }),
      blockOf("video", { title: { en: "How we roast" }, url: "https://video.example/1" }),
    ];
    const portal = await openShop([page("Hello", {}, { blocks })]);
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.words).toContain("TEA-2026");
    expect(browser.page.words).not.toMatch(/See our menu|Facebook|How we roast/);
    const { location } = await signIn(portal, browser);
    await browser.open(landingOf(location));
    for (const words of ["TEA-2026", "See our menu", "Facebook", "How we roast"])
      expect(browser.page.words).toContain(words);
    expect(browser.page.words).not.toContain("Hello");
  });
});

test("a brand's links stand below its pages after access, unless the page has links of its own", async () => {
  const brandLinks = [
    { network: "zalo", url: "https://zalo.me/shop" },
    { network: "of-a-later-release", url: SHOP },
  ];
  const wearLinks = (settings: BranchSettings) => {
    settings.brand.links = brandLinks;
  };
  const own = [{ network: "facebook", url: "https://www.facebook.com/shop" }];
  for (const [blocks, there, missing] of [
    [[says("Hello")], "Zalo", "Facebook"],
    [[says("Hello"), blockOf("social", { links: own })], "Facebook", "Zalo"],
    [null, "Zalo", "Facebook"],
  ] as const) {
    const pages = blocks ? [page("Hello", {}, { blocks: [...blocks] })] : [];
    const portal = await openShop(pages, wearLinks);
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.html).not.toContain("zalo.me");
    const { location } = await signIn(portal, browser);
    await browser.open(landingOf(location));
    expect(browser.page.words).toContain(there);
    expect(browser.page.words).not.toContain(missing);
  }
});

test("a guest whose device was never proved has met their own page too, though they saw a stranger's", async () => {
  const [first, back] = [
    page("First", { guests: "first-visit" }),
    page("Back", { guests: "returning" }),
  ];
  const portal = await openShop([first, back]);
  const browser = portal.browser({ nas: unsignedNas });
  await browser.arrive();
  await signIn(portal, browser);
  const shown = portal.store.read((tx) => tx.sql("select page_id from shown_pages").all());
  const ids = (shown as { page_id: string }[]).map((each) => each.page_id);
  expect(ids.toSorted()).toEqual([first.id, back.id].toSorted());
});

test("a page that its guest went online past is noted with its version, for those shown once", async () => {
  const once = page("News", {}, { version: 3, greet: "when-due" });
  const portal = await openShop([once]);
  const browser = portal.browser();
  await browser.arrive();
  const shown = () =>
    portal.store.read((tx) => tx.sql("select page_id, version from shown_pages").all());
  expect(shown()).toEqual([]);
  await signIn(portal, browser);
  expect(shown()).toEqual([{ page_id: once.id, version: 3 }]);
});
