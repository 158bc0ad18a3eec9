import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openVisitedCompany, type VisitedCompany } from "./company-of-visits.ts";
import { openTestSite, type TestSite } from "./open-test-site.ts";
import { describeWithChromium, enterStaffApp, launchBrowser } from "./staff-browser.ts";

const START_MS = 180_000;
/** By the colour of the screens (shell/chart-colours.ts). */
const ACCENT = [0x0b, 0x7a, 0x75];

type Pixels = { data: Buffer; width: number; height: number };

/** How many pixels of some rows, as shares of the height, are of a kind. */
function countPixels(
  { data, width, height }: Pixels,
  [from, to]: [number, number],
  isCounted: (pixel: readonly number[]) => boolean,
): number {
  let count = 0;
  for (let at = Math.floor(from * height) * width; at < to * height * width; at += 1)
    if (isCounted([data[3 * at] ?? 0, data[3 * at + 1] ?? 0, data[3 * at + 2] ?? 0])) count += 1;
  return count;
}

const isAccent = (pixel: readonly number[]) => pixel.every((part, at) => part === ACCENT[at]);
const isDark = (pixel: readonly number[]) => pixel.every((part) => part < 140);

describeWithChromium("the picture of a chart", () => {
  let site: TestSite;
  let browser: Browser;
  let company: VisitedCompany;
  beforeAll(async () => {
    site = await openTestSite();
    browser = await launchBrowser();
    company = await openVisitedCompany(site);
  }, START_MS);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  test.each([390, 1280])(
    "part of HM-2.23: a chart leaves as a picture on white with its title, unit and source, from a screen of %i px",
    async (width) => {
      const visitor = await enterStaffApp(browser, company.owner, { origin: site.origin, width });
      const { page } = visitor;
      await page.goto(`${site.origin}/reports/new-returning`);
      const take = page.getByRole("button", { name: /^(Picture|Ảnh)$/ }).first();
      const [file] = await Promise.all([page.waitForEvent("download"), take.click()]);
      expect(file.suggestedFilename()).toMatch(/\S+\.png$/);
      const bytes = await readFile(await file.path());
      const folder = process.env.FOYER_SHOTS;
      if (folder) {
        await sharp(bytes).toFile(`${folder}/picture-${width}.png`);
        await page.screenshot({ path: `${folder}/picture-page-${width}.png` });
      }
      const picture = sharp(bytes);
      expect((await picture.metadata()).format).toBe("png");
      const { data, info } = await picture
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([2400, 1350]);
      expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
      const pixels = { data, width: info.width, height: info.height };
      // The title above, the source below, and bars of some height between.
      expect(countPixels(pixels, [0.02, 0.13], isDark)).toBeGreaterThan(500);
      expect(countPixels(pixels, [0.94, 0.99], isDark)).toBeGreaterThan(300);
      expect(countPixels(pixels, [0.2, 0.9], isAccent)).toBeGreaterThan(5000);
      await visitor.close();
      expect(visitor.foreignRequests).toEqual([]);
      expect(visitor.complaints).toEqual([]);
    },
    START_MS,
  );

  test.each([
    ["/reports/hours", 390],
    ["/reports/visit-counts", 1280],
  ] as const)(
    "part of HM-2.23: the heat map of %s leaves as a picture on white, from a screen of %i px",
    async (path, width) => {
      const visitor = await enterStaffApp(browser, company.owner, { origin: site.origin, width });
      const { page } = visitor;
      await page.goto(`${site.origin}${path}`);
      await page.locator("table.heat .heat-5").first().waitFor();
      const map = page.locator("section", { has: page.locator("table.heat") });
      const take = map.getByRole("button", { name: /^(Picture|Ảnh)$/ });
      const [file] = await Promise.all([page.waitForEvent("download"), take.click()]);
      expect(file.suggestedFilename()).toMatch(/\S+\.png$/);
      const bytes = await readFile(await file.path());
      const folder = process.env.FOYER_SHOTS;
      if (folder) {
        const name = path.replaceAll("/", "-");
        await sharp(bytes).toFile(`${folder}/heat${name}.png`);
        await page.screenshot({ path: `${folder}/heat-page${name}-${width}.png` });
      }
      const { data, info } = await sharp(bytes)
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(info.width).toBe(2400);
      expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
      const pixels = { data, width: info.width, height: info.height };
      // The title above, the source below, and the strongest of the cells between.
      expect(countPixels(pixels, [0.02, 0.25], isDark)).toBeGreaterThan(500);
      expect(countPixels(pixels, [0.9, 0.99], isDark)).toBeGreaterThan(100);
      expect(countPixels(pixels, [0.2, 0.95], isAccent)).toBeGreaterThan(500);
      await visitor.close();
      expect(visitor.complaints).toEqual([]);
    },
    START_MS,
  );

  test.each([
    ["/reports/devices", 6],
    ["/reports/sign-ins", 1],
    ["/reports/recency", 1],
    ["/reports/policies", 1],
    ["/reports/access-points", 1],
  ] as const)(
    "part of HM-2.23: each of the shares of %s leaves as a picture with its bars",
    async (path, count) => {
      const visitor = await enterStaffApp(browser, company.owner, { origin: site.origin });
      const { page } = visitor;
      await page.goto(`${site.origin}${path}?period=90-days`);
      await page.locator("table.shares .shares-bar").first().waitFor();
      const takes = page.getByRole("button", { name: /^(Picture|Ảnh)$/ });
      await expect.poll(() => takes.count()).toBe(count);
      for (const [at, take] of (await takes.all()).entries()) {
        const [file] = await Promise.all([page.waitForEvent("download"), take.click()]);
        const bytes = await readFile(await file.path());
        const folder = process.env.FOYER_SHOTS;
        if (folder)
          await sharp(bytes).toFile(`${folder}/shares${path.replaceAll("/", "-")}-${at}.png`);
        const { data, info } = await sharp(bytes)
          .removeAlpha()
          .raw()
          .toBuffer({ resolveWithObject: true });
        expect(info.width).toBe(2400);
        expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
        const pixels = { data, width: info.width, height: info.height };
        expect(countPixels(pixels, [0.02, 0.3], isDark)).toBeGreaterThan(500);
        expect(countPixels(pixels, [0.85, 0.99], isDark)).toBeGreaterThan(100);
        // Nothing is drawn of none: no session of these was lost.
        const bars = countPixels(pixels, [0.2, 0.95], isAccent);
        const hasBars = path !== "/reports/access-points";
        if (hasBars) expect(bars).toBeGreaterThan(5000);
      }
      await visitor.close();
      expect(visitor.complaints).toEqual([]);
    },
    START_MS,
  );
});
