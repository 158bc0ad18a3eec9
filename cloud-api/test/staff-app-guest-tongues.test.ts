import type { BranchSettings } from "@foyer/contract";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import type { CouponKindsReply } from "../src/features/coupons/schema.ts";
import { openStaffApp } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";

const QUESTION = "چای چطور بود؟";

describeWithChromium("what guests read, in every language of the branches", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let branchId: string;
  let page: Page;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
  });

  const settings = () => owner.get<BranchSettings>(`/api/v1/branches/${branchId}/settings`);
  const speak = (languages: BranchSettings["branch"]["languages"]) =>
    owner.request("PATCH", `/api/v1/branches/${branchId}`, { languages });
  const box = (name: string) => page.getByRole("textbox", { name });

  test("a survey is written in Persian from right to left where a branch speaks it, and not where none does", async () => {
    page = await app.enter(owner, { width: 1280, height: 900 });
    await page.goto(`${app.site.origin}/surveys/new`);
    await box("Tiêu đề (Tiếng Anh)").waitFor();
    expect(await box("Tiêu đề (Tiếng Ba Tư)").count()).toBe(0);
    expect((await speak(["vi", "en", "fa"])).status).toBe(200);
    await page.reload();
    await box("Tiêu đề (Tiếng Ba Tư)").fill("نظر شما");
    await box("Tiêu đề (Tiếng Việt)").fill("Bạn thấy thế nào?");
    const question = box("Câu hỏi (Tiếng Ba Tư)");
    expect(await question.getAttribute("lang")).toBe("fa");
    // Before a letter is there, too: an empty field would have no direction of its own.
    expect(await question.evaluate((field) => field.matches(":dir(rtl)"))).toBe(true);
    await question.fill(QUESTION);
    await box("Câu hỏi (Tiếng Việt)").fill("Trà thế nào?");
    await page.getByRole("button", { name: "Lưu" }).click();
    await page.getByText("Phiên bản 1").first().waitFor();
    const [survey] = (await settings()).surveys ?? [];
    expect(survey?.title).toEqual({ vi: "Bạn thấy thế nào?", fa: "نظر شما" });
    expect(survey?.questions).toMatchObject([{ label: { vi: "Trà thế nào?", fa: QUESTION } }]);
    // What is written stays to be mended, though no branch speaks it any more.
    expect((await speak(["vi", "en"])).status).toBe(200);
    await page.reload();
    await expect.poll(() => question.inputValue()).toBe(QUESTION);
  });

  test("a coupon is written in Persian where a branch speaks it", async () => {
    await speak(["vi", "en", "fa"]);
    page = await app.enter(owner, { width: 390, height: 844 });
    await page.goto(`${app.site.origin}/coupons`);
    await page.getByRole("button", { name: "Phiếu mới" }).click();
    await box("Khách được gì (Tiếng Ba Tư)").fill("یک چای");
    await box("Tên phiếu (Tiếng Ba Tư)").fill("سپاس");
    await box("Tên phiếu (Tiếng Việt)").fill("Cảm ơn");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    await page.getByRole("button", { name: "Tạo phiếu" }).click();
    await page.getByRole("link", { name: "یک چای" }).waitFor();
    const { kinds } = await owner.get<CouponKindsReply>("/api/v1/coupon-kinds");
    expect(kinds).toMatchObject([{ name: { vi: "Cảm ơn", fa: "سپاس" }, offer: { fa: "یک چای" } }]);
  });
});
