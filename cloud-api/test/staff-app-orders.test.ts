import { gzipSync } from "node:zlib";
import { BOX_API } from "@foyer/contract";
import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import type { EnrolledBox, TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

describeWithChromium("orders to a box", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let box: EnrolledBox;
  let page: Page;

  beforeEach(async () => {
    owner = await app.site.addOwner("Cà phê Sông Hương");
    box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
  });

  async function openOrders(staff: TestStaff, width: number): Promise<void> {
    page = await app.enter(staff, { width });
    await page.goto("/branches");
    await page.getByRole("button", { name: /Thao tác với|Actions for/ }).click();
    await page.getByRole("menuitem", { name: /^(Lệnh|Orders)$/ }).click();
    await page.getByRole("dialog").waitFor();
  }

  const answer = (commandId: string, outcome: string) =>
    box.call(BOX_API.commandAnswers, {
      answers: [{ commandId, outcome, finishedAt: app.site.now().toISOString() }],
    });

  test.each([1280, 390])(
    "are given from the box's menu, and what became of them stands there in words, at %i pixels",
    async (width) => {
      await openOrders(owner, width);
      const dialog = page.getByRole("dialog");
      const words = () => dialog.textContent();
      await dialog.getByRole("button", { name: /: (Gửi nhật ký|Send the logs)/ }).click();
      await expect.poll(words, PATIENTLY).toMatch(/Đang chờ hộp|Waiting for the box/);
      const pulled = await box.pull({ settings: 99, guests: 1e9, boxCommands: 0 });
      const asked = pulled?.boxCommands?.at(-1);
      const packed = gzipSync("{}\n").toString("base64");
      await box.call(BOX_API.logs, { commandId: asked?.id, packed });
      await answer(asked?.id ?? "", "done");
      await dialog.getByRole("button", { name: /: (Cài bản mới nhất|Install the newest)/ }).click();
      await dialog
        .getByRole("link", { name: /Tải nhật ký|Download the logs/ })
        .first()
        .waitFor();
      const next = await box.pull({ settings: 99, guests: 1e9, boxCommands: asked?.position ?? 0 });
      await answer(next?.boxCommands?.[0]?.id ?? "", "not-supported");
      await expect
        .poll(words, PATIENTLY)
        .toMatch(/Bản cài đặt này không hỗ trợ|Not supported by this installation/);
      const beside = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      expect(await page.evaluate<number>(beside)).toBeLessThanOrEqual(0);
    },
  );
});
