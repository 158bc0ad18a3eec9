import { BOX_API, type BoxReport } from "@foyer/contract";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { newId } from "../src/platform/clock.ts";
import { signJson } from "./box-calls.ts";
import { openStaffApp } from "./open-staff-app.ts";
import type { EnrolledBox, TestStaff } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";

describeWithChromium("how boxes are, in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let box: EnrolledBox;
  let page: Page;

  async function enter(options: { width?: number; height?: number } = {}) {
    owner = await app.site.addOwner("Long Linh Coffee");
    box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
    page = await app.enter(owner, options);
  }

  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

  async function tell(change: Partial<BoxReport> = {}) {
    const report: BoxReport = {
      ...{ release: "0.1.0", epoch: newId(), now: ago(0), settingsVersion: 1 },
      outbox: {
        ...{ events: 4213, bytes: 212e6, bytesMax: 268_435_456, thinned: 1840 },
        ...{ oldestAt: ago(200), fullInDays: 2.4 },
      },
      clock: { machineOffsetSeconds: -3600, uncertaintySeconds: 0.2 },
      freeBytes: 3.2e9,
      storeKey: "open",
      faults: [
        { part: "push", words: "out of reach: EAI_AGAIN", since: ago(300), until: ago(12) },
        {
          part: "clock",
          words: "this machine's clock is 3600 s behind",
          since: ago(9),
          until: null,
        },
      ],
      ...change,
    };
    const { content, headers } = signJson(box.boxKey, BOX_API.report, report);
    const sent = { method: "POST", headers, body: content };
    const answer = await fetch(`${app.site.origin}${BOX_API.report}`, sent);
    expect(answer.status).toBe(200);
  }

  test("a branch's box says in a line what is to be done, and its page says how", async () => {
    await enter();
    await tell();
    await page.goto("/branches");
    await page.getByText("Chỗ chứa dữ liệu chờ gửi sẽ đầy sau khoảng 2 ngày 9").waitFor();
    await page.getByText("Đồng hồ máy chậm 1").waitFor();
    await page.getByRole("link", { name: "Tình trạng" }).click();
    await page.getByRole("alert").filter({ hasText: "cổng UDP 123" }).waitFor();
    const said = page.getByRole("region", { name: "Hộp cho biết" });
    expect(await said.textContent()).toContain("4.213 sự kiện");
    expect(await said.textContent()).toContain("Ổ đĩa chưa niêm phong");
    await page.getByText("out of reach: EAI_AGAIN").waitFor();
    await tell({
      clock: { machineOffsetSeconds: 0, uncertaintySeconds: 0.1 },
      outbox: {
        ...{ events: 0, bytes: 0, bytesMax: 268_435_456, thinned: 0 },
        ...{ oldestAt: null, fullInDays: null },
      },
    });
    await page.goto("/branches");
    await page.getByRole("link", { name: "Box", exact: true }).click();
    await page.getByText("Mọi thứ đều ổn").waitFor();
  });

  test("a box that never came is not enrolled again, but given a new code", async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    const { id } = await owner.addBranch({ name: "Hồ Gươm" });
    await owner.request("POST", `/api/v1/branches/${id}/boxes`, { name: "Quầy" });
    page = await app.enter(owner, { language: "en" });
    await page.goto("/branches");
    await page.getByRole("button", { name: "Actions for Quầy" }).click();
    await page.getByRole("menuitem", { name: "New code" }).click();
    const dialog = page.getByRole("dialog", { name: "A new code for Quầy" });
    await dialog.getByText("The code from before ends").waitFor();
    await dialog.getByRole("button", { name: "Make a code" }).click();
    await dialog.getByText(`sudo foyer enrol --cloud ${app.site.origin}`).waitFor();
  });

  test("when a silence is told of is set on the box's page, and stays", async () => {
    await enter();
    await tell();
    await page.goto(`/boxes/${box.boxId}`);
    const minutes = page.getByRole("textbox", { name: "Sau" });
    await minutes.fill("20");
    await page.getByRole("button", { name: "Lưu" }).click();
    await page.getByText("Đã lưu", { exact: true }).waitFor();
    await page.reload();
    await minutes.waitFor();
    expect(await minutes.inputValue()).toBe("20 phút");
    await minutes.fill("2");
    await page.getByRole("button", { name: "Lưu" }).click();
    await page.getByText("Từ 5 đến 1440 phút.").waitFor();
  });

  test("opening hours are set among the branch's settings, and the box's page says them", async () => {
    await enter();
    await tell();
    await page.goto(`/boxes/${box.boxId}`);
    await page.getByText("Chưa đặt giờ nào").waitFor();
    await page.getByRole("link", { name: "Đổi trong thiết đặt của chi nhánh" }).click();
    const hours = page.getByRole("region", { name: "Giờ mở cửa" });
    await hours.getByRole("button", { name: "Thêm giờ" }).click();
    await hours.getByLabel("Từ", { exact: true }).fill("");
    await hours.getByRole("button", { name: "Lưu giờ mở cửa" }).click();
    await hours.getByText("Chọn ít nhất một ngày và cả hai giờ.").waitFor();
    await hours.getByLabel("Từ", { exact: true }).fill("07:30");
    await hours.getByText("CN").click();
    await hours.getByRole("button", { name: "Lưu giờ mở cửa" }).click();
    await hours.getByText("Đã lưu").waitFor();
    await page.goto(`/boxes/${box.boxId}`);
    await page.getByText("Giờ mở cửa: Thứ 2–Thứ 7 07:30–22:00.").waitFor();
    // Each page changes its part alone.
    await page.getByRole("textbox", { name: "Sau" }).fill("20");
    await page.getByRole("button", { name: "Lưu" }).click();
    await page.getByText("Đã lưu", { exact: true }).waitFor();
    expect(await owner.get(`/api/v1/branches/${box.branchId}/watch`)).toEqual({
      silentMinutes: 20,
      openingHours: [{ days: [1, 2, 3, 4, 5, 6], from: "07:30", to: "22:00" }],
    });
  });

  test("without a mail server nobody can choose mails, and the page says who sets one", async () => {
    await enter();
    await tell();
    await page.goto(`/boxes/${box.boxId}`);
    await page.getByText("Foyer này chưa có máy chủ thư.").waitFor();
    expect(await page.getByRole("switch", { name: "Gửi thư cho tôi" }).isDisabled()).toBe(true);
  });

  test("both pages fit a phone", async () => {
    await enter({ width: 390, height: 844 });
    await tell();
    for (const path of ["/branches", `/boxes/${box.boxId}`]) {
      await page.goto(path);
      await page.getByText("Đồng hồ máy chậm 1").first().waitFor();
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(390);
    }
  });
});
