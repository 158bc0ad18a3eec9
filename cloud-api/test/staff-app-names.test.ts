import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { OverviewReply } from "../src/features/reports/schema.ts";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

/** What costs more the more boxes and customers there are. */
const HEAVY = /^\/api\/v1\/(branches|groups|tags|tiers)$/;

const COUNT_CHANGES = `
  window.EventSource = class extends EventSource {
    constructor(url) {
      super(url);
      const told = document.documentElement.dataset;
      this.addEventListener("change", () => { told.changes = Number(told.changes ?? 0) + 1; });
    }
  };`;

/** Loads the page anew, and counts how often it is told from then on that something changed. */
async function countWhatIsTold(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript({ content: COUNT_CHANGES });
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  return async () => Number((await page.locator("html").getAttribute("data-changes")) ?? 0);
}

describeWithChromium("names that every page asks for, in a browser", () => {
  const app = openStaffApp();

  test("are fetched once for all pages, count nobody, and follow what colleagues change", async () => {
    const owner = await app.site.addOwner("Long Linh Coffee");
    await owner.request("PATCH", "/api/v1/me", { language: "en" });
    const { id } = await owner.addBranch({ name: "Hồ Gươm" });
    await owner.addBranch({ name: "Hội An" });
    const box = await owner.addBox(id);
    const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
    const visit = box.visit({ ...lan, startedAt: new Date(), endedAt: null });
    await box.push([...lan.events, ...visit.events]);
    await owner.request("POST", "/api/v1/tags", { name: "Regular" });
    // Where nobody has come yet the overview shows the first steps, which look at each box.
    const overview = () => owner.get<OverviewReply>("/api/v1/reports/overview");
    const { hereNow } = await askUntil(overview, ({ hereNow: { total } }) => total === 1, 60_000);
    expect(hereNow.total).toBe(1);
    const page = await app.enter(owner);
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    const countChanges = await countWhatIsTold(page);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    const open = async (name: string) => {
      await page.getByRole("link", { name, exact: true }).first().click();
      await page.getByRole("heading", { level: 1, name }).waitFor();
    };
    for (const name of ["Visits", "Customers", "Segments", "Customers"]) await open(name);
    const filter = page.getByRole("combobox", { name: "Group, tier or tag" });
    await filter.click();
    await page.getByRole("option", { name: "Regular" }).waitFor();
    expect(asked.filter((path) => HEAVY.test(path))).toEqual([]);
    const again = asked.filter((path) => path === "/api/v1/mark-names").length - 1;
    expect(again).toBeLessThanOrEqual(await countChanges());
    await page.keyboard.press("Escape");
    // Somebody else makes a tag and renames a branch.
    await owner.request("POST", "/api/v1/tags", { name: "Press" });
    await owner.request("PATCH", `/api/v1/branches/${id}`, { name: "Hồ Tây" });
    await filter.click();
    await page.getByRole("option", { name: "Press" }).waitFor();
    await page.keyboard.press("Escape");
    await open("Visits");
    await expect
      .poll(async () => {
        await page.getByRole("combobox", { name: "Branch" }).click();
        const names = await page.getByRole("option").allInnerTexts();
        await page.keyboard.press("Escape");
        return names;
      }, PATIENTLY)
      .toContain("Hồ Tây");
  }, 90_000);
});
