import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openVisitedCompany, type VisitedCompany } from "./company-of-visits.ts";
import { openStaffApp, takePicture } from "./open-staff-app.ts";
import { describeWithChromium } from "./staff-browser.ts";

describeWithChromium("the frame of the staff app in a browser", () => {
  const app = openStaffApp();
  let company: VisitedCompany;
  let page: Page;

  beforeAll(async () => {
    company = await openVisitedCompany(app.site);
  }, 120_000);
  async function enter(language: "en" | "vi", width: number) {
    page = await app.enter(company.owner, { language, width });
  }
  const heading = (name: string) => page.getByRole("button", { name, exact: true });
  const section = (name: string) => page.getByRole("region", { name, exact: true });

  test("a section folds by key, is folded after a reload, and opens with a page of its own", async () => {
    await enter("en", 1280);
    const wifi = section("Wi-Fi");
    const link = wifi.getByRole("link").first();
    await link.waitFor();
    const address = (await link.getAttribute("href")) ?? "";
    await heading("Wi-Fi").focus();
    await page.keyboard.press("Enter");
    await link.waitFor({ state: "hidden" });
    expect(await heading("Wi-Fi").getAttribute("aria-expanded")).toBe("false");
    await takePicture(page, "navigation-folded-1280");
    await page.reload();
    await heading("Wi-Fi").waitFor();
    expect(await wifi.getByRole("link").count()).toBe(0);
    expect(await section("Company").getByRole("link").count()).toBeGreaterThan(0);
    await page.goto(`${app.site.origin}${address}`);
    await wifi.locator("[aria-current=page]").waitFor();
    // Where somebody is does not fold away.
    await heading("Wi-Fi").click({ force: true });
    expect(await wifi.getByRole("link").count()).toBeGreaterThan(0);
    await page.goto(app.site.origin);
    await heading("Wi-Fi").click();
    await link.waitFor();
  });

  test("on a phone the sections fold behind the menu's button, and do not scroll sideways", async () => {
    await enter("vi", 390);
    await page.getByRole("button", { name: "Mở trình đơn" }).click();
    const company = section("Công ty");
    await company.getByRole("link").first().waitFor();
    await heading("Công ty").click();
    await company.getByRole("link").first().waitFor({ state: "hidden" });
    await takePicture(page, "navigation-folded-390");
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(390);
  });

  test("a column of buttons is named to those who hear the table, and to nobody else", async () => {
    await enter("en", 1280);
    await page.goto(`${app.site.origin}/company`);
    const header = page.getByRole("columnheader", { name: "Actions", exact: true }).first();
    await header.waitFor();
    const words = await header.locator("span").boundingBox();
    expect(words?.width).toBeLessThan(2);
  });
});
