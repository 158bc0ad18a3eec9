import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { listFaults } from "./axe.ts";
import { openTestSite, type TestSite, type TestStaff } from "./open-test-site.ts";
import {
  describeWithChromium,
  enterStaffApp,
  launchBrowser,
  type Visitor,
} from "./staff-browser.ts";

describeWithChromium("the breakdown in a browser", () => {
  let site: TestSite;
  let browser: Browser;
  let owner: TestStaff;
  let visitor: Visitor;
  let page: Page;

  beforeAll(async () => {
    site = await openTestSite();
    browser = await launchBrowser();
    owner = await site.addOwner("Long Linh Coffee");
    const { id: branchId } = await owner.addBranch({ name: "Hồ Gươm" });
    const label = { en: "Favourite drink", vi: "Đồ uống ưa thích" };
    const choices = [
      { value: "tea", label: { en: "Tea", vi: "Trà" } },
      { value: "coffee", label: { en: "Coffee", vi: "Cà phê" } },
    ];
    const field = { key: "own.drink", kind: "choice", label, choices };
    await owner.request("POST", "/api/v1/customer-fields", field);
    const people = [
      { name: "Lan", "own.drink": "tea", birthday: "1990-05-31" },
      { name: "Minh", "own.drink": "tea", birthday: "--02-03" },
      { name: "Hoa", "own.drink": "coffee" },
      { name: "An" },
    ];
    for (const values of people)
      await owner.request("POST", "/api/v1/customers", { branchId, values });
  });
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

  test.each([
    ["en", 1280, "Breakdown", "Favourite drink", "Tea: 2 customers", "Favourite drink: Tea"],
    ["vi", 390, "Phân tích", "Đồ uống ưa thích", "Trà: 2 khách", "Đồ uống ưa thích: Trà"],
  ] as const)(
    "in %s at %i px counts by a field of one's own, and a number opens who it counts",
    async (language, width, title, field, number, opened) => {
      await owner.request("PATCH", "/api/v1/me", { language });
      visitor = await enterStaffApp(browser, owner, { origin: site.origin, width });
      page = visitor.page;
      await page.goto("/breakdown");
      await page.getByRole("heading", { name: title, level: 1 }).waitFor();
      await page.getByText("Hồ Gươm").waitFor();
      await page.getByRole("combobox").click();
      await page.getByRole("option", { name: field }).click();
      await page.getByRole("link", { name: number }).waitFor();
      await shoot(`breakdown-${language}-${width}`);
      await page.getByRole("link", { name: number }).click();
      await page.getByRole("heading", { name: opened }).waitFor();
      await page.getByRole("link", { name: "Lan", exact: true }).waitFor();
      await page.getByRole("link", { name: "Minh", exact: true }).waitFor();
      expect(await page.getByRole("link", { name: "Hoa", exact: true }).count()).toBe(0);
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(wide).toBeLessThanOrEqual(width);
      await shoot(`breakdown-list-${language}-${width}`);
      await page.goto("/breakdown?by=birthday");
      await page.getByText(language === "en" ? "February" : "Tháng 2", { exact: true }).waitFor();
      await shoot(`breakdown-birthday-${language}-${width}`);
    },
  );

  test.each([
    ["en", 1280, ["Save", "Name", "Open it", "Customers by Favourite drink", "Tea"]],
    ["vi", 390, ["Lưu", "Tên", "Mở", "Khách theo Đồ uống ưa thích", "Trà"]],
  ] as const)(
    "in %s at %i px it is saved from its page, and opened with its numbers beside those of before",
    { timeout: 60_000 },
    async (language, width, [save, name, open, title, value]) => {
      await owner.request("PATCH", "/api/v1/me", { language });
      visitor = await enterStaffApp(browser, owner, { origin: site.origin, width });
      page = visitor.page;
      await page.goto("/breakdown?by=own.drink");
      await page.getByRole("button", { name: save, exact: true }).click();
      await page.getByRole("dialog").getByLabel(name, { exact: true }).fill(`Drinks ${language}`);
      await page.getByRole("dialog").getByRole("button", { name: save, exact: true }).click();
      await page.getByRole("dialog").getByRole("link", { name: open, exact: true }).click();
      await page.getByRole("heading", { name: title, exact: true }).waitFor();
      await page
        .getByRole("row", { name: new RegExp(`^${value}.*2`) })
        .first()
        .waitFor();
      expect(await listFaults(page, "a saved breakdown")).toEqual([]);
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(wide).toBeLessThanOrEqual(width);
      await shoot(`breakdown-saved-${language}-${width}`);
      await page.goto("/saved-reports");
      await page.getByRole("link", { name: `Drinks ${language}` }).waitFor();
      await shoot(`breakdown-saved-list-${language}-${width}`);
    },
  );
});
