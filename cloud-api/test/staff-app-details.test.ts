import type { BranchSettings } from "@foyer/contract";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

describeWithChromium("what guests are asked, in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let branchId: string;
  let page: Page;

  async function openSettings(size: { width?: number; height?: number } = {}) {
    owner = await app.site.addOwner("Long Linh Coffee");
    branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
    page = await app.enter(owner, size);
    await page.goto(`/branches/${branchId}?section=details`);
    await page.getByRole("heading", { name: "Hỏi khách những gì" }).waitFor();
  }

  const readSettings = () => owner.get<BranchSettings>(`/api/v1/branches/${branchId}/settings`);
  const field = (name: string) => page.getByRole("group", { name, exact: true });

  test("a choice of one's own is asked in each language, with its reason, and those who come back are asked nothing", async () => {
    await openSettings();
    const save = page.getByRole("button", { name: "Lưu thay đổi" });
    await page.getByRole("combobox", { name: "Khách quay lại" }).click();
    await page.getByRole("option", { name: "Không hỏi" }).click();
    await page.getByRole("button", { name: "Thôi hỏi Email" }).click();
    await page.getByRole("button", { name: "Thêm mục" }).click();
    await page.getByRole("menuitem", { name: "Lựa chọn" }).click();
    await save.click();
    await page.getByText("Hãy viết câu hỏi bằng mọi ngôn ngữ của chi nhánh.").waitFor();
    const fill = (label: string, words: string) => field("Lựa chọn").getByLabel(label).fill(words);
    await fill("Câu hỏi (Tiếng Việt)", "Bạn thích uống gì?");
    await fill("Câu hỏi (Tiếng Anh)", "What do you like to drink?");
    await fill("Lựa chọn 1 (Tiếng Việt)", "Trà");
    await fill("Lựa chọn 1 (Tiếng Anh)", "Tea");
    await fill("Lựa chọn 2 (Tiếng Việt)", "Cà phê");
    await fill("Lựa chọn 2 (Tiếng Anh)", "Coffee");
    await fill("Vì sao bạn hỏi (Tiếng Việt)", "Để mời đúng món");
    await save.click();
    await expect
      .poll(async () => (await readSettings()).signIn.details, PATIENTLY)
      .toEqual({
        ...{ newcomers: "all", returning: "none" },
        fields: [
          { key: "name" },
          { key: "birthday" },
          {
            ...{ key: "own.ban_thich_uong_gi", kind: "choice" },
            label: { vi: "Bạn thích uống gì?", en: "What do you like to drink?" },
            why: { vi: "Để mời đúng món" },
            choices: [
              { value: "Trà", label: { vi: "Trà", en: "Tea" } },
              { value: "Cà phê", label: { vi: "Cà phê", en: "Coffee" } },
            ],
          },
        ],
      });
    await expect.poll(() => save.count(), PATIENTLY).toBe(0);
  });

  test("the form fits a phone, and what is cancelled changes nothing", async () => {
    await openSettings({ width: 390, height: 844 });
    await page.getByRole("button", { name: "Hỏi Email sớm hơn" }).click();
    await field("Email").getByLabel("Vì sao bạn hỏi (Tiếng Việt)").fill("Để gửi quà");
    const overflow = await page.evaluate<number>("document.documentElement.scrollWidth");
    expect(overflow).toBeLessThanOrEqual(390);
    const before = await readSettings();
    await page.getByRole("button", { name: "Bỏ thay đổi" }).click();
    expect(await readSettings()).toEqual(before);
    expect(await field("Email").getByLabel("Vì sao bạn hỏi (Tiếng Việt)").inputValue()).toBe("");
  });

  test("words put into the middle of a text stay there", async () => {
    await openSettings();
    const why = field("Email").getByLabel("Vì sao bạn hỏi (Tiếng Việt)");
    await why.pressSequentially("Để quà");
    for (let step = 0; step < "quà".length; step += 1) await why.press("ArrowLeft");
    await why.pressSequentially("gửi ");
    expect(await why.inputValue()).toBe("Để gửi quà");
    await page.getByRole("button", { name: "Bỏ thay đổi" }).click();
    expect(await why.inputValue()).toBe("");
  });
});
