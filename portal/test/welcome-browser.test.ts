import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applySettings, openBranchStore, seeDevice, signInGuest } from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import { chromium, type Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { startPortal } from "../src/start.ts";
import { handOff, MAC, signedNas } from "./open-portal.ts";

const require = createRequire(import.meta.url);
const CHROMIUM = "/usr/bin/chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
const TARGET_PIXELS_MIN = 44;

async function listen(handle: RequestListener): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A branch with Lan, who is known, behind a NAS that lets in whoever brings a ticket. */
async function openBranch(change: (settings: BranchSettings) => void) {
  const nasOrigin = await listen((request, response) => {
    const url = new URL(request.url ?? "/", "http://nas");
    response.writeHead(302, { location: url.searchParams.get("userurl") ?? "/" }).end();
  });
  const folder = mkdtempSync(join(tmpdir(), "foyer-welcome-"));
  const settings: BranchSettings = structuredClone(
    require("@foyer/contract/fixtures/settings/branch-settings.json"),
  );
  const boxId = "01990000-0000-7000-8000-000000000003";
  const identity = { tenantId: settings.tenantId, branchId: settings.branch.id, boxId };
  const store = openBranchStore({ folder, identity, clock: () => new Date() });
  const place = { stateFolder: folder, store, host: "127.0.0.1", port: 0 };
  const portal = await startPortal({ ...place, logLevel: "silent" });
  const uamServer = `${portal.origin}/portal`;
  settings.nas = [{ ...signedNas, uamServer, loginOrigins: [nasOrigin] }];
  settings.branch.languages = ["en", "vi", "fa"];
  settings.legalTexts = settings.legalTexts.slice(0, 1);
  change(settings);
  store.transaction((tx) => {
    applySettings(tx, settings);
    const device = seeDevice(tx, { mac: MAC, nasId: signedNas.id, by: "portal" });
    const who = { deviceId: device.id, nasId: signedNas.id, details: { name: "Lan" } };
    const phone = "+84912345678";
    signInGuest(tx, { ...who, language: "en", termsVersion: 1, phone, proved: true });
  });
  onTestFinished(async () => {
    await portal.close();
    store.close();
    rmSync(folder, { recursive: true });
  });
  const uamport = new URL(nasOrigin).port;
  const arrival = { mac: MAC, ip: "127.0.0.1", uamip: "127.0.0.1", uamport };
  return portal.origin + handOff({ ...signedNas, uamServer }, arrival);
}

async function openPage(options: { width?: number; locale?: string; still?: boolean }) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...QUIET] });
  onTestFinished(() => browser.close());
  const context = await browser.newContext({
    viewport: { width: options.width ?? 390, height: 844 },
    ...{ javaScriptEnabled: false, locale: options.locale ?? "en-GB" },
    reducedMotion: options.still ? "reduce" : "no-preference",
  });
  return context.newPage();
}

/** A small picture of one colour, as an SVG. */
const picture = (colour: string) =>
  `data:image/svg+xml;base64,${btoa(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><path fill="${colour}" d="M0 0h4v3H0z"/></svg>`)}`;
const words = (text: string) => ({ en: text, vi: text, fa: text });
const pictures = {
  kind: "pictures",
  fields: {
    pictures: ["red", "green", "blue"].map((each) => ({
      source: picture(each),
      alt: { en: each },
    })),
  },
};

function showPage(settings: BranchSettings, blocks: BranchSettings["pages"][number]["blocks"]) {
  const id = "0199f000-0000-7000-8000-0000000000aa";
  const when = { guests: "any" as const, visitNumbers: [] };
  settings.pages = [{ id, name: "All", version: 1, when, blocks }];
}

/** One property of each picture of the set, as the browser draws it. */
function readStyles(page: Page, property: "opacity" | "animationName"): Promise<string[]> {
  return page.evaluate(
    `[...document.querySelectorAll(".turn img")].map((each) => getComputedStyle(each).${property})`,
  );
}

async function goOnline(page: Page) {
  const terms = page.locator('input[name="terms"]');
  if (await terms.count()) await terms.check();
  await page.locator('form[action="/returning"] button:not(.plain)').click();
  await page.locator(".mark.draw").waitFor();
}

test.skipIf(!existsSync(CHROMIUM))(
  "part of MC-4.6: in a real browser, without JavaScript, each picture has its turn, and none moves for whoever wants it still",
  async () => {
    const url = await openBranch((settings) => showPage(settings, [pictures]));
    const page = await openPage({});
    await page.goto(url);
    // What is on top of the others and opaque is what is seen.
    const findTop = async () => (await readStyles(page, "opacity")).lastIndexOf("1");
    const seen = new Set<number>();
    for (const began = Date.now(); seen.size < 3 && Date.now() - began < 20_000; ) {
      const top = await findTop();
      if (top >= 0) seen.add(top);
      await page.waitForTimeout(200);
    }
    expect([...seen].sort()).toEqual([0, 1, 2]);
    const still = await openPage({ still: true });
    await still.goto(url);
    expect(await readStyles(still, "animationName")).toEqual(["none", "none", "none"]);
  },
  40_000,
);

test.skipIf(!existsSync(CHROMIUM))(
  "part of MC-4.7: in a real browser, without JavaScript, a guest who is online comes to the shop's own page by themselves",
  async () => {
    const shop = await listen((_, response) => response.end("<h1>Our fans</h1>"));
    const url = await openBranch((settings) => {
      settings.allowedDestinations = [shop];
      settings.signIn.landingUrl = `${shop}/fans`;
    });
    const page = await openPage({});
    await page.goto(url);
    await goOnline(page);
    await page.waitForURL(`${shop}/fans`, { timeout: 30_000 });
    expect(await page.locator("h1").textContent()).toBe("Our fans");
  },
  40_000,
);

const cases = [390, 1280].flatMap((width) =>
  ["en-GB", "vi-VN", "fa-IR"].map((locale) => [width, locale] as const),
);
test.skipIf(!existsSync(CHROMIUM)).each(cases)(
  "every block fits %i pixels in %s, and whatever is tapped is large enough for a thumb",
  async (width, locale) => {
    const until = new Date(Date.now() + 100 * 60 * 60 * 1000).toISOString();
    const url = await openBranch((settings) => {
      settings.surveys = [
        {
          ...{ id: "spring", title: words("How was it?") },
          questions: [
            { kind: "rating", id: "stars", label: words("Stars"), required: true },
            { kind: "text", id: "more", label: words("More?"), required: false },
          ],
        },
      ];
      showPage(settings, [
        { kind: "welcome", fields: { heading: words("Ễ {name}"), text: words("Hello") } },
        pictures,
        {
          kind: "heading",
          fields: { text: words("Supercalifragilisticexpialidocious".repeat(2)) },
        },
        { kind: "text", fields: { text: words("Words of the day.") } },
        { kind: "image", fields: { source: picture("tan") } },
        { kind: "countdown", fields: { text: words("Sale in"), until } },
        { kind: "survey", fields: { survey: "spring" } },
        {
          kind: "coupon",
          fields: { heading: words("A tea"), code: "ABCDEFGHIJKLMNOPQRSTUVWXYZ-12" },
        },
        { kind: "button", fields: { label: words("Menu"), url: "https://shop.example" } },
        { kind: "social", fields: { links: [{ network: "map", url: "https://shop.example" }] } },
        { kind: "video", fields: { title: words("Film"), url: "https://shop.example" } },
      ]);
    });
    const page = await openPage({ width, locale, still: true });
    const check = async () => {
      const root = page.locator("html");
      expect(await root.evaluate((each) => each.scrollWidth)).toBeLessThanOrEqual(width);
      expect(await root.getAttribute("dir")).toBe(locale === "fa-IR" ? "rtl" : "ltr");
      for (const target of await page
        .locator("button, .button, .social a, .video, .star, .opt")
        .all())
        expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(TARGET_PIXELS_MIN);
    };
    await page.goto(url);
    await check();
    await page.locator('button[value="4"]').click();
    await page.locator("textarea").fill("🙂");
    await check();
    await page.locator('form[action="/survey"] button').click();
    await page.locator("a.button").click();
    expect(await page.locator(".survey").count()).toBe(0);
    await goOnline(page);
    await check();
  },
  40_000,
);
