import { afterAll, beforeAll, expect, test } from "vitest";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import { askUntil } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY, signInAs } from "./staff-browser.ts";
import { isSignedBy, openReceiver, type Receiver } from "./webhook-receiver.ts";

describeWithChromium("webhooks in a browser", () => {
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await openReceiver();
  });
  afterAll(async () => {
    await receiver?.close();
  });

  const app = openStaffApp();

  test.each([1280, 390])(
    "at %i px one is added, its secret is shown once, a guest is told of, and what failed is sent again",
    async (width) => {
      receiver.received.length = 0;
      receiver.answer(() => ({ status: 204 }));
      const owner = await app.site.addOwner("Long Linh Coffee");
      const branch = await owner.addBranch({ name: "Hồ Gươm" });
      const box = await owner.addBox(branch.id);
      const page = await app.enter(owner, { width, locale: "vi-VN" });
      await page.goto("/webhooks");
      await page.getByText("Chưa có webhook").waitFor();
      await expectToFit(page, "webhooks-empty");
      await page.getByRole("button", { name: "Thêm webhook" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Địa chỉ").fill("ftp://example.com");
      await dialog.getByRole("button", { name: "Thêm và hiện khóa bí mật" }).click();
      await dialog.getByText("Không gửi tới đây được.").waitFor();
      // Where the fault is, is what one sees.
      await expect
        .poll(
          () => dialog.getByLabel("Địa chỉ").evaluate((field) => field.matches(":focus")),
          PATIENTLY,
        )
        .toBe(true);
      await expectToFit(page, "webhooks-new");
      await dialog.getByLabel("Địa chỉ").fill(receiver.url);
      await dialog.getByLabel("Dùng để làm gì?").fill("Máy tính tiền");
      await dialog.getByLabel("Khách đến").check();
      await dialog.getByRole("button", { name: "Thêm và hiện khóa bí mật" }).click();
      const secret = (await dialog.getByText(/^whsec_/).textContent()) ?? "";
      await expectToFit(page, "webhooks-secret");
      await dialog.getByRole("button", { name: "Xong" }).click();
      await page.getByRole("heading", { level: 1, name: "Máy tính tiền" }).waitFor();
      expect(await page.content()).not.toContain(secret);
      const guest = box.signIn({ phone: "+84912345678", name: "Tuyết Lan", at: app.site.now() });
      await box.push(guest.events);
      const [first] = await askUntil(
        async () => receiver.received,
        ({ length }) => length > 0,
      );
      expect(first && isSignedBy(first, secret)).toBe(true);
      expect(first?.message).toMatchObject({
        type: "customer.created",
        data: { customer: { name: "Tuyết Lan" } },
      });
      await page.getByText("Đã tới").first().waitFor();
      receiver.answer(() => ({ status: 500, text: "database is away" }));
      await page.getByRole("button", { name: "Gửi thử" }).click();
      await page.getByText("Trả lời 500").first().waitFor();
      await page.getByText("Không tin nào tới nơi từ").waitFor();
      await expectToFit(page, "webhook-failing");
      await page.emulateMedia({ colorScheme: "dark" });
      await expectToFit(page, "webhook-failing-dark");
      await page.emulateMedia({ colorScheme: "light" });
      const table = page.getByLabel("Tin đã gửi").last();
      await table.getByRole("button", { name: "Gửi thử", exact: true }).first().click();
      await page.getByRole("dialog").getByText("database is away").first().waitFor();
      await expectToFit(page, "webhook-message");
      await page.keyboard.press("Escape");
      receiver.answer(() => ({ status: 200 }));
      await page.getByRole("button", { name: "Gửi lại Gửi thử" }).first().click();
      await expect
        .poll(() => page.getByText("Không tin nào tới nơi từ").count(), PATIENTLY)
        .toBe(0);
      // The address that was wrong.
      const refused = /status of 400/;
      expect(app.takeComplaints().filter((each) => !refused.test(each))).toEqual([]);
    },
    120_000,
  );

  test("in English the same page says what is wrong, and is removed by its name", async () => {
    receiver.answer(() => ({ status: 410 }));
    const owner = await app.site.addOwner("Long Linh Coffee");
    await owner.request("PATCH", "/api/v1/me", { language: "en" });
    const made = await owner.request("POST", "/api/v1/webhooks", {
      ...{ url: receiver.url, description: "Till", types: ["visit.started"] },
    });
    const { id } = made.body as { id: string };
    await owner.request("POST", `/api/v1/webhooks/${id}/test`);
    const page = await app.visit({ locale: "en-GB" });
    await page.goto(`/webhooks/${id}`);
    await signInAs(page, owner);
    await page.getByText("your program answered that it wants nothing any more (410)").waitFor();
    await page.getByRole("button", { name: "Turn on" }).click();
    await page.getByText("Turned off by Foyer").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Remove" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Remove Till?").waitFor();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByText("No webhooks yet").waitFor();
  }, 120_000);
});
