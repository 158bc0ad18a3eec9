import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BranchSettings } from "@foyer/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listFaults } from "./axe.ts";
import { openTestSite, type TestSite } from "./open-test-site.ts";
import { describeWithChromium, enterStaffApp, launchBrowser } from "./staff-browser.ts";
import { answer, type FilesPlace, openFilesPlace, photograph } from "./survey-files-place.ts";
import { writePdf } from "./write-pdf.ts";

const PHONE = { width: 390, height: 844 };
const picture = async () => ({
  ...{ name: "../../etc/<b>passwd", mimeType: "text/html", buffer: await photograph() },
});

describeWithChromium("pictures from customers in a browser", () => {
  let site: TestSite;
  let browser: Browser;
  let place: FilesPlace;

  beforeAll(async () => {
    site = await openTestSite();
    browser = await launchBrowser();
    place = await openFilesPlace(site);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  async function onPhone(address: string): Promise<Page> {
    const context = await browser.newContext({ viewport: PHONE, javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(address);
    return page;
  }

  const look = (page: Page, name: string) =>
    page.screenshot({ path: join(tmpdir(), `survey-files-${name}.png`), fullPage: true });

  test("part of HM-7.3: a customer sends a picture on a phone without JavaScript, and staff see it with the answer, the case and the customer", async () => {
    const customer = await answer(site, place, { phone: "+84912345678", ratings: { stars: 1 } });
    const page = await onPhone(`${customer.page}?language=vi`);
    const asked = page.getByRole("region", { name: "Chụp cho chúng tôi xem" });
    await asked.getByLabel("Chọn từ điện thoại").setInputFiles(await picture());
    await asked.getByRole("button", { name: "Gửi" }).click();
    await page.getByRole("status").getByText("Đã nhận được. Cảm ơn bạn!").waitFor();
    await asked.getByText("Ảnh 1").waitFor();
    await look(page, "390-kept");
    const bill = page.getByRole("region", { name: "Hóa đơn" });
    const script = writePdf("5 0 obj\n<< /S /JavaScript /JS (app.alert) >>\nendobj\n");
    const file = { name: "bill.pdf", mimeType: "application/pdf" };
    await bill.getByLabel("Chọn từ điện thoại").setInputFiles({ ...file, buffer: script });
    await bill.getByRole("button", { name: "Gửi" }).click();
    await bill.getByRole("alert").getByText("Trong PDF này có mã lệnh").waitFor();
    await look(page, "390-refused");
    expect(await page.locator("html").getAttribute("lang")).toBe("vi");
    const visitor = await enterStaffApp(browser, place.staff, { origin: site.origin });
    const staff = visitor.page;
    const { customerId } = await findCustomer();
    for (const path of [
      "/surveys/spring",
      `/cases/${customer.answerId}`,
      `/customers/${customerId}`,
    ]) {
      await staff.goto(path);
      const shown = staff.getByRole("img", { name: /^(Ảnh 1 của khách|Picture 1 from)/ }).first();
      await shown.scrollIntoViewIfNeeded();
      await expect
        .poll(() => shown.evaluate((image: object) => Reflect.get(image, "naturalWidth")))
        .toBe(640);
      await look(staff, `1280${path.split("/").slice(0, 2).join("-")}`);
    }
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  const findCustomer = async () => {
    const list = await place.staff.get<{ customers: { id: string }[] }>("/api/v1/customers");
    return { customerId: list.customers[0]?.id };
  };

  test("staff make an address for somebody without an account, and see until when it is good", async () => {
    const customer = await answer(site, place);
    await customer.send(await photograph());
    const visitor = await enterStaffApp(browser, place.staff, { origin: site.origin, ...PHONE });
    const { page } = visitor;
    await page.goto("/surveys/spring");
    await page
      .getByRole("button", { name: /Chia sẻ tệp 1|Share file 1/ })
      .first()
      .click();
    await page.getByRole("button", { name: /Tạo địa chỉ|Make an address/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("status").waitFor();
    await look(page, "390-shared");
    const url = (await dialog.getByText(`${site.origin}/shared-survey-files/`).textContent()) ?? "";
    const stranger = await fetch(url);
    expect([stranger.status, stranger.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(PHONE.width);
    await visitor.close();
  });

  test("staff delete one file after they were asked, and the answer says who did", async () => {
    const customer = await answer(site, place);
    await customer.send(await photograph());
    const visitor = await enterStaffApp(browser, place.staff, { origin: site.origin, ...PHONE });
    const { page } = visitor;
    await page.goto("/surveys/spring");
    const button = page.getByRole("button", { name: /^(Xóa tệp|Delete file) 1$/ });
    await button.first().waitFor();
    const before = await button.count();
    await button.first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: /^(Huỷ|Hủy|Cancel)$/ }).click();
    await dialog.waitFor({ state: "detached" });
    expect(await button.count()).toBe(before);
    await button.first().click();
    await look(page, "390-delete");
    expect(await listFaults(page, "asked before a file is deleted")).toEqual([]);
    await page.setViewportSize(PHONE);
    await dialog.getByRole("button", { name: /^(Xóa tệp|Delete the file)$/ }).click();
    await dialog.waitFor({ state: "detached" });
    await page
      .getByText(/Owner đã xóa tệp|File deleted by Owner/)
      .first()
      .waitFor();
    await expect.poll(() => button.count()).toBe(before - 1);
    await look(page, "390-deleted");
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(PHONE.width);
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  test("what is asked for is written in the survey's editor, and stands in the branch's settings", async () => {
    const visitor = await enterStaffApp(browser, place.staff, { origin: site.origin });
    const { page } = visitor;
    await page.goto("/surveys/new");
    await page.getByRole("textbox", { name: "Tiêu đề (Tiếng Việt)" }).fill("Bạn thấy thế nào?");
    await page.getByRole("textbox", { name: "Câu hỏi (Tiếng Việt)" }).fill("Đồ uống thế nào?");
    await page.getByRole("button", { name: "Ảnh hoặc tệp" }).click();
    const card = page.getByRole("region", { name: "Tệp 1" });
    await card.getByRole("checkbox", { name: "Cả PDF" }).check();
    await page.getByRole("button", { name: "Lưu" }).click();
    await card.getByRole("alert").waitFor();
    await card.getByRole("textbox", { name: "Câu hỏi (Tiếng Việt)" }).fill("Chụp hóa đơn");
    await look(page, "1280-editor");
    await page.getByRole("button", { name: "Lưu" }).click();
    await page.getByText("Phiên bản 1").first().waitFor();
    const path = `/api/v1/branches/${place.branchId}/settings`;
    const { surveys = [] } = await place.staff.get<BranchSettings>(path);
    expect(surveys.at(-1)?.files).toMatchObject([
      { label: { vi: "Chụp hóa đơn" }, takesPdf: true, filesMax: 3, megabytesMax: 10 },
    ]);
    await page.setViewportSize(PHONE);
    await look(page, "390-editor");
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(PHONE.width);
    await visitor.close();
  });

  test("a customer's page has no fault that axe finds, in any language", async () => {
    const customer = await answer(site, place);
    await customer.send(await photograph());
    const page = await (await browser.newContext()).newPage();
    for (const language of ["vi", "en", "fa"]) {
      await page.goto(`${customer.page}?language=${language}`);
      expect(await listFaults(page, language)).toEqual([]);
      await page.setViewportSize(PHONE);
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(390);
    }
    await look(page, "390-fa");
  });
});
