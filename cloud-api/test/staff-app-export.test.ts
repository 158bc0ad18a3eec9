import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { ExportColumnsReply } from "../src/features/customers/schema.ts";
import { listFaults } from "./axe.ts";
import { openStaffApp, takePicture } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const WORDS = {
  en: {
    ...{ open: "Export", columns: "Columns of the file", all: "All", csv: "CSV file (.csv)" },
    ...{ not: "This file cannot be brought in again", none: "Choose at least one column." },
    ...{ name: "Name", tier: "Tier", visits: "Visits", log: "Who took files" },
  },
  vi: {
    ...{ open: "Xuất tệp", columns: "Các cột của tệp", all: "Tất cả", csv: "Tệp CSV (.csv)" },
    ...{ not: "Tệp này không nhập lại được", none: "Hãy chọn ít nhất một cột." },
    ...{ name: "Tên", tier: "Hạng", visits: "Lượt ghé", log: "Ai đã tải tệp" },
  },
} as const;

describeWithChromium("the file of customers in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let page: Page;

  async function enter(language: "en" | "vi", width: number) {
    owner = await app.site.addOwner("Long Linh Coffee");
    const branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
    const values = { name: "Lan", phone: "0912345678" };
    const made = await owner.request("POST", "/api/v1/customers", { branchId, values });
    expect(made.status).toBe(201);
    page = await app.enter(owner, { language, width });
  }

  test.each([
    ["en", 1280],
    ["vi", 390],
  ] as const)(
    "in %s at %i px columns are chosen, taken in the reader's words, remembered and told of in the log",
    async (language, width) => {
      const words = WORDS[language];
      await enter(language, width);
      await page.goto("/customers");
      await page.getByRole("button", { name: words.open, exact: true }).click();
      const columns = page.getByRole("group", { name: words.columns });
      const box = (name: string) => columns.getByRole("checkbox", { name, exact: true });
      expect(await box(words.name).isChecked()).toBe(true);
      expect(await box(words.tier).isChecked()).toBe(false);
      const csv = page.getByRole("link", { name: words.csv });
      await page.getByRole("button", { name: words.all, exact: true }).click();
      expect(await box(words.tier).isChecked()).toBe(true);
      for (const checkbox of await columns.getByRole("checkbox").all()) await checkbox.uncheck();
      await page.getByText(words.none).waitFor();
      await csv.waitFor({ state: "detached" });
      await box(words.visits).check();
      await box(words.name).check();
      await page.getByText(words.not).waitFor();
      await takePicture(page, `export-${language}-${width}`);
      expect(await listFaults(page, "columns of the file")).toEqual([]);
      await page.setViewportSize({ width, height: 900 });
      const [download] = await Promise.all([page.waitForEvent("download"), csv.click()]);
      const file = readFileSync(await download.path(), "utf8");
      expect(file).toBe(`\ufeff"${words.name}","${words.visits}"\r\n"Lan",0\r\n`);
      const taken = () => owner.get<ExportColumnsReply>("/api/v1/customer-export-columns");
      await expect.poll(taken, PATIENTLY).toMatchObject({ columns: ["name", "visits"] });
      await page.reload();
      await page.getByRole("button", { name: words.open, exact: true }).click();
      await box(words.name).waitFor();
      expect(await box(words.tier).isChecked()).toBe(false);
      expect(await columns.getByRole("checkbox", { checked: true }).count()).toBe(2);
      await page.getByRole("link", { name: words.log }).click();
      await page.getByText(`${words.name}, ${words.visits}`, { exact: true }).waitFor();
      await takePicture(page, `export-log-${language}-${width}`);
    },
  );
});
