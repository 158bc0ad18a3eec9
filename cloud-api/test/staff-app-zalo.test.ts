import { afterAll, beforeAll, test } from "vitest";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import { describeWithChromium, signInAs } from "./staff-browser.ts";
import { APP_ID, APP_SECRET, OA_ID, openZaloAccount, type ZaloAccount } from "./zalo-account.ts";

describeWithChromium("followers of a Zalo account in a browser", () => {
  let zalo: ZaloAccount;

  beforeAll(async () => {
    zalo = await openZaloAccount();
    zalo.profiles.set("u1", {
      display_name: "Lan Xinh",
      shared_info: { name: "Nguyễn Thị Lan", phone: "0912345678" },
    });
    zalo.profiles.set("u2", { display_name: "Minh" });
  });
  afterAll(async () => {
    await zalo?.close();
  });

  const app = openStaffApp();

  test.each([1280, 390])(
    "part of MC-2.12: at %i px an account is connected, and its followers are customers with what Zalo says",
    async (width) => {
      const owner = await app.site.addOwner("Long Linh Coffee");
      await owner.addBranch({ name: "Hồ Gươm" });
      const page = await app.visit({ width });
      await page.goto("/zalo-followers");
      await signInAs(page, owner);
      await page.getByText("Chưa có tài khoản Zalo").waitFor();
      await expectToFit(page, "zalo-empty");
      await owner.request("POST", "/api/v1/senders", {
        ...{ name: "OA Long Linh", kind: "zalo" },
        settings: {
          ...{ baseUrl: zalo.url, oauthUrl: zalo.url, oaUrl: zalo.url, appId: APP_ID },
          ...{ templateId: "1", codeParameter: "otp" },
        },
        secrets: { appSecret: APP_SECRET, refreshToken: `refresh-${zalo.spent.length + 1}` },
      });
      await page.reload();
      const save = page.getByRole("button", { name: "Lưu và đưa người quan tâm vào" });
      await save.click();
      await page.getByText("ID là dãy số từ 5 chữ số trở lên.").waitFor();
      await page.getByLabel("ID Official Account").fill(OA_ID);
      await save.click();
      await page.getByText("Địa chỉ webhook").waitFor();
      await page.getByRole("button", { name: "Đưa người quan tâm vào ngay" }).waitFor();
      await page.getByText("OA Long Linh").waitFor();
      await expectToFit(page, "zalo-account");
      await page.emulateMedia({ colorScheme: "dark" });
      await expectToFit(page, "zalo-account-dark");
      await page.goto("/customers");
      await page.getByRole("link", { name: "Nguyễn Thị Lan" }).click();
      await page.getByText(`Đang quan tâm ${OA_ID}`).waitFor();
      await page.getByText("Từ Zalo, cho Hồ Gươm").first().waitFor();
      await expectToFit(page, "zalo-customer");
    },
    120_000,
  );
});
