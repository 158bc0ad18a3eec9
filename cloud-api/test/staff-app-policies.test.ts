import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

type Policies = {
  version: number;
  policies: { name: string; when: { groups?: string[] }; quotas?: object[] }[];
};
type Customers = { customers: { id: string; name: string | null }[]; total: number };

describeWithChromium("groups and access policies in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let branchId: string;
  let page: Page;

  beforeEach(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    branchId = (await owner.addBranch()).id;
  });

  async function enter(staff = owner, size: { width?: number } = {}) {
    page = await app.enter(staff, size);
  }

  const readPolicies = () => owner.get<Policies>(`/api/v1/branches/${branchId}/access-policies`);
  const pick = async (field: string, option: string) => {
    await page.getByRole("combobox", { name: field }).click();
    await page.getByRole("option", { name: option }).click();
  };
  const rows = () => page.getByRole("list", { name: "Chính sách truy cập" }).locator("> li");

  test("a group is made, given to a customer on their page, and the list is narrowed to it", async () => {
    const box = await owner.addBox(branchId);
    for (const [phone, name] of [
      ["+84912345678", "Lan"],
      ["+84987654321", "Minh"],
    ] as const)
      await box.push(box.signIn({ phone, name }).events);
    const { customers } = await askUntil(
      () => owner.get<Customers>("/api/v1/customers"),
      ({ total }) => total === 2,
    );
    const lan = customers.find(({ name }) => name === "Lan");
    await enter();
    await page.goto("/groups");
    await page.getByRole("button", { name: "Thêm nhóm" }).click();
    await page.getByRole("textbox", { name: "Tên" }).fill("VIP");
    await page.getByRole("button", { name: "Thêm", exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.goto(`/customers/${lan?.id}`);
    await pick("Nhóm", "VIP");
    const marks = () => owner.get(`/api/v1/customers/${lan?.id}/marks`);
    await expect.poll(marks, PATIENTLY).toMatchObject({ group: { name: "VIP" } });
    await page.goto("/groups");
    await page.getByRole("table", { name: "Nhóm" }).getByRole("link", { name: "1" }).click();
    const names = page.getByRole("table", { name: "Khách hàng" }).locator(".record-link");
    await expect.poll(() => names.allInnerTexts(), PATIENTLY).toEqual(["Lan"]);
  });

  test("a policy for a group is written, read as a sentence, moved and removed", async () => {
    await owner.request("POST", "/api/v1/groups", { name: "VIP" });
    await enter();
    await page.goto("/access-policies");
    await page.getByRole("button", { name: "Thêm chính sách" }).click();
    const form = page.getByRole("dialog");
    await form.getByRole("button", { name: "Thêm chính sách" }).click();
    await form.getByText("Hãy đặt tên.").waitFor();
    // The button is at the end of a long form, what is missing at its beginning.
    const isFocused = "document.activeElement.getAttribute('aria-invalid')";
    await expect.poll(() => page.evaluate(isFocused), PATIENTLY).toBe("true");
    await form.getByRole("textbox", { name: "Tên" }).fill("Khách VIP");
    await pick("Nhóm khách hàng", "VIP");
    await page.keyboard.press("Escape");
    const time = form.getByRole("group", { name: "Thời gian, phút" });
    await time.getByLabel("Mỗi phiên").fill("");
    await time.getByLabel("Mỗi lượt ghé").fill("120");
    await form.getByLabel("Ngắt sau số phút im lặng").fill("");
    await form.getByRole("button", { name: "Thêm chính sách" }).click();
    await page.getByText("Khách thuộc nhóm VIP: 2 giờ mỗi lượt ghé, 20/5 Mbit/s").waitFor();
    await expect.poll(() => rows().count(), PATIENTLY).toBe(2);
    expect((await readPolicies()).policies[0]).toMatchObject({
      name: "Khách VIP",
      quotas: [{ per: "visit", seconds: 7200, bytes: null }],
    });

    await page.getByRole("button", { name: "Xét Khách VIP muộn hơn" }).click();
    await page.getByText("Không ai nhận được").waitFor();
    const names = async () => (await readPolicies()).policies.map(({ name }) => name);
    expect(await names()).toEqual(["Mọi khách", "Khách VIP"]);

    await page.getByRole("button", { name: "Sửa Mọi khách" }).click();
    await page.getByRole("button", { name: "Xoá", exact: true }).click();
    await page.getByText("Nếu xoá, khách không hợp").waitFor();
    await page.getByRole("button", { name: "Xoá hẳn Mọi khách" }).click();
    await page.getByText("Có khách bị từ chối").waitFor();
    expect(await names()).toEqual(["Khách VIP"]);
  });

  test("upload by itself is asked for where somebody wants it, and stands there from then on", async () => {
    await enter();
    await page.goto("/access-policies");
    const form = page.getByRole("dialog");
    const change = () => page.getByRole("button", { name: "Sửa Mọi khách" }).click();
    const upload = form.getByRole("group", { name: "Tải lên, MB" });
    await change();
    await form.getByRole("group", { name: "Dung lượng, MB" }).waitFor();
    expect(await upload.count()).toBe(0);
    await form.getByRole("button", { name: "Giới hạn riêng một chiều" }).click();
    const isFocused = "document.activeElement.closest('[role=group]').getAttribute('aria-label')";
    await expect.poll(() => page.evaluate(isFocused), PATIENTLY).toBe("Tải xuống, MB");
    await upload.getByLabel("Mỗi ngày").fill("500");
    await form.getByRole("button", { name: "Lưu" }).click();
    await page.getByText("500 MB tải lên mỗi ngày").waitFor();
    expect((await readPolicies()).policies[0]).toMatchObject({
      quotas: [{ per: "day", seconds: null, bytes: null, uploadBytes: 500_000_000 }],
    });
    await change();
    await expect.poll(() => upload.getByLabel("Mỗi ngày").inputValue(), PATIENTLY).toBe("500");
  });

  test("a policy that somebody else has changed meanwhile is not overwritten", async () => {
    await enter();
    await page.goto("/access-policies");
    await page.getByRole("button", { name: "Sửa Mọi khách" }).click();
    const form = page.getByRole("dialog");
    await form.getByRole("textbox", { name: "Tên" }).fill("Mọi người");
    const { version, policies } = await readPolicies();
    const path = `/api/v1/branches/${branchId}/access-policies`;
    const theirs = policies.map((policy) => ({ ...policy, name: "Của người khác" }));
    expect((await owner.request("PUT", path, { version, policies: theirs })).status).toBe(200);
    await page.getByText("Của người khác").waitFor();
    await form.getByRole("button", { name: "Lưu" }).click();
    await form.getByRole("alert").waitFor();
    expect(await readPolicies()).toMatchObject({ version: version + 1, policies: theirs });
  });

  test("a viewer reads the policies on a phone and is offered no change", async () => {
    const viewer = await app.site.addViewer(owner);
    await enter(viewer, { width: 390 });
    await page.goto("/access-policies");
    await page.getByText("Mọi khách: 4 giờ mỗi phiên").waitFor();
    expect(await rows().getByRole("button").count()).toBe(0);
    expect(await page.getByRole("button", { name: "Thêm chính sách" }).count()).toBe(0);
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBe(0);
  });
});
