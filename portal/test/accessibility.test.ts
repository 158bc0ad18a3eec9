import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Language } from "@foyer/contract";
import type { AxeResults } from "axe-core";
import { chromium, type Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { listGuestPages } from "./guest-pages.ts";

const require = createRequire(import.meta.url);
const CHROMIUM = "/usr/bin/chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
const isMissing = !existsSync(CHROMIUM);
/** What WCAG 2.2 AA is made of, as axe names its rules. */
const WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const PAGES_MIN = 23;
const AXE_MS_TIMEOUT = 180_000;
const LANGUAGES: readonly Language[] = ["vi", "en", "fa"];

async function openPage(colorScheme: "light" | "dark" = "light"): Promise<Page> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...QUIET] });
  onTestFinished(() => browser.close());
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    ...{ colorScheme, reducedMotion: "reduce" },
  });
  return context.newPage();
}

/** A page that would go on by itself stays: what it shows is looked at. */
const standingStill = (html: string) =>
  html.replace(/<meta http-equiv="refresh"[^>]*>/, "").replaceAll(/<script>.*?<\/script>/gs, "");

async function listFaults(page: Page, html: string): Promise<string[]> {
  await page.setContent(standingStill(html), { waitUntil: "domcontentloaded" });
  await page.addScriptTag({
    content: readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"),
  });
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ${JSON.stringify(WCAG_22_AA)} })`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html: node, failureSummary }) => `${id}: ${node} ${failureSummary}`),
  );
}

test.skipIf(isMissing).each(LANGUAGES)(
  "part of MC-1: axe finds nothing against WCAG 2.2 AA on any guest page in %s, by day and by night",
  async (language) => {
    const pages = await listGuestPages(language);
    expect(pages.length).toBeGreaterThanOrEqual(PAGES_MIN);
    const faults: string[] = [];
    for (const scheme of ["light", "dark"] as const) {
      const page = await openPage(scheme);
      for (const { name, html } of pages) {
        expect(html, name).toContain(`<html lang="${language}"`);
        const found = await listFaults(page, html);
        faults.push(...found.map((fault) => `${name}, ${scheme}: ${fault}`));
      }
    }
    expect(faults).toEqual([]);
  },
  AXE_MS_TIMEOUT,
);

type Stop = { what: string; top: number; hasFocusShown: boolean };

/** What the Tab key comes to, in its order, and whether it can be seen that it is there. */
const READ_FOCUS = `(() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  return {
    what: at.name || at.getAttribute("href")?.slice(0, 8) || at.textContent.trim(),
    top: box.top + scrollY,
    hasFocusShown: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  };
})()`;

async function walk(page: Page): Promise<Stop[]> {
  const stops: Stop[] = [];
  await page.evaluate("document.activeElement?.blur()");
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate<Stop | null>(READ_FOCUS);
    if (stop === null) break;
    stops.push(stop);
  }
  return stops;
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
  "on every guest page the Tab key reaches all there is to press, shows where it is, and Enter sends the form",
  async () => {
    const page = await openPage();
    for (const { name, html } of await listGuestPages("en")) {
      await page.setContent(standingStill(html));
      const all = await page.locator("a[href], button, input:not([type=hidden]), select").count();
      const stops = await walk(page);
      expect(stops.length, name).toBeGreaterThanOrEqual(Math.min(all, 2));
      const hidden = stops.filter((stop) => !stop.hasFocusShown).map(({ what }) => what);
      expect(hidden, `${name}: focus that is not seen`).toEqual([]);
      const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1];
      const sent = await pressEnter(page);
      if (sent !== null) expect(sent, name).toBe(`sent ${action}`);
    }
  },
  AXE_MS_TIMEOUT,
);
