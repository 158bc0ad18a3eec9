import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, signInAs } from "./staff-browser.ts";

const FILE = [
  "Họ tên,Số điện thoại,Email,Ngày sinh,Ghi chú",
  "Nguyễn Thị Lan,0912 345 678,lan@example.com,24/3/1992,thích trà",
  "Trần Minh,0168 345 6789,,,",
  "Không số,,,,",
  "Số sai,12,lan@,32/1,",
].join("\r\n");

describeWithChromium("imports in a browser", () => {
  const app = openStaffApp({ mayComplain: true });
  let owner: TestStaff;
  let page: Page;

  async function enter(options: { width?: number; height?: number } = {}) {
    owner = await app.site.addOwner("Long Linh Coffee");
    await owner.addBranch({ name: "Hồ Gươm" });
    page = await app.visit(options);
    await page.goto("/imports");
    await signInAs(page, owner);
    await page.getByRole("heading", { name: "Nhập khách hàng" }).waitFor();
  }

  const send = (text: string) =>
    page
      .locator("input[type=file]")
      .setInputFiles({ name: "khach.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  const overflow = () => page.evaluate<number>("document.documentElement.scrollWidth");

  test("part of MC-2.10: a file is sent, its columns are looked at, tried and brought in", async () => {
    await enter();
    await page.getByText("Chưa có tệp nào").waitFor();
    await send(FILE);
    await page.getByText("Nguyễn Thị Lan · Trần Minh").waitFor();
    const phone = page.getByRole("combobox", { name: "Là: Số điện thoại" });
    expect(await phone.inputValue()).toBe("Số điện thoại");
    await page.getByRole("button", { name: "Kiểm tra" }).click();
    await page.getByRole("button", { name: "Nhập 2 dòng" }).waitFor();
    await page.getByText("thiếu số điện thoại, email, số thẻ và mã POS").waitFor();
    await page.getByRole("button", { name: "Nhập 2 dòng" }).click();
    await page.getByText("Đã nhập", { exact: true }).waitFor();
    const mending = page.getByRole("link", { name: "Tải các dòng cần sửa" });
    const [file] = await Promise.all([page.waitForEvent("download"), mending.click()]);
    expect(file.suggestedFilename()).toMatch(/^rows-to-mend-/);
    await page.getByRole("link", { name: "Xem khách hàng" }).click();
    await page.getByRole("link", { name: "Trần Minh" }).waitFor();
    for (const [form, name] of [
      ["xlsx", "Tệp Excel (.xlsx)"],
      ["csv", "Tệp CSV (.csv)"],
    ] as const) {
      await page.getByRole("button", { name: "Xuất tệp" }).click();
      const taking = page.getByRole("link", { name });
      const [taken] = await Promise.all([page.waitForEvent("download"), taking.click()]);
      expect(taken.suggestedFilename()).toBe(`customers.${form}`);
    }
    await page.getByRole("link", { name: "Nguyễn Thị Lan" }).click();
    await page.getByText("Từ tệp nhập, cho Hồ Gươm").first().waitFor();
    expect(app.takeComplaints()).toEqual([]);
  });

  test("every step fits a phone, and what is no table says what to do", async () => {
    await enter({ width: 390, height: 844 });
    expect(await overflow()).toBeLessThanOrEqual(390);
    await send("PK\u0003\u0004…");
    await page.getByText("Không mở được tệp Excel này").waitFor();
    await page.goto("/imports");
    await page.getByText("Không đọc được").waitFor();
    await send(FILE);
    await page.getByRole("button", { name: "Kiểm tra" }).click();
    await page.getByRole("button", { name: "Nhập 2 dòng" }).waitFor();
    expect(await overflow()).toBeLessThanOrEqual(390);
    await page.getByRole("button", { name: "Dừng lại" }).click();
    await page.getByText("Đã dừng").waitFor();
    await page.goto("/customers");
    await page.getByRole("button", { name: "Xuất tệp" }).waitFor();
    expect(await overflow()).toBeLessThanOrEqual(390);
  });
});
