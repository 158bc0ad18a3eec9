import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** What WCAG 2.2 AA is made of, as axe names its rules. */
const WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const LOOKS = [
  { width: 1280, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
] as const;
const LOADED = { timeout: 60_000, interval: 50 };

/** What axe finds on the page as it stands, in each look of it. */
export async function listFaults(page: Page, name: string): Promise<string[]> {
  await page.evaluate(AXE);
  const faults: string[] = [];
  for (const { width, colorScheme } of LOOKS) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // What is another piece on a phone, such as a list for a table, is drawn a frame later.
    await page.evaluate(
      "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
    );
    await expect.poll(() => page.locator("[aria-busy=true]").count(), LOADED).toBe(0);
    const { violations } = await page.evaluate<AxeResults>(
      `axe.run(document, { runOnly: ${JSON.stringify(WCAG_22_AA)} })`,
    );
    for (const { id, nodes } of violations)
      for (const { html, failureSummary } of nodes)
        faults.push(`${name}, ${width}, ${colorScheme}: ${id}: ${html} ${failureSummary}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  return faults;
}
