import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openStaffApp, takePicture } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

describeWithChromium("who may and did what in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let page: Page;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    const { id: branchId } = await owner.addBranch({ name: "Hồ Gươm" });
    await owner.request("POST", "/api/v1/customers", { branchId, values: { name: "Lan" } });
    for (const name of ["Chay", "Quen"]) await owner.request("POST", "/api/v1/tags", { name });
    const role = { name: "Lễ tân", permissions: ["branches.read", "customers.read"] };
    await owner.request("POST", "/api/v1/roles", role);
  });
  async function enter(language: "en" | "vi", width: number) {
    page = await app.enter(owner, { language, width });
  }
  const isNarrowEnough = async (width: number) =>
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
      width,
    );

  test.each([
    ["en", 1280, "By person", "Tag 2", "2 changes", "Made: Tag"],
    ["vi", 390, "Theo người", "Thẻ 2", "2 thay đổi", "Tạo: Thẻ"],
  ] as const)(
    "in %s at %i px the changes of a person are counted, and a number opens them",
    async (language, width, link, number, counted, entry) => {
      await enter(language, width);
      await page.goto("/audit");
      await page.getByRole("link", { name: link }).click();
      await page.getByText("Owner", { exact: true }).first().waitFor();
      await page.getByRole("link", { name: number }).waitFor();
      await isNarrowEnough(width);
      await takePicture(page, `people-${language}-${width}`);
      await page.getByRole("link", { name: number }).click();
      await page.getByText(counted, { exact: true }).waitFor();
      await expect.poll(() => page.getByText(entry).count(), PATIENTLY).toBe(2);
    },
  );

  test.each([
    [
      "en",
      1280,
      "Nobody has taken customers as a file",

      "Who took files",
      "search “Lan”",
    ],
    ["vi", 390, "Chưa ai tải khách thành tệp", "Ai đã tải tệp", "tìm “Lan”"],
  ] as const)(
    "in %s at %i px it is told who took customers as a file",
    async (language, width, nobody, title, which) => {
      await enter(language, width);
      await page.goto("/customers/exports");
      await page.getByRole("heading", { name: title }).waitFor();
      if (language === "en") {
        await page.getByText(nobody).waitFor();
        await owner.download("/api/v1/customers.csv?search=Lan");
        await page.reload();
      }
      await page.getByRole("link", { name: which }).waitFor();
      await page.getByText("Owner", { exact: true }).first().waitFor();
      await isNarrowEnough(width);
      await takePicture(page, `exports-${language}-${width}`);
    },
  );

  test("CNV-5.4 what each role may do stands in one table, with the company's own roles beside it", async () => {
    await enter("en", 1280);
    await page.goto("/staff/roles");
    const table = page.getByRole("table").filter({ hasText: "See the audit log" });
    await table.waitFor();
    const heads = await table.getByRole("columnheader").allInnerTexts();
    expect(heads.map((head) => head.trim())).toEqual([
      ...["May", "Owner", "Admin", "Marketer"],
      ...["Branch manager", "Cashier", "Viewer"],
    ]);
    type Roles = {
      permissions: { name: string }[];
      roles: { role: string; permissions: string[] }[];
    };
    const { permissions, roles } = await owner.get<Roles>("/api/v1/roles");
    const rows = table.locator("tbody tr");
    expect(await rows.count()).toBe(permissions.length);
    for (const [index, { name }] of permissions.entries()) {
      const cells = rows.nth(index).locator("td");
      const held = await cells.evaluateAll((all) =>
        all.map((cell) => {
          const { querySelector } = cell as { querySelector: (of: string) => unknown };
          return querySelector.call(cell, "svg") !== null;
        }),
      );
      expect([name, ...held]).toEqual([
        name,
        ...roles.map((role) => role.permissions.includes(name)),
      ]);
    }
    await page.getByRole("row", { name: /Lễ tân.*See branches · See customers/ }).waitFor();
    await takePicture(page, "roles-en-1280");
  });
});
