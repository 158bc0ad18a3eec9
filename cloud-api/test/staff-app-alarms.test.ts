import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { BOX_API } from "@foyer/contract";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signJson } from "./box-calls.ts";
import { openTestSite, type TestSite } from "./open-test-site.ts";
import { describeWithChromium, enterStaffApp, launchBrowser, PATIENTLY } from "./staff-browser.ts";
import { makeTestBox, type TestBox } from "./test-box.ts";

describeWithChromium("what is wrong with what a box sent, in a browser", () => {
  let site: TestSite;
  let browser: Browser;
  beforeAll(async () => {
    site = await openTestSite();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  test.each([390, 1280])(
    "at %i pixels missing events and a second box by the same name are said, and gone once mended",
    async (width) => {
      const owner = await site.addOwner("Long Linh Coffee");
      const box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
      const push = async (from: TestBox, events: unknown[], drainedThrough = 0) => {
        const outbox = { writtenThrough: 5, drainedThrough };
        const said = { epoch: from.epoch, events, outbox };
        const { content, headers } = signJson(box.boxKey, BOX_API.events, said);
        const sent = { method: "POST", headers, body: content };
        const answer = await fetch(`${site.origin}${BOX_API.events}`, sent);
        expect(answer.status).toBe(200);
      };
      const write = (from: TestBox) =>
        from.write("box.started", { release: "0.1.0", settingsVersion: 0 });
      const events = Array.from({ length: 5 }, () => write(box));
      await push(box, events.slice(3));
      await push(box, [], 5);
      const { tenantId, branchId, boxId } = box;
      const twin = makeTestBox({ tenantId, branchId, boxId });
      await push(twin, [write(twin)]);
      site.passSeconds(61);
      await push(box, [], 5);
      const visitor = await enterStaffApp(browser, owner, { origin: site.origin, width });
      const { page } = visitor;
      await page.goto("/branches");
      const missing = page.getByText("3 sự kiện của hộp này chưa bao giờ đến nơi");
      await missing.waitFor();
      expect(await page.getByText("Có hai hộp cùng dùng danh tính này").count()).toBe(1);
      const wide = await page.evaluate("document.documentElement.scrollWidth");
      expect(wide).toBeLessThanOrEqual(width);
      const folder = process.env.FOYER_PICTURES;
      if (folder) {
        mkdirSync(folder, { recursive: true });
        await page.screenshot({ path: join(folder, `alarms-${width}.png`), fullPage: true });
      }
      await push(box, events.slice(0, 3), 5);
      site.passSeconds(25 * 60 * 60);
      await page.reload();
      await page.getByText("bản 0.1.0").waitFor();
      await expect.poll(() => missing.count(), PATIENTLY).toBe(0);
      expect(visitor.complaints).toEqual([]);
      await visitor.close();
    },
  );
});
