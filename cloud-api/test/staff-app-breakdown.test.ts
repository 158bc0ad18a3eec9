import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { listFaults } from "./axe.ts";
import { expectToFit, openStaffApp, takePicture } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";

describeWithChromium("the breakdown in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let page: Page;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
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

  test.each([
    ["en", 1280, "Breakdown", "Favourite drink", "Tea: 2 customers", "Favourite drink: Tea"],
    ["vi", 390, "Phân tích", "Đồ uống ưa thích", "Trà: 2 khách", "Đồ uống ưa thích: Trà"],
  ] as const)(
    "in %s at %i px counts by a field of one's own, and a number opens who it counts",
    async (language, width, title, field, number, opened) => {
      page = await app.enter(owner, { language, width });
      await page.goto("/breakdown");
      await page.getByRole("heading", { name: title, level: 1 }).waitFor();
      await page.getByText("Hồ Gươm").waitFor();
      await page.getByRole("combobox").click();
      await page.getByRole("option", { name: field }).click();
      await page.getByRole("link", { name: number }).waitFor();
      await page.getByText(/^(As of|Tính đến) \S+/).waitFor();
      await takePicture(page, `breakdown-${language}-${width}`);
      await page.getByRole("link", { name: number }).click();
      await page.getByRole("heading", { name: opened }).waitFor();
      await page.getByRole("link", { name: "Lan", exact: true }).waitFor();
      await page.getByRole("link", { name: "Minh", exact: true }).waitFor();
      expect(await page.getByRole("link", { name: "Hoa", exact: true }).count()).toBe(0);
      await expectToFit(page, `breakdown-list-${language}`);
      await page.goto("/breakdown?by=birthday");
      await page.getByText(language === "en" ? "February" : "Tháng 2", { exact: true }).waitFor();
      await takePicture(page, `breakdown-birthday-${language}-${width}`);
    },
  );

  test("whoever may see no customers reads the numbers, and is sent to none that would be refused", async () => {
    const analyst = await app.site.addStaffWith(owner, ["breakdowns.read", "branches.read"]);
    page = await app.enter(analyst, { language: "en" });
    await page.goto("/breakdown?by=own.drink");
    await page.getByText("Tea", { exact: true }).waitFor();
    expect(await page.getByRole("link", { name: /customers?$/ }).count()).toBe(0);
  });

  test.each([
    ["en", 1280, ["Save", "Name", "Open it", "Customers by Favourite drink", "Tea"]],
    ["vi", 390, ["Lưu", "Tên", "Mở", "Khách theo Đồ uống ưa thích", "Trà"]],
  ] as const)(
    "in %s at %i px it is saved from its page, and opened with its numbers beside those of before",
    { timeout: 60_000 },
    async (language, width, [save, name, open, title, value]) => {
      page = await app.enter(owner, { language, width });
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
      await expectToFit(page, `breakdown-saved-${language}`);
      await page.goto("/saved-reports");
      await page.getByRole("link", { name: `Drinks ${language}` }).waitFor();
      await takePicture(page, `breakdown-saved-list-${language}-${width}`);
    },
  );
});
