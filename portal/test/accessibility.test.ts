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
/** By night a page has other colours and nothing else. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const PAGES_MIN = 40;
/** Some forty pages, twice, beside whatever else the machine does. */
const AXE_MS_TIMEOUT = 600_000;
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

async function listFaults(page: Page, html: string, runOnly: string[]): Promise<string[]> {
  await page.setContent(standingStill(html), { waitUntil: "domcontentloaded" });
  await page.addScriptTag({ content: AXE });
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ${JSON.stringify(runOnly)}, resultTypes: ["violations"] })`,
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
        const found = await listFaults(page, html, scheme === "light" ? WCAG_22_AA : OF_COLOURS);
        faults.push(...found.map((fault) => `${name}, ${scheme}: ${fault}`));
      }
    }
    expect(faults).toEqual([]);
  },
  AXE_MS_TIMEOUT,
);
