import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const LIKES = [
  { value: "tea", label: { vi: "Trà", en: "Tea" } },
  { value: "cake", label: { vi: "Bánh", en: "Cake" } },
];
const FIELDS = [
  { key: "own.since", kind: "date", label: { vi: "Ngày cưới", en: "Wedding day" } },
  { key: "own.likes", kind: "choices", label: { vi: "Món thích", en: "Likes" }, choices: LIKES },
  { key: "own.size", kind: "number", label: { vi: "Cỡ giày", en: "Shoe size" } },
  { key: "own.vegan", kind: "yes-no", label: { vi: "Ăn chay", en: "Vegan" } },
];
const PEOPLE = [
  { name: "Lan", "own.since": "2019-03-08", "own.likes": "tea\ncake", "own.size": "38.5" },
  { name: "Minh", "own.since": "2024-03-08", "own.likes": "tea", card: "VIP 77" },
  { name: "Hoa", "own.since": "2021-12-24", "own.vegan": "yes" },
];

describeWithChromium("fields of the company's own in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let page: Page;

  async function openCompany(size: { width?: number; height?: number } = {}) {
    owner = await app.site.addOwner("Long Linh Coffee");
    const branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
    for (const field of FIELDS)
      expect((await owner.request("POST", "/api/v1/customer-fields", field)).status).toBe(201);
    for (const values of PEOPLE)
      expect((await owner.request("POST", "/api/v1/customers", { branchId, values })).status).toBe(
        201,
      );
    page = await app.enter(owner, size);
  }
  const overflow = () => page.evaluate<number>("document.documentElement.scrollWidth");
  const choose = async (label: string, option: string) => {
    await page.getByRole("combobox", { name: label, exact: true }).click();
    await page.getByRole("option", { name: option, exact: true }).click();
  };

  /** One of several, whose list stays open for the next. */
  const pick = async (label: string, option: string) => {
    await choose(label, option);
    await page.keyboard.press("Escape");
  };

  test("a segment asks for them by their words, and for a day and month whatever the year", async () => {
    await openCompany({ width: 1280, height: 900 });
    await page.goto("/segments/new");
    await choose("Xét điều gì", "có thông tin");
    await choose("Thông tin", "Ngày cưới");
    await choose("Thế nào", "rơi vào ngày");
    await page.getByText("Khách hàng có Ngày cưới vào 1 tháng 3, bất kể năm").waitFor();
    await page.getByText("Chưa có ai thoả").waitFor();
    await page.getByRole("textbox", { name: "Ngày", exact: true }).fill("8");
    await page.getByText("Khách hàng có Ngày cưới vào 8 tháng 3, bất kể năm").waitFor();
    await page.getByText("2 khách hàng thoả").waitFor();
    await choose("Thế nào", "rơi vào khoảng ngày");
    await choose("Ngày đầu: Tháng", "Tháng 12");
    await choose("Ngày cuối: Tháng", "Tháng 1");
    await page.getByText("từ 1 tháng 12 đến 31 tháng 1, bất kể năm").waitFor();
    await page.getByText("1 khách hàng thoả").waitFor();
    await choose("Thông tin", "Món thích");
    await page.getByText("Hãy điền xong các điều kiện").first().waitFor();
    await pick("Giá trị", "Trà");
    await page.getByText("2 khách hàng thoả").waitFor();
    await choose("Thế nào", "gồm tất cả");
    await pick("Giá trị", "Trà");
    await pick("Giá trị", "Bánh");
    await page.getByText("Khách hàng có Món thích gồm Trà và Bánh").waitFor();
    await page.getByText("1 khách hàng thoả").waitFor();
    await choose("Thông tin", "Ăn chay");
    await pick("Giá trị", "có");
    await page.getByRole("button", { name: "Vì sao có Hoa?" }).click();
    await page.getByRole("dialog").getByText("trả lời Ăn chay: có").waitFor();
    expect(await page.getByRole("dialog").textContent()).toMatch(/Ăn chay: có – “có”/);
    await page.keyboard.press("Escape");
    await page.getByRole("textbox", { name: "Tên" }).fill("Ăn chay");
    await page.getByRole("button", { name: "Lưu" }).click();
    await page.getByRole("heading", { name: "Ăn chay" }).waitFor();
  }, 120_000);

  test("a phone holds the builder, and a card that is not there is asked for", async () => {
    await openCompany({ width: 390, height: 844 });
    await page.goto("/segments/new");
    await choose("Xét điều gì", "có thông tin");
    await choose("Thông tin", "Ngày cưới");
    await choose("Thế nào", "rơi vào khoảng ngày");
    await page.getByText("bất kể năm").first().waitFor();
    expect(await overflow()).toBeLessThanOrEqual(390);
    await choose("Thông tin", "số thẻ");
    await choose("Thế nào", "chưa biết");
    await page.getByText("Khách hàng chưa có số thẻ").waitFor();
    await page.getByText("2 khách hàng thoả").waitFor();
    expect(await overflow()).toBeLessThanOrEqual(390);
  });

  test("an admin says of a field that it is searched and open to customers", async () => {
    await openCompany({ width: 390, height: 844 });
    await page.goto("/customer-fields");
    await page.getByRole("button", { name: "Cỡ giày" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("checkbox", { name: "Dùng để tìm kiếm" }).check();
    await dialog.getByRole("checkbox", { name: "Mở cho khách hàng" }).check();
    await dialog.getByRole("button", { name: "Lưu" }).click();
    await page.getByText("tìm kiếm được").waitFor();
    await page.getByText("mở cho khách", { exact: true }).waitFor();
    type Found = { total: number };
    const found = async () => (await owner.get<Found>("/api/v1/customers?search=38")).total;
    await expect.poll(found, PATIENTLY).toBe(1);
    await page.getByRole("button", { name: "Ngày cưới" }).click();
    expect(await dialog.getByRole("checkbox", { name: "Dùng để tìm kiếm" }).count()).toBe(0);
    expect(await overflow()).toBeLessThanOrEqual(390);
  });

  test("a file's columns are fields of the company's own, and what is none of theirs is said by their words", async () => {
    await openCompany({ width: 390, height: 844 });
    await page.goto("/imports");
    const text = "SĐT,Cỡ giày,Ngày\n0912345678,38,1/5/2020\n0912345679,to,1/5/2020\n";
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "khach.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    const size = page.getByRole("combobox", { name: "Là: Cỡ giày" });
    await size.waitFor();
    expect(await size.inputValue()).toBe("Cỡ giày");
    await choose("Là: Ngày", "Ngày cưới");
    expect(await overflow()).toBeLessThanOrEqual(390);
    await page.getByRole("button", { name: "Kiểm tra" }).click();
    await page.getByText("Cỡ giày: không phải là số").waitFor();
    await page.getByRole("button", { name: "Nhập 1 dòng" }).click();
    await page.getByText("Đã nhập", { exact: true }).waitFor();
  });
});
