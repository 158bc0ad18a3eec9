import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openVisitedCompany, type VisitedCompany } from "./company-of-visits.ts";
import { openTestSite, type TestSite } from "./open-test-site.ts";
import {
  describeWithChromium,
  enterStaffApp,
  launchBrowser,
  PATIENTLY,
  type Visitor,
} from "./staff-browser.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const START_MS = 180_000;
const ALL_MS = 180_000;
const REPORTS = [
  ...["new-returning", "visit-counts", "hours", "crowd", "people", "cohorts", "return-gaps"],
  ...["recency", "sign-ins", "devices", "consents", "policies", "access-points"],
];
type Customers = { customers: { id: string }[] };
const numberOf = (text: string | null) => Number((text ?? "").replace(/\D/g, "") || "0");

describeWithChromium("the reports in a browser", () => {
  let site: TestSite;
  let browser: Browser;
  let company: VisitedCompany;
  let visitor: Visitor;
  let page: Page;

  beforeAll(async () => {
    site = await openTestSite();
    browser = await launchBrowser();
    company = await openVisitedCompany(site);
  }, START_MS);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  afterEach(async () => {
    await visitor.close();
    expect(visitor.foreignRequests, "requests to other hosts").toEqual([]);
    expect(visitor.complaints, "complaints on the console").toEqual([]);
  });
  const shoot = async (name: string) => {
    const folder = process.env.FOYER_SHOTS;
    if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  };

  async function enter(language: "en" | "vi", width: number) {
    await company.owner.request("PATCH", "/api/v1/me", { language });
    visitor = await enterStaffApp(browser, company.owner, { origin: site.origin, width });
    page = visitor.page;
  }

  async function make(path: string, body: object): Promise<{ id: string }> {
    const answer = await company.owner.request("POST", `/api/v1/${path}`, body);
    expect(answer.status, path).toBeLessThan(300);
    return answer.body as { id: string };
  }
  async function put(path: string, body: object): Promise<void> {
    expect((await company.owner.request("PUT", `/api/v1/${path}`, body)).status).toBe(200);
  }

  /** Until every chart is drawn and nothing is being fetched. */
  async function settle() {
    const told = [".chart svg text", "table.heat td a", "table.shares tbody td", ".record-link"];
    await page.locator(told.join(", ")).first().waitFor();
    await expect.poll(() => page.locator("[aria-busy=true]").count(), PATIENTLY).toBe(0);
  }

  test.each([
    ["en", 1280],
    ["vi", 390],
    ["en", 1920],
  ] as const)(
    "in %s at %i px every report has its numbers, and none scrolls the page sideways",
    { timeout: ALL_MS },
    async (language, width) => {
      await enter(language, width);
      await page.goto("/reports");
      const cards = page.locator("a.report-card");
      await expect.poll(() => cards.count(), PATIENTLY).toBe(REPORTS.length);
      await shoot(`reports-${language}-${width}`);
      for (const name of REPORTS) {
        await page.goto(`/reports/${name}?period=90-days`);
        await settle();
        await shoot(`report-${name}-${language}-${width}`);
        const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
        expect(wide, name).toBeLessThanOrEqual(width);
      }
    },
  );

  test("part of MC-6.7: the hours of the week come to all visits, and one opens just those it counts", async () => {
    await enter("en", 1280);
    await page.goto("/reports/hours");
    await settle();
    const cells = await page.locator("table.heat tbody td:not(.heat-sum)").allInnerTexts();
    expect(cells).toHaveLength(7 * 24);
    const sum = cells.reduce((total, text) => total + numberOf(text), 0);
    const all = page.locator("table.heat .heat-sum").last();
    expect(numberOf(await all.textContent())).toBe(sum);
    const { figures } = await company.owner.get<{ figures: { visits: number } }>(
      "/api/v1/reports/overview",
    );
    expect(sum).toBe(figures.visits);
    const cell = page.locator("table.heat td a").first();
    const counted = numberOf(await cell.textContent());
    await cell.click();
    await page.getByRole("heading", { level: 1, name: "Visits behind the number" }).waitFor();
    await page.getByText(new RegExp(`^${counted} visits? · `)).waitFor();
  });

  test("part of HM-2.11: chart and table of a report say the same numbers, and its file too", async () => {
    await enter("en", 1280);
    await page.goto("/reports/visit-counts");
    await settle();
    const chart = page.getByRole("region", { name: "Visits by which one they were" });
    await chart.getByText("Table", { exact: true }).click();
    const table = chart.getByRole("table");
    await expect.poll(() => table.locator("tbody tr").count(), PATIENTLY).toBe(6);
    const cells = await table.locator("tbody td").allInnerTexts();
    const numbers = cells.map(numberOf);
    const total = numberOf(await table.locator("tfoot th").last().textContent());
    expect(numbers.reduce((sum, each) => sum + each, 0)).toBe(total);
    await page.getByRole("button", { name: "Download" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "CSV" }).click(),
    ]);
    const lines = readFileSync(await download.path(), "utf8")
      .trim()
      .split(/\r?\n/);
    const [heads = "", sums = ""] = [lines[0], lines.at(-1)];
    expect(heads).toContain('"1st visits","2nd visits","3rd to 5th visits"');
    // The file has all visits and the anonymous ones first.
    expect(sums).toBe(['"All"', total, numbers.at(-1), ...numbers.slice(0, -1)].join(","));
  });

  test("hours and days of the week narrow a report, the address keeps them, and the next report has them too", async () => {
    await enter("en", 1280);
    await page.goto("/reports/visit-counts");
    await settle();
    await page.getByRole("button", { name: "All hours and weekdays" }).click();
    await page.getByText("Mon", { exact: true }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get("weekdays")).toBe("1");
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "New and returning" }).click();
    await page.getByRole("button", { name: "1 hour or weekday" }).waitFor();
    expect(new URL(page.url()).searchParams.get("weekdays")).toBe("1");
  });

  test("HM-2.19 branches stand side by side with their shares, which come to the whole", async () => {
    await enter("en", 1280);
    const dayAgo = (days: number) =>
      new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
    const days = `from=${dayAgo(90)}&to=${dayAgo(1)}`;
    await page.goto(`/reports/new-returning?${days}`);
    const table = page.getByRole("table", { name: "Branches side by side" });
    await expect.poll(() => table.locator("tbody tr").count(), PATIENTLY).toBe(4);
    const rows = await table.locator("tbody tr").all();
    const told: { visits: number; share: number }[] = [];
    for (const row of rows) {
      const [, visits = "", share = ""] = await row.locator("td").allInnerTexts();
      told.push({ visits: numberOf(visits), share: Number.parseFloat(share) });
    }
    const { figures } = await company.owner.get<{ figures: { visits: number } }>(
      `/api/v1/reports/overview?${days}`,
    );
    const sum = told.reduce((all, { visits }) => all + visits, 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBe(figures.visits);
    for (const { visits, share } of told)
      expect(Math.abs(share - (100 * visits) / sum)).toBeLessThan(0.51);
  });

  test("a report is of the visits of some guests, counts just these, and leaves out what it does not tell apart", async () => {
    await enter("en", 1280);
    const { id } = await make("tags", { name: "Regular" });
    const customers = await company.owner.get<Customers>("/api/v1/reports/customers?limit=3");
    for (const customer of customers.customers)
      await put(`customers/${customer.id}/tags`, { tagIds: [id] });
    await page.goto("/reports/visit-counts");
    await settle();
    await page.getByRole("button", { name: "Everybody" }).click();
    await page.getByLabel("Tag or group").first().click();
    await page.getByRole("option", { name: "Regular" }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get("tagId")).toBe(id);
    await page.getByLabel("Address of the device").first().click();
    await page.getByRole("option", { name: "Its own" }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get("devices")).toBe("given");
    await shoot("report-narrowed-en-1280");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "2 choices of guests" }).waitFor();
    await page.getByRole("link", { name: "At risk and lapsed" }).click();
    // It counts people: by the tag alone, and devices are not asked about.
    await page.getByRole("button", { name: "1 choice of guests" }).waitFor();
    const shares = page.locator("table.shares tbody td:nth-of-type(1)");
    const sum = async () => (await shares.allInnerTexts()).map(numberOf).reduce((a, b) => a + b, 0);
    await expect.poll(sum, PATIENTLY).toBe(customers.customers.length);
  });

  test.each([
    ["en", 1280],
    ["vi", 390],
  ] as const)(
    "in %s at %i px every cell of the grid opens just whom it counts",
    async (language, width) => {
      await enter(language, width);
      await page.goto("/scores/grid");
      const cell = page.locator("table.heat td a").first();
      await cell.waitFor();
      await shoot(`scores-grid-${language}-${width}`);
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(wide).toBeLessThanOrEqual(width);
      const counted = numberOf(await cell.textContent());
      await cell.click();
      const words = language === "en" ? /^(\d+) customers?$/ : /^(\d+) khách hàng$/;
      const told = page.getByText(words).first();
      await expect.poll(async () => numberOf(await told.textContent()), PATIENTLY).toBe(counted);
      await page.locator(".record-link").first().waitFor();
      await shoot(`scores-behind-${language}-${width}`);
    },
  );

  test("numbers in cells of every strength can be read, by day and by night", {
    timeout: ALL_MS,
  }, async () => {
    await enter("en", 1280);
    for (const name of ["hours", "cohorts", "visit-counts"]) {
      await page.goto(`/reports/${name}?period=90-days`);
      await settle();
      await page.evaluate(AXE);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const run = `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag22aa"] })`;
        const { violations } = await page.evaluate<AxeResults>(run);
        const faults = violations.flatMap(({ id, nodes }) =>
          nodes.map(({ html }) => `${id} ${html}`),
        );
        expect(faults, `${name} ${colorScheme}`).toEqual([]);
        await shoot(`report-${name}-${colorScheme}`);
      }
    }
  });
});
