import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";

type Chain = {
  steps: { senderId: string; timeoutSeconds: number }[];
  messagesPerDay: number;
  ownSenderId: string | null;
};

describeWithChromium("senders and the codes of a branch in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let branchId: string;
  let page: Page;
  let provider: Server;
  let providerUrl: string;
  const received: string[] = [];

  beforeAll(async () => {
    provider = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      received.push(Buffer.concat(chunks).toString());
      response.end('{"id":"m-1"}');
    });
    provider.listen(0, "127.0.0.1");
    await once(provider, "listening");
    providerUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    provider?.close();
  });
  beforeEach(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    branchId = (await owner.addBranch()).id;
  });

  async function enter(staff = owner, size: { width?: number } = {}) {
    page = await app.enter(staff, size);
  }

  test("a sender is added, tested and put into the branch's list, and its secret is shown as set alone", {
    timeout: 120_000,
  }, async () => {
    await enter();
    await page.goto("/code-channels");
    await page.getByRole("button", { name: "Thêm kênh gửi" }).click();
    await page.getByRole("combobox", { name: "Nhà cung cấp" }).click();
    await page.getByRole("option", { name: "Cổng HTTP" }).click();
    await page.getByRole("textbox", { name: "Tên", exact: true }).fill("Cổng SMS");
    await page.getByRole("textbox", { name: "Địa chỉ" }).fill(`${providerUrl}/send`);
    await page.getByRole("textbox", { name: "Tiêu đề chứa khóa" }).fill("x-key");
    await page.getByLabel("Khóa trong tiêu đề đó", { exact: true }).fill("secret-of-a-test");
    await page.getByRole("dialog").getByRole("button", { name: "Thêm kênh gửi" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });

    await page.getByRole("button", { name: "Gửi thử Cổng SMS" }).click();
    await page.getByRole("textbox", { name: "Số của bạn" }).fill("+84 912 345 678");
    await page.getByRole("button", { name: "Gửi thử", exact: true }).click();
    await page.getByRole("dialog").getByText("Nhà cung cấp đã nhận tin").waitFor();
    expect(received.join()).toContain("+84912345678");
    await page.getByRole("dialog").getByRole("button", { name: "Đóng" }).last().click();

    await page.getByRole("combobox", { name: "Thêm kênh vào danh sách" }).click();
    await page.getByRole("option", { name: "Cổng SMS" }).click();
    await page.getByRole("textbox", { name: "Số tin tối đa mỗi ngày" }).fill("300");
    await page.getByRole("combobox", { name: "Khi mất kết nối với đám mây" }).click();
    await page.getByRole("option", { name: "Cổng SMS" }).click();
    await page.getByText("hộp tự gửi mã qua cổng riêng").waitFor();
    await page.getByRole("button", { name: "Lưu" }).click();
    await page.getByRole("button", { name: "Lưu" }).waitFor({ state: "hidden" });
    const chain = await owner.get<Chain>(`/api/v1/branches/${branchId}/code-channels`);
    expect(chain).toMatchObject({ steps: [{ timeoutSeconds: 15 }], messagesPerDay: 300 });
    expect(chain.ownSenderId).toBe(chain.steps[0]?.senderId);

    await page.getByRole("button", { name: "Sửa Cổng SMS" }).click();
    await page.getByText("Đã đặt lúc").waitFor();
    expect(await page.getByLabel("Khóa trong tiêu đề đó", { exact: true }).inputValue()).toBe("");
    expect(await page.content()).not.toContain("secret-of-a-test");
  });

  async function writeGateways(): Promise<void> {
    const path = `/api/v1/branches/${branchId}/settings`;
    const settings = await owner.get<{ signIn: { phone: { channels: object[] } } }>(path);
    settings.signIn.phone.channels = ["sms-of-the-old-box.example", "second.example"].map(
      (host) => ({
        ...{
          kind: "http-gateway",
          method: "POST",
          url: `https://${host}/send?key=secret-of-a-test`,
        },
        ...{ headers: {}, bodyTemplate: null, timeoutSeconds: 5 },
        success: { statusMin: 200, statusMax: 299, bodyIncludes: null },
      }),
    );
    const saved = await owner.request("PUT", path, settings);
    expect(saved.status).toBe(200);
  }

  test.each([1280, 390])(
    "gateways that were written into the settings are seen and taken out, at %i pixels",
    { timeout: 120_000 },
    async (width) => {
      await writeGateways();
      await enter(owner, { width });
      await page.goto("/code-channels");
      const list = page.getByRole("list", { name: "Viết tay trong cài đặt của chi nhánh này" });
      await list.getByText("POST sms-of-the-old-box.example").waitFor();
      expect(await page.content()).not.toContain("secret-of-a-test");
      await expectToFit(page, "box-gateways");
      await list.getByRole("button", { name: /sms-of-the-old-box\.example/ }).click();
      await page.getByRole("button", { name: "Lưu" }).click();
      await page.getByRole("button", { name: "Lưu" }).waitFor({ state: "hidden" });
      await list.getByText("POST second.example").waitFor();
      await expect.poll(() => list.getByRole("listitem").count()).toBe(1);
      type Written = { boxGateways: { host: string }[] };
      const chain = await owner.get<Written>(`/api/v1/branches/${branchId}/code-channels`);
      expect(chain.boxGateways).toMatchObject([{ host: "second.example" }]);
    },
  );

  test("on a phone nothing is wider than the screen, and a viewer has nothing to press", {
    timeout: 120_000,
  }, async () => {
    const name = "eSMS, brand name of the coffee houses by the lake";
    const settings = { baseUrl: providerUrl, brandname: "Foyer", smsType: "2" };
    const secrets = { apiKey: "a", secretKey: "b" };
    const sender = { name, kind: "esms", settings, secrets };
    const added = await owner.request("POST", "/api/v1/senders", sender);
    const steps = [{ senderId: (added.body as { id: string }).id, timeoutSeconds: 15 }];
    const path = `/api/v1/branches/${branchId}/code-channels`;
    const { version } = await owner.get<{ version: number }>(path);
    await owner.request("PUT", path, { version, steps, messagesPerDay: null, numbersFrom: [] });
    const widthOf = () => page.evaluate("document.documentElement.scrollWidth");
    await enter(owner, { width: 390 });
    await page.goto("/code-channels");
    await page.getByRole("button", { name: `Sửa ${name}` }).waitFor();
    expect(await widthOf()).toBeLessThanOrEqual(390);
    await page.context().close();
    await enter(await app.site.addViewer(owner), { width: 390 });
    await page.goto("/code-channels");
    await page.getByText(name).first().waitFor();
    expect(await page.getByRole("button", { name: "Thêm kênh gửi" }).count()).toBe(0);
    expect(await widthOf()).toBeLessThanOrEqual(390);
  });
});
