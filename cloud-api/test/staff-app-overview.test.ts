import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openVisitedCompany, type VisitedCompany } from "./company-of-visits.ts";
import { expectToFit, openStaffApp, takePicture } from "./open-staff-app.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

describeWithChromium("the overview in a browser", () => {
  const app = openStaffApp();
  let company: VisitedCompany;
  let page: Page;

  beforeAll(async () => {
    company = await openVisitedCompany(app.site);
  });

  async function enter(language: "en" | "vi", width: number) {
    page = await app.enter(company.owner, { language, width });
  }

  test.each([
    ["en", 1280, "New and returning customers", "Here now"],
    ["vi", 390, "Khách mới và khách quay lại", "Đang có mặt"],
    ["en", 1920, "New and returning customers", "Here now"],
  ] as const)(
    "in %s at %i px the morning's figures stand on one page that does not scroll sideways",
    async (language, width, chart, here) => {
      await enter(language, width);
      await page.getByRole("region", { name: chart }).locator(".chart svg text").first().waitFor();
      await page.getByRole("link", { name: new RegExp(`^${here} 8`) }).waitFor();
      await page.locator(".funnel li").first().waitFor();
      await expectToFit(page, `overview-${language}`);
    },
  );

  test("part of MC-6.1: new and returning customers come to all customers, and each opens just those", async () => {
    await enter("en", 1280);
    const tile = (name: string) => page.getByRole("link", { name: new RegExp(`^${name} \\d`) });
    const read = async (name: string) => {
      await tile(name).waitFor();
      return Number((await tile(name).locator(".tile-figure").textContent())?.replace(/\D/g, ""));
    };
    const [all, fresh, returning] = [
      await read("Customers"),
      await read("New customers"),
      await read("Returning customers"),
    ];
    expect(fresh).toBeGreaterThan(0);
    expect(fresh + returning).toBe(all);
    await tile("New customers").click();
    await page.getByText(new RegExp(`^${fresh} customers`)).waitFor();
    expect(new URL(page.url()).pathname).toBe("/reports/customers");
  });

  test("the address keeps branch and period, and every figure follows them", async () => {
    await enter("en", 1280);
    await page.goto(`/?branchIds=${company.branchIds[3]}&period=7-days`);
    const table = page.getByRole("table", { name: "Branches side by side" });
    await expect.poll(() => table.locator("tbody tr").count(), PATIENTLY).toBe(1);
    await page.getByText("Thảo Điền").first().waitFor();
    await page.reload();
    await expect.poll(() => table.locator("tbody tr").count(), PATIENTLY).toBe(1);
    expect(new URL(page.url()).search).toContain("period=7-days");
  });

  test("of some branches those who are here now, and the latest visits, are theirs", async () => {
    await enter("en", 1280);
    await page.goto(`/?branchIds=${company.branchIds.slice(0, 2).join(",")}`);
    const tile = page.getByRole("link", { name: /^Here now \d/ });
    await tile.waitFor();
    const here = Number((await tile.locator(".tile-figure").textContent())?.replace(/\D/g, ""));
    const latest = page.getByRole("table", { name: "Visits" });
    await expect.poll(() => latest.locator("tbody tr").count(), PATIENTLY).toBe(8);
    for (const row of await latest.locator("tbody tr").allInnerTexts())
      expect(row).toMatch(/Hồ Gươm|Tây Hồ/);
    await tile.click();
    await page.getByText(new RegExp(`^${here} visits?$`)).waitFor();
    expect(new URL(page.url()).searchParams.get("open")).toBe("true");
    await expectToFit(page, "here-now-of-some");
  });

  test("it is narrowed by guests, and says what of it is not", async () => {
    await enter("en", 1280);
    await page.getByRole("button", { name: "Everybody" }).click();
    await page.getByLabel("Language").first().click();
    await page.getByRole("option", { name: "Vietnamese" }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get("languages")).toBe("vi");
    await page.getByText("the latest visits are of everybody").waitFor();
    await page.getByRole("link", { name: /^Anonymous visits 0/ }).waitFor();
    await expectToFit(page, "overview-narrowed");
  });

  test("narrowed to what nobody has it stays as it is, and greets no new company", async () => {
    const quiet = await app.site.addOwner("Trà Gió");
    await quiet.addBranch({ name: "Tây Hồ" });
    page = await app.enter(quiet, { language: "en", width: 1280 });
    const first = page.getByText("Four steps to your first guest");
    await page.getByRole("link", { name: /^Here now 0/ }).waitFor();
    await first.waitFor();
    await page.goto("/?systems=chromeos");
    const table = page.getByRole("table", { name: "Branches side by side" });
    await table.getByText("Tây Hồ").waitFor();
    expect(await first.count()).toBe(0);
    await expectToFit(page, "overview-narrowed-to-none");
  });

  test("for a screen at the wall the figures stand alone, and one button leads back", async () => {
    await enter("en", 1920);
    await page.getByRole("button", { name: "For a screen at the wall" }).click();
    await page.getByRole("navigation", { name: "Main navigation" }).waitFor({ state: "hidden" });
    await page.locator(".chart svg text").first().waitFor();
    await page.locator(".funnel li").first().waitFor();
    await takePicture(page, "overview-wall-1920");
    await page.getByRole("button", { name: "Back to the usual page" }).click();
    await page.getByRole("navigation", { name: "Main navigation" }).waitFor();
  });
});
