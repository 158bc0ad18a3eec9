import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, signInAs } from "./staff-browser.ts";

const HOUR = 3_600_000;

describeWithChromium("ranks and tags by rule in a browser", () => {
  const app = openStaffApp({ mayComplain: true });
  let owner: TestStaff;
  let box: EnrolledBox;
  let page: Page;
  let customerId: string;

  /** Lan came three times within two days. */
  beforeEach(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
    const { events, guestId, deviceId } = box.signIn({ phone: "+84912345601", name: "Lan" });
    const visits = [60, 40, 20].flatMap((hours) => {
      const startedAt = new Date(app.site.now().getTime() - hours * HOUR);
      const endedAt = new Date(startedAt.getTime() + 45 * 60_000);
      return box.visit({ guestId, deviceId, startedAt, endedAt }).events;
    });
    await box.push([...events, ...visits]);
    type Customers = { customers: { id: string; visits: number }[] };
    const { customers } = await askUntil(
      () => owner.get<Customers>("/api/v1/customers"),
      (found) => found.customers[0]?.visits === 3,
    );
    customerId = customers[0]?.id ?? "";
  });

  async function enter(options: { width?: number; height?: number } = {}, staff = owner) {
    page = await app.visit(options);
    await page.goto("/");
    await signInAs(page, staff);
    await page.getByRole("heading", { name: "Tổng quan" }).waitFor();
  }
  const overflow = () => page.evaluate<number>("document.documentElement.scrollWidth");

  test("three tiers are made at once, given by points, and seen on the customer's page", async () => {
    await enter();
    await page.getByRole("link", { name: "Điểm và hạng" }).click();
    await page.getByText("1 khách hàng có điểm").waitFor();
    await page.getByRole("button", { name: "Tạo hạng đồng, bạc và vàng" }).click();
    await page.getByRole("checkbox", { name: "Vàng" }).waitFor();
    // Of 15 she has 8: bronze.
    await page.getByText("1 khách", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Lưu" }).click();
    await page.getByText("Đã lưu.").waitFor();
    await page.goto(`/customers/${customerId}`);
    await page.getByText("8 trên 15 điểm").waitFor();
    await page.getByText("Theo quy tắc:").waitFor();
    await page.getByText("3 lượt ghé trong 365 ngày").waitFor();
    expect(app.takeComplaints()).toEqual([]);
  });

  test("bounds that do not rise are refused where they stand, also on a phone", async () => {
    await enter({ width: 390, height: 844 });
    await page.goto("/scores");
    const lengths = page.getByRole("group", { name: "Thường xuyên" });
    await lengths.getByRole("textbox").nth(1).fill("1");
    await page.getByRole("button", { name: "Lưu" }).click();
    await lengths.getByText("Mỗi mốc phải lớn hơn mốc trước.").waitFor();
    expect(await overflow()).toBeLessThanOrEqual(390);
  });

  test("a tag is given by a rule that staff make and take back", async () => {
    const tag = await owner.request("POST", "/api/v1/tags", { name: "Khách quen" });
    expect(tag.status).toBe(201);
    const tree = { kind: "all", of: [{ kind: "visit-count", count: { min: 3 }, visits: {} }] };
    const made = await owner.request("POST", "/api/v1/segments", { name: "Ba lần", tree });
    expect(made.status).toBe(201);
    await enter();
    await page.goto("/groups");
    await page.getByText("Chưa có quy tắc nào").waitFor();
    await page.getByRole("button", { name: "Thêm quy tắc" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Thẻ" }).click();
    await page.getByRole("option", { name: "Khách quen" }).click();
    await dialog.getByRole("combobox", { name: "Phân khúc" }).click();
    await page.getByRole("option", { name: "Ba lần" }).click();
    await dialog.getByRole("button", { name: "Lưu" }).click();
    const rules = page.getByRole("table", { name: "Thẻ theo quy tắc" });
    await rules.getByRole("link", { name: "1", exact: true }).waitFor();
    await page.getByRole("button", { name: "Xóa quy tắc của Khách quen" }).click();
    await dialog.getByText("1 khách có thẻ theo quy tắc").waitFor();
    await dialog.getByRole("button", { name: "Xóa", exact: true }).click();
    await page.getByText("Chưa có quy tắc nào").waitFor();
    expect(app.takeComplaints()).toEqual([]);
  });
});
