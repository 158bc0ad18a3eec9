import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openVisitedCompany, type VisitedCompany } from "./company-of-visits.ts";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const START_MS = 180_000;

describeWithChromium("what reports are narrowed by, in a browser", () => {
  const app = openStaffApp();
  let company: VisitedCompany;
  beforeAll(async () => {
    company = await openVisitedCompany(app.site);
  }, START_MS);

  const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });
  /** At eight in the morning alone. */
  async function chooseHour(page: Page): Promise<void> {
    await button(page, "All hours and weekdays").click();
    await page.getByRole("dialog").getByText("08", { exact: true }).click();
    await page.keyboard.press("Escape");
    await expect.poll(() => new URL(page.url()).searchParams.get("hours"), PATIENTLY).toBe("8");
  }

  test("retention is narrowed by hours, says by which rule, and a share opens just whom it counts", async () => {
    const page = await app.enter(company.owner, { language: "en", width: 1280 });
    await page.goto("/reports/cohorts?period=90-days");
    await page.locator("table.heat td a").first().waitFor();
    await chooseHour(page);
    await page.getByText("Only visits that fit these filters are counted.").waitFor();
    const cell = page.locator("table.heat td a").first();
    const readHref = async () => (await cell.getAttribute("href")) ?? "";
    const readHours = async () =>
      new URLSearchParams((await readHref()).split("?")[1]).get("hours");
    // What was shown last stays until the narrowed numbers are there.
    await expect.poll(readHours, PATIENTLY).toBe("8");
    await expectToFit(page, "narrowed-cohorts");
    const href = await readHref();
    const { total } = await company.owner.get<{ total: number }>(`/api/v1${href}`);
    expect(total).toBeGreaterThan(0);
    await cell.click();
    await page.getByText(new RegExp(`^${total} customers?`)).waitFor();
    await page.setViewportSize({ width: 390, height: 900 });
    await page.goBack();
    await page.getByText("Only visits that fit these filters are counted.").waitFor();
    await expectToFit(page, "narrowed-cohorts");
  });

  test("ways in are narrowed by method, and of codes it is said that there are none to tell of", async () => {
    const page = await app.enter(company.owner, { language: "vi", width: 390 });
    await page.goto("/reports/sign-ins?period=90-days&methods=phone-code");
    await page.getByText("Không có số liệu mã cho riêng một số khách").waitFor();
    await expectToFit(page, "narrowed-sign-ins");
    await page.goto("/reports/sign-ins?period=90-days");
    await page.getByText("Mã theo kênh").first().waitFor();
  });

  test.each([
    ["/satisfaction", "Everybody"],
    ["/cases/report", "Everybody"],
    ["/scores/grid", "Everybody"],
  ])("%s is narrowed by guests, which stand in its address", async (path, label) => {
    const page = await app.enter(company.owner, { language: "en", width: 1280 });
    await page.goto(path);
    await button(page, label).click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByRole("combobox", { name: "Language" })
      .or(dialog.getByLabel("Language"))
      .first()
      .click();
    await page.getByRole("option", { name: "Vietnamese" }).click();
    await expect
      .poll(() => new URL(page.url()).searchParams.get("languages"), PATIENTLY)
      .toBe("vi");
    const ofVisits = await dialog.getByText("Address of the device").count();
    expect(ofVisits).toBe(path === "/scores/grid" ? 0 : 1);
    await expectToFit(page, `narrowed${path.replaceAll("/", "-")}`);
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 390, height: 900 });
    await expectToFit(page, `narrowed${path.replaceAll("/", "-")}`);
  });
});
