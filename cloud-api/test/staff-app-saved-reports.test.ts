import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { listFaults } from "./axe.ts";
import { openVisitedCompany, type VisitedCompany } from "./company-of-visits.ts";
import { openStaffApp, takePicture } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const START_MS = 180_000;
const ALL_MS = 180_000;
const REPORTS = [
  ...["overview", "new-returning", "visit-counts", "hours", "crowd", "people", "cohorts"],
  ...["return-gaps", "recency", "sign-ins", "devices", "consents", "policies", "access-points"],
];
type Saved = { id: string; name: string; compared: string; query: object; shared: boolean };
type Told = { figures: { name: string; now: number; before: number | null }[] };
const numberOf = (text: string | null) => Number((text ?? "").replace(/\D/g, "") || "0");

describeWithChromium("saved reports in a browser", () => {
  const app = openStaffApp();
  let company: VisitedCompany;
  let page: Page;

  beforeAll(async () => {
    company = await openVisitedCompany(app.site);
  }, START_MS);

  async function enter(who: TestStaff, language: "en" | "vi" = "en", width = 1280) {
    page = await app.enter(who, { language, width });
  }

  async function save(more: { name: string; [field: string]: unknown }): Promise<Saved> {
    const body = {
      ...{ report: "overview" },
      ...{ period: "30-days", days: null, compared: "before", query: {}, shared: true, ...more },
    };
    const answer = await company.owner.request("POST", "/api/v1/saved-reports", body);
    expect([answer.status, answer.body]).toMatchObject([201, {}]);
    return answer.body as Saved;
  }
  const heading = (name: string | RegExp) => page.getByRole("heading", { level: 1, name });

  /** Until its numbers are told and drawn. */
  async function settle() {
    await page
      .locator(".chart svg text, table.heat td, .record-row, .record-table td")
      .first()
      .waitFor();
    await expect.poll(() => page.locator("[aria-busy=true]").count(), PATIENTLY).toBe(0);
  }

  test("part of HM-2.4: a report is saved from its page with its filters, found in the list, opened, and set against other days", {
    timeout: ALL_MS,
  }, async () => {
    await enter(company.owner);
    const [branch] = company.branchIds;
    await page.goto(`/reports/hours?period=7-days&branchIds=${branch}&weekdays=1,2,3,4,5`);
    await page.getByRole("button", { name: "Save" }).click();
    const dialog = page.getByRole("dialog", { name: "Save this report" });
    await dialog.getByText(/Last 7 days · Hồ Gươm · Mon, Tue, Wed, Thu, Fri/).waitFor();
    await dialog.getByLabel("Name").fill("Weekday hours");
    await dialog.getByLabel("Note").fill("Before the new opening hours");
    await dialog.getByLabel("Shared with the company").check({ force: true });
    await takePicture(page, "save-en-1280");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Saved as “Weekday hours”.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Saved reports" }).click();
    await page.getByLabel("Search by name").fill("weekday opening");
    await page.getByRole("link", { name: "Weekday hours" }).click();
    await heading("Weekday hours").waitFor();
    await settle();
    const { reports } = await company.owner.get<{ reports: Saved[] }>("/api/v1/saved-reports");
    const saved = reports.find(({ name }) => name === "Weekday hours");
    expect(saved).toMatchObject({ query: { branchIds: branch, weekdays: "1,2,3,4,5" } });
    for (const [label, compared] of [
      ["The same days last year", "last-year"],
      ["Nothing", "nothing"],
      ["The period before", null],
    ] as const) {
      await page.getByLabel("Set against").first().click();
      await page.getByRole("option", { name: label }).click();
      const asked = () => new URL(page.url()).searchParams.get("compared");
      await expect.poll(asked, PATIENTLY).toBe(compared);
      await settle();
      const path = `/api/v1/saved-reports/${saved?.id}/figures?compared=${compared ?? "before"}`;
      const { figures } = await company.owner.get<Told>(path);
      const tile = page.locator(".saved-tiles .tile").first();
      await tile.getByText(String(figures[0]?.now), { exact: true }).waitFor();
      const { before = null } = figures[0] ?? {};
      if (before === null) await expect.poll(() => tile.locator(".delta").count()).toBe(0);
      else await tile.locator(`.delta[title^="${before} "]`).waitFor();
    }
  });

  test("a saved report is set against another of its kind, its rows come to its sum, and its file has the same", {
    timeout: ALL_MS,
  }, async () => {
    const wide = await save({ name: "Ninety days", period: "90-days" });
    const week = await save({ name: "A week", period: "7-days", compared: "nothing" });
    await enter(company.owner);
    await page.goto(`/saved-reports/${wide.id}`);
    await settle();
    await page.getByLabel("Set against").first().click();
    await page.getByRole("option", { name: "A week" }).click();
    await expect
      .poll(() => new URL(page.url()).searchParams.get("against"), PATIENTLY)
      .toBe(week.id);
    await page
      .getByRole("columnheader", { name: /^A week/ })
      .last()
      .waitFor();
    await settle();
    const path = `/api/v1/saved-reports/${wide.id}/figures?against=${week.id}`;
    const { figures } = await company.owner.get<Told>(path);
    const [visits] = figures;
    const table = page.getByRole("table", { name: "Branches side by side: the numbers" });
    const read = async (column: number) =>
      (await table.locator(`tbody td:nth-child(${column})`).allInnerTexts()).map(numberOf);
    for (const [column, whole] of [
      [2, visits?.now],
      [4, visits?.before],
    ] as const) {
      const [sum, ...others] = (await read(column)).toReversed();
      expect(sum).toBe(whole);
      expect(others.reduce((all, each) => all + each, 0)).toBe(sum);
    }
    await page.getByText(/^Visits: [\d,]+, [\d,]+ more than in A week/).waitFor();
    await page.getByRole("button", { name: "Download" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "CSV" }).click(),
    ]);
    const lines = readFileSync(await download.path(), "utf8")
      .trim()
      .split(/\r?\n/);
    expect(lines.at(-1)?.split(",").slice(0, 3)).toEqual([
      ...['"All"', String(visits?.now), String(visits?.before)],
    ]);
  });

  test("it is renamed, its days are changed, and it is deleted after a question, by who may; others only read it", {
    timeout: ALL_MS,
  }, async () => {
    const saved = await save({ name: "To be renamed" });
    const viewer = await app.site.addViewer(company.owner);
    await enter(viewer);
    await page.goto(`/saved-reports/${saved.id}`);
    await settle();
    await page.getByRole("button", { name: "Copy link" }).waitFor();
    expect(await page.getByRole("button", { name: /^(Edit|Delete)$/ }).count()).toBe(0);
    await page.context().close();
    await enter(company.owner);
    await page.goto(`/saved-reports/${saved.id}`);
    await page.getByRole("button", { name: "Edit" }).click();
    const dialog = page.getByRole("dialog", { name: "Edit the saved report" });
    await dialog.getByLabel("Name").fill("Renamed");
    await dialog.getByLabel("Period").first().click();
    await page.getByRole("option", { name: "Last 90 days" }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await heading("Renamed").waitFor();
    await page
      .getByText(/Last 90 days/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    const question = page.getByRole("dialog", { name: "Delete “Renamed”?" });
    await question.getByText(/gone for everybody it is shared with/).waitFor();
    await question.getByRole("button", { name: "Delete" }).click();
    await heading("Saved reports").waitFor();
    const { status } = await company.owner.request("GET", `/api/v1/saved-reports/${saved.id}`);
    expect(status).toBe(404);
    await page.goto(`/saved-reports/${saved.id}`);
    await page.getByText("There is no such saved report.").waitFor();
    expect(app.takeComplaints().join()).toContain("404");
  });

  test("a name that is taken is said at its field, and an empty list says how to begin", async () => {
    await save({ name: "Taken" });
    await enter(company.owner);
    await page.goto("/reports/cohorts?hours=8");
    await page.getByRole("button", { name: "Save" }).click();
    const dialog = page.getByRole("dialog", { name: "Save this report" });
    await dialog.getByLabel("Name").fill("Taken");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("You have a report of this name already.").waitFor();
    // A report of people does not tell hours apart: they are no part of what is kept.
    await dialog.getByLabel("Name").fill("Months");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByRole("link", { name: "Open it" }).click();
    await heading("Months").waitFor();
    await settle();
    expect(app.takeComplaints().join()).toContain("409");
    await page.context().close();
    const newcomer = await app.site.addOwner("Trà Mai");
    await enter(newcomer);
    await page.goto("/saved-reports");
    await page.getByText("No report is saved yet").waitFor();
    await page.getByRole("link", { name: "To the reports" }).click();
    await heading("Reports").waitFor();
  });

  test.each([
    ["en", 1280],
    ["vi", 390],
    ["vi", 1280],
    ["en", 390],
  ] as const)(
    "in %s at %i px every report's saved page has its numbers, and none scrolls the page sideways",
    { timeout: ALL_MS },
    async (language, width) => {
      await enter(company.owner, language, width);
      for (const report of REPORTS) {
        const name = `${report} ${language} ${width}`;
        const { id } = await save({ name, report, period: "90-days", note: "Xem mỗi sáng" });
        await page.goto(`/saved-reports/${id}`);
        await heading(name).waitFor();
        await settle();
        await takePicture(page, `saved-${report}-${language}-${width}`);
        const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
        expect(wide, name).toBeLessThanOrEqual(width);
      }
      await page.goto("/saved-reports");
      await page.locator(".record-link").first().waitFor();
      await takePicture(page, `saved-list-${language}-${width}`);
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(wide).toBeLessThanOrEqual(width);
    },
  );

  test("axe finds nothing on saved reports and their dialogs, wide by day and narrow by night", {
    timeout: ALL_MS,
  }, async () => {
    await enter(company.owner);
    const faults: string[] = [];
    for (const report of ["overview", "hours", "crowd"]) {
      const { id } = await save({ name: `Axe ${report}`, report });
      await page.goto(`/saved-reports/${id}`);
      await settle();
      faults.push(...(await listFaults(page, report)));
    }
    for (const name of ["Edit", "Delete"]) {
      await page.getByRole("button", { name }).click();
      await page.getByRole("dialog").waitFor();
      faults.push(...(await listFaults(page, name)));
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    expect(faults).toEqual([]);
  });
});
