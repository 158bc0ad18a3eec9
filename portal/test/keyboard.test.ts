import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Language } from "@foyer/contract";
import { chromium, type Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { type GuestPage, listGuestPages } from "./guest-pages.ts";

const CHROMIUM = "/usr/bin/chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
const isMissing = !existsSync(CHROMIUM);
/** A phone, a laptop, and what is left of a laptop's window at 400 % (WCAG 2.2 §1.4.10). */
const WIDTHS = [390, 1280, 320];
const LANGUAGES: readonly Language[] = ["vi", "en", "fa"];
/** Some forty pages, three times, beside whatever else the machine does. */
const WALK_MS_TIMEOUT = 600_000;
const PRESSES_MAX = 80;
/** For somebody's own eyes: where each page's picture goes. */
const PICTURES = process.env.FOYER_PICTURES;

async function openPage(): Promise<Page> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...QUIET] });
  onTestFinished(() => browser.close());
  const context = await browser.newContext({ reducedMotion: "reduce" });
  return context.newPage();
}

/** A page that would go on by itself stays, and is walked from its beginning. */
const standingStill = (html: string) =>
  html
    .replace(/<meta http-equiv="refresh"[^>]*>/, "")
    .replaceAll(/<script>.*?<\/script>/gs, "")
    .replaceAll(" autofocus", "");

/** What there is to press and to fill in, numbered as it stands; of a group of radios one has the focus. */
const NUMBER_STOPS = `(() => {
  const groups = new Set();
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")];
  const stops = all.filter((each) => {
    if (each.type === "hidden" || each.disabled || each.getClientRects().length === 0) return false;
    if (each.type !== "radio") return true;
    const group = each.form + each.name;
    return !groups.has(group) && groups.add(group);
  });
  stops.forEach((each, at) => { each.dataset.stop = String(at); });
  document.activeElement?.blur();
  return stops.length;
})()`;

type Stop = {
  at: number;
  what: string;
  isShown: boolean;
  isWithin: boolean;
  isCovered: boolean;
  /** For a thumb; a box with its label is one. */
  isLarge: boolean;
};

const TARGET_PIXELS_MIN = 44;

/**
 * What has the focus: whether that is seen, and nothing lies over it (WCAG 2.2 §2.4.7, §2.4.11). The ring
 * stands 3:1 from what it lies on (§1.4.11), by relative luminance.
 */
const READ_FOCUS = `(async () => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at);
  const numbersOf = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = numbersOf(colour).map((each) =>
      each / 255 <= 0.04045 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  const colourBehind = (each) => {
    const { backgroundColor } = getComputedStyle(each);
    return numbersOf(backgroundColor)[3] === 0 ? colourBehind(each.parentElement) : backgroundColor;
  };
  const ring = luminance(style.outlineColor) / luminance(colourBehind(at.parentElement));
  const find = () => {
    const { left, right, top, height } = at.getBoundingClientRect();
    const middle = top + height / 2;
    return left >= 0 && right <= innerWidth + 1 && middle >= 0 && middle <= innerHeight;
  };
  // The window follows the focus with its next picture.
  for (let frame = 0; frame < 30 && !find(); frame += 1) await new Promise(requestAnimationFrame);
  const box = at.getBoundingClientRect();
  const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return {
    at: Number(at.dataset.stop ?? -1),
    what: at.name || at.getAttribute("href")?.slice(0, 12) || at.textContent.trim(),
    isShown: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 &&
      Math.max(ring, 1 / ring) >= 3,
    isWithin: find(),
    isCovered: !over || !(at.contains(over) || over.contains(at)),
    isLarge: (at.closest("label") ?? at).getBoundingClientRect().height >= ${TARGET_PIXELS_MIN},
  };
})()`;

/** Once around: behind the last one the focus leaves the page, or begins anew. */
async function walk(page: Page): Promise<Stop[]> {
  const stops: Stop[] = [];
  for (let press = 0; press < PRESSES_MAX; press += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate<Stop | null>(READ_FOCUS);
    if (stop === null || stop.at === stops[0]?.at) break;
    stops.push(stop);
  }
  return stops;
}

async function listFaults(page: Page, { name, html }: GuestPage, width: number): Promise<string[]> {
  await page.setViewportSize({ width, height: 844 });
  await page.setContent(standingStill(html), { waitUntil: "domcontentloaded" });
  const faults: string[] = [];
  const fault = (what: string) => faults.push(`${name}, ${width}: ${what}`);
  const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
  if (wide > width) fault(`has to be moved sideways, ${wide} pixels`);
  const count = await page.evaluate<number>(NUMBER_STOPS);
  const stops = await walk(page);
  const order = stops.map(({ at }) => at).join();
  if (order !== Array.from({ length: count }, (_, at) => at).join())
    fault(`of ${count} the Tab key comes to ${order}`);
  for (const { what, isShown, isWithin, isCovered, isLarge } of stops) {
    if (!isShown) fault(`focus on ${what} is not seen`);
    if (!isWithin) fault(`${what} has the focus outside the window`);
    if (isCovered) fault(`something lies over ${what}`);
    if (!isLarge) fault(`${what} is too small for a thumb`);
  }
  return faults;
}

test.skipIf(isMissing).each(LANGUAGES)(
  "part of MC-1: in %s the Tab key comes to all there is to press on every guest page, in its order seen and large enough, at 390, 1280 and 320 pixels, and nothing is moved sideways",
  async (language) => {
    const page = await openPage();
    const pages = await listGuestPages(language);
    const faults: string[] = [];
    for (const width of WIDTHS)
      for (const each of pages) {
        faults.push(...(await listFaults(page, each, width)));
        await takePicture(page, `${language}-${width}-${each.name}`);
      }
    expect(faults).toEqual([]);
  },
  WALK_MS_TIMEOUT,
);

async function takePicture(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  const file = `${name.replaceAll(/[^a-z0-9]+/gi, "-")}.png`;
  await page.screenshot({ path: join(PICTURES, file), fullPage: true });
}

/** Presses Enter in the first field of a page; where its form would go. Null: it has no field. */
async function pressEnter(page: Page): Promise<string | null> {
  const field = page.locator(
    "form input:not([type=hidden]):not([type=checkbox]):not([type=radio])",
  );
  if ((await field.count()) === 0) return null;
  await page.evaluate(`document.addEventListener("submit", (event) => {
    event.preventDefault();
    document.title = "sent " + (event.submitter?.getAttribute("formaction") ?? event.target.getAttribute("action"));
  })`);
  await field.first().press("Enter");
  return page.title();
}

test.skipIf(isMissing)(
  "Enter in a field sends its own form on every guest page, and the first link leads past the head of it",
  async () => {
    const page = await openPage();
    for (const { name, html } of await listGuestPages("en")) {
      await page.setContent(standingStill(html));
      expect(await page.locator("body > a:first-child").getAttribute("href"), name).toBe("#main");
      expect(await page.locator("main#main").count(), name).toBe(1);
      const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1];
      const sent = await pressEnter(page);
      if (sent !== null) expect(sent, name).toBe(`sent ${action}`);
    }
  },
  WALK_MS_TIMEOUT,
);
