import type { BranchSettings, CouponNews } from "@foyer/contract";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import type { CouponKindsReply } from "../src/features/coupons/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { openStaffApp } from "./open-staff-app.ts";
import type { EnrolledBox, TestStaff } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";

const SURVEY = {
  ...{ id: "spring", title: { vi: "Mùa xuân", en: "Spring" } },
  questions: [{ kind: "rating", id: "stars", label: { vi: "Mấy sao?" }, required: true }],
};

describeWithChromium("coupons in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let branchId: string;
  let box: EnrolledBox;
  let page: Page;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
    await owner.addBranch({ name: "Tây Hồ" });
    const path = `/api/v1/branches/${branchId}/settings`;
    const document = await owner.get<BranchSettings>(path);
    await owner.request("PUT", path, { ...document, surveys: [SURVEY] });
    box = await owner.addBox(branchId);
  });

  async function enter(options: { width?: number; height?: number; timeZone?: string } = {}) {
    page = await app.enter(owner, options);
  }

  async function takeCoupons(): Promise<CouponNews[]> {
    const reply = await box.pull({ coupons: 0, settings: 1e9, guests: 1e9 });
    return reply?.coupons ?? [];
  }
  const listKinds = async () => (await owner.get<CouponKindsReply>("/api/v1/coupon-kinds")).kinds;
  const verdict = () => page.locator(".till-verdict");
  const words = async (text: string) => {
    await page.getByLabel("Mã", { exact: true }).fill(text);
    await page.getByRole("button", { name: "Kiểm tra" }).click();
  };

  test("a coupon for a survey is made in a dialog, and guests who answer earn it", async () => {
    await enter({ width: 1280, height: 900 });
    await page.goto(`${app.site.origin}/coupons`);
    await page.getByRole("button", { name: "Phiếu mới" }).click();
    await page.getByLabel("Khách được gì (Tiếng Việt)").fill("Một ly trà sen vàng");
    await page.getByLabel("Tên phiếu (Tiếng Việt)").fill("Cảm ơn góp ý");
    await page.getByLabel("Tặng khi trả lời", { exact: true }).first().click();
    await page.getByRole("option", { name: "Mùa xuân" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Tạo phiếu" }).click();
    await page.getByRole("link", { name: "Một ly trà sen vàng" }).waitFor();
    expect(await listKinds()).toMatchObject([{ surveyIds: ["spring"], validDays: 30 }]);
    expect(await takeCoupons()).toHaveLength(100);
  });

  test("the dialog of a new coupon begins in its first field, and says which one is missing", async () => {
    await enter({ width: 390, height: 800 });
    await page.goto(`${app.site.origin}/coupons`);
    await page.getByRole("button", { name: "Phiếu mới" }).click();
    const isFocused = (label: string) =>
      page.getByLabel(label).evaluate((field) => field.ownerDocument.activeElement === field);
    await expect.poll(() => isFocused("Khách được gì (Tiếng Việt)")).toBe(true);
    await page.getByLabel("Khách được gì (Tiếng Việt)").fill("Một ly trà đá");
    await page.getByRole("button", { name: "Tạo phiếu" }).click();
    await page.getByText("Chưa điền “Tên phiếu”.").first().waitFor();
    await expect.poll(() => isFocused("Tên phiếu (Tiếng Việt)")).toBe(true);
    expect(await page.getByText("Chưa điền “Khách được gì”.").count()).toBe(0);
    expect((await listKinds()).some(({ offer }) => offer.vi === "Một ly trà đá")).toBe(false);
  });

  test("part of MC-3.11: a phone at the till says that a coupon is good, redeems it, and says when and where it was used", async () => {
    const made = { name: { vi: "Cảm ơn" }, offer: { vi: "Một ly trà" }, terms: null };
    const rest = { validDays: 30, branchIds: [], surveyIds: ["spring"], profileCompleteness: null };
    await owner.request("POST", "/api/v1/coupon-kinds", { ...made, ...rest });
    const [one] = await takeCoupons();
    if (!one) throw new Error("No coupons came.");
    const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
    const given = { kindId: one.kindId, validDays: 30, surveyId: "spring", deviceId: null };
    await box.push([
      ...lan.events,
      box.write("coupon.issued", {
        ...{ ...given, couponId: one.id, answerId: newId(), guestId: lan.guestId },
      }),
    ]);
    // Times are those of the branch's clock, wherever the phone thinks it is.
    await enter({ width: 390, height: 844, timeZone: "America/New_York" });
    // As a phone's camera opens it from the QR code.
    await page.goto(`${app.site.origin}/coupons/till#${one.code}`);
    await verdict().getByText("Dùng được").waitFor();
    expect(page.url()).not.toContain(one.code);
    expect(await page.locator(".till-answer time").getAttribute("title")).toContain("GMT+7");
    await page.getByRole("button", { name: "Nhận phiếu" }).click();
    await verdict().getByText("Đã nhận").waitFor();
    await page.getByRole("button", { name: "Phiếu tiếp theo" }).click();
    await words(one.code.toLowerCase());
    await verdict().getByText("Đã dùng rồi").waitFor();
    await page.locator(".till-answer").getByText("Hồ Gươm").waitFor();
    await words("ABCD-EFGH-2345");
    await verdict().getByText("Không có phiếu này").waitFor();
    const [kind] = await listKinds();
    await page.goto(`${app.site.origin}/coupons/${kind?.id}?state=used`);
    await page.getByText(`···· ${one.code.slice(-4)}`).waitFor();
    await page.getByText("Hồ Gươm, Owner").waitFor();
  });

  test("what comes late of one coupon is not taken for an answer about the next guest's", async () => {
    const [one, two] = await takeCoupons();
    if (!one || !two) throw new Error("No coupons came.");
    await enter({ width: 390, height: 844 });
    const { promise: untilReleased, resolve: release } = Promise.withResolvers<void>();
    await page.route("**/api/v1/coupon-redemptions", async (route) => {
      const reply = await route.fetch();
      await untilReleased;
      await route.fulfill({ response: reply });
    });
    const late = page.waitForEvent("requestfinished", {
      predicate: (request) => request.url().endsWith("/coupon-redemptions"),
      timeout: 60_000,
    });
    await page.goto(`${app.site.origin}/coupons/till`);
    await words(one.code);
    await verdict().getByText("Dùng được").waitFor();
    await page.getByRole("button", { name: "Nhận phiếu" }).click();
    await words(two.code);
    await verdict().getByText("Dùng được").waitFor();
    release();
    await late;
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
    expect(await verdict().textContent()).toContain("Dùng được");
    await page.getByRole("button", { name: "Nhận phiếu" }).click();
    await verdict().getByText("Đã nhận").waitFor();
  });
});
