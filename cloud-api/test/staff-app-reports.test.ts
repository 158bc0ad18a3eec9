import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Locator, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openVisitedCompany, type VisitedCompany } from "./company-of-visits.ts";
import { openStaffApp, takePicture } from "./open-staff-app.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const START_MS = 180_000;
const ALL_MS = 180_000;
const REPORTS = [
  ...["new-returning", "visit-counts", "hours", "crowd", "people", "cohorts", "return-gaps"],
  ...["recency", "sign-ins", "devices", "consents", "policies", "access-points"],
];
/** Words on buttons that there is no room for. */
const CUT_WORDS = `[...document.querySelectorAll("main .mantine-Button-label")]
  .filter((label) => label.scrollWidth > label.clientWidth + 1).map((label) => label.textContent)`;
const CHARTS = ".chart svg text, table.shares tbody td, table.heat td[title]";
/** How large it is told when numbers were counted: below them, and never as loud. */
const SOURCE_SIZES = `[...document.querySelectorAll("main *")]
  .filter(({ children, textContent }) => !children.length && /^(As of|Tính đến) /.test(textContent))
  .map((source) => getComputedStyle(source).fontSize)`;
/** What is drawn, and what it would be by the numbers beside it. */
type Drawn = { drawn: number; told: number };
const READ_NUMBER = `const read = (text) => Number(text.replace(/\\D/g, "") || "0")`;
/** How long each bar is, in hundredths of the whole, and its number in those of the sum below. */
const SHARE_BARS = `(() => {
  ${READ_NUMBER};
  return [...document.querySelectorAll("table.shares")].flatMap((table) => {
    const total = read(table.tFoot.rows[0].cells[1].textContent);
    return [...table.tBodies[0].rows].map((row) => {
      const bar = row.querySelector(".shares-bar");
      const drawn = (bar.firstChild?.getBoundingClientRect().width ?? 0) / bar.getBoundingClientRect().width;
      const told = total === 0 ? 0 : read(row.cells[1].textContent) / total;
      return { drawn: Math.round(100 * drawn), told: Math.round(100 * told) };
    });
  });
})()`;
/** The strength of the cells of a map by their numbers: none is stronger than one with more. */
const HEAT_CELLS = `(() => {
  ${READ_NUMBER};
  return [...document.querySelectorAll("table.heat")].flatMap((table) => {
    const cells = [...table.querySelectorAll("td[title]")].map((cell) => ({
      strength: Number(/heat-(\\d)/.exec(cell.className)[1]),
      number: read(cell.textContent),
    }));
    const byNumber = cells.toSorted((a, b) => a.number - b.number || a.strength - b.strength);
    const byStrength = cells.map(({ strength }) => strength).toSorted();
    return byNumber.map(({ strength }, at) => ({ drawn: strength, told: byStrength[at] }));
  });
})()`;
type Customers = { customers: { id: string }[] };
const numberOf = (text: string | null) => Number((text ?? "").replace(/\D/g, "") || "0");

describeWithChromium("the reports in a browser", () => {
  const app = openStaffApp();
  let company: VisitedCompany;
  let page: Page;

  beforeAll(async () => {
    company = await openVisitedCompany(app.site);
  }, START_MS);

  async function enter(language: "en" | "vi", width: number) {
    page = await app.enter(company.owner, { language, width });
  }

  async function make(path: string, body: object): Promise<{ id: string }> {
    const answer = await company.owner.request("POST", `/api/v1/${path}`, body);
    expect(answer.status, path).toBeLessThan(300);
    return answer.body as { id: string };
  }
  async function put(path: string, body: object): Promise<void> {
    expect((await company.owner.request("PUT", `/api/v1/${path}`, body)).status).toBe(200);
  }

  /** What a chart says of the slot in its middle: drawn from the same numbers as its bars. */
  async function pointAtChart(section: Locator) {
    const chart = section.locator(".chart");
    await chart.scrollIntoViewIfNeeded();
    const { width = 0, height = 0 } = (await chart.boundingBox()) ?? {};
    await chart.hover({ position: { x: width * 0.52, y: height / 2 } });
    const said = chart.locator(":scope > div").nth(1);
    const numbers = said.locator("td:last-child");
    await numbers.first().waitFor();
    const title = (await said.locator("div").first().textContent()) ?? "";
    return { title, numbers: await numbers.allInnerTexts() };
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
      await takePicture(page, `reports-${language}-${width}`);
      for (const name of REPORTS) {
        await page.goto(`/reports/${name}?period=90-days`);
        await settle();
        await takePicture(page, `report-${name}-${language}-${width}`);
        const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
        expect(wide, name).toBeLessThanOrEqual(width);
        const sizes = new Set(await page.evaluate<string[]>(SOURCE_SIZES));
        expect(
          [...sizes].filter((size) => size !== "12px"),
          name,
        ).toEqual([]);
      }
      await page.setViewportSize({ width: 390, height: 900 });
      await expect.poll(() => page.evaluate(CUT_WORDS), PATIENTLY).toEqual([]);
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

  test.each([
    ["return-gaps", "Visits of those who came back", /^(\d+) visits? · /],
    ["crowd", "Guests who were there at once", /^(\d+) visits? · .* · at /],
    ["sign-ins", "Guests who came online", /^(\d+) times? · /],
    ["policies", "Sessions behind the number", /^(\d+) sessions? · /],
  ] as const)("a number of %s opens as many rows as it says", async (name, title, summary) => {
    await enter("en", 1280);
    await page.goto(`/reports/${name}?period=90-days`);
    await settle();
    const switches = page.locator(".chart-actions").getByText("Table", { exact: true });
    if ((await switches.count()) > 0) await switches.first().click();
    const number = page.locator("main td .number-link:not([tabindex])");
    const link = number.first();
    const counted = numberOf(await link.textContent());
    await link.click();
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await page.getByText(summary).waitFor();
    const said = summary.exec((await page.getByText(summary).textContent()) ?? "")?.[1];
    expect(Number(said)).toBe(counted);
    const rows = page.locator("table.record-table tbody tr");
    await expect.poll(() => rows.count(), PATIENTLY).toBe(Math.min(counted, 50));
    await takePicture(page, `behind-${name}-en-1280`);
    await page.setViewportSize({ width: 390, height: 900 });
    await takePicture(page, `behind-${name}-en-390`);
    const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
    expect(wide).toBeLessThanOrEqual(390);
  });

  test("HM-2.11: each report has a chart and a table with the same numbers", {
    timeout: ALL_MS,
  }, async () => {
    await enter("en", 1280);
    // Who came is a list of people: it has no numbers to draw.
    for (const name of REPORTS.filter((each) => each !== "people")) {
      await page.goto(`/reports/${name}?period=90-days`);
      await settle();
      await page.locator(CHARTS).first().waitFor();
      const bars = await page.evaluate<Drawn[]>(SHARE_BARS);
      const cells = await page.evaluate<Drawn[]>(HEAT_CELLS);
      const chart = page.getByRole("region").filter({ has: page.locator(".chart svg") });
      const isDrawn = (await chart.count()) > 0;
      for (const { drawn, told } of [...bars, ...cells])
        expect([name, drawn]).toEqual([name, told]);
      if (!isDrawn) continue;
      const { title, numbers } = await pointAtChart(chart.first());
      const row = chart.first().locator("tbody tr").filter({ hasText: title });
      const told = await row.first().locator("td").allInnerTexts();
      expect([name, numbers.toSorted()]).toEqual([name, told.toSorted()]);
    }
  });

  test("a list of more rows than leave as pages is offered as a table alone", async () => {
    await enter("en", 1280);
    await page.route(/\/api\/v1\/reports\/customers\?/, async (route) => {
      const response = await route.fetch();
      const json = { ...(await response.json()), total: 10_000, isTotalExact: false };
      await route.fulfill({ response, json });
    });
    await page.goto("/reports/customers?from=2026-01-01&to=2026-12-31");
    await page.getByText(/^more than 10,000 customers/).waitFor();
    await page.getByRole("button", { name: "Download" }).click();
    await page.getByRole("menuitem", { name: "CSV" }).waitFor();
    const pages = page.getByRole("menuitem", { name: "PDF · up to 5,000 rows" });
    expect(await pages.isDisabled()).toBe(true);
    await page.unroute(/\/api\/v1\/reports\/customers\?/);
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

  test("a report is of the visits of some guests, counts just these, and the next report is of the same", async () => {
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
    await takePicture(page, "report-narrowed-en-1280");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "2 choices of guests" }).waitFor();
    await page.getByRole("link", { name: "At risk and lapsed" }).click();
    await expect.poll(() => new URL(page.url()).pathname).toBe("/reports/recency");
    await page.getByRole("button", { name: "2 choices of guests" }).waitFor();
    const asked = `tagId=${id}&devices=given`;
    const told = await company.owner.get<{ customers: number }>(`/api/v1/reports/recency?${asked}`);
    expect(told.customers).toBeLessThanOrEqual(customers.customers.length);
    const shares = page.locator("table.shares tbody td:nth-of-type(1)");
    const sum = async () => (await shares.allInnerTexts()).map(numberOf).reduce((a, b) => a + b, 0);
    await expect.poll(sum, PATIENTLY).toBe(told.customers);
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
      await takePicture(page, `scores-grid-${language}-${width}`);
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(wide).toBeLessThanOrEqual(width);
      const counted = numberOf(await cell.textContent());
      await cell.click();
      const words = language === "en" ? /^(\d+) customers?$/ : /^(\d+) khách hàng$/;
      const told = page.getByText(words).first();
      await expect.poll(async () => numberOf(await told.textContent()), PATIENTLY).toBe(counted);
      await page.locator(".record-link").first().waitFor();
      await takePicture(page, `scores-behind-${language}-${width}`);
    },
  );

  test("numbers in cells of every strength can be read, by day and by night", {
    timeout: ALL_MS,
  }, async () => {
    await enter("en", 1280);
    for (const name of ["hours", "cohorts", "visit-counts", "policies"]) {
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
        await takePicture(page, `report-${name}-${colorScheme}`);
      }
    }
  });
});
