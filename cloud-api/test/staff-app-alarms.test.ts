import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { BOX_API } from "@foyer/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signJson } from "./box-calls.ts";
import { openTestSite, type TestSite } from "./open-test-site.ts";
import { describeWithChromium, enterStaffApp, launchBrowser, PATIENTLY } from "./staff-browser.ts";
import { makeTestBox, type TestBox } from "./test-box.ts";

const PICTURES = process.env.FOYER_PICTURES;

async function takePicture(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

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
      await takePicture(page, `alarms-${width}`);
      await push(box, events.slice(0, 3), 5);
      site.passSeconds(25 * 60 * 60);
      await page.reload();
      await page.getByText("bản 0.1.0").waitFor();
      await expect.poll(() => missing.count(), PATIENTLY).toBe(0);
      expect(visitor.complaints).toEqual([]);
      await visitor.close();
    },
  );

  test.each([
    [390, "vi", "Ngân sách gửi mã đăng nhập hôm nay đã hết lúc", "Xem tin đã gửi và ngân sách"],
    [
      1280,
      "en",
      "The budget for sign-in codes was used up today",
      "See the messages and the budget",
    ],
  ] as const)(
    "at %i pixels a branch's card says in %s that its codes of today are used up, and leads to the budget",
    async (width, language, said, link) => {
      const owner = await site.addOwner("Long Linh Coffee");
      await owner.request("PATCH", "/api/v1/me", { language });
      const spent = await owner.addBranch({ name: "Hồ Gươm" });
      await owner.addBranch({ name: "Tây Hồ" });
      const box = await owner.addBox(spent.id);
      const day = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" });
      const told = { day: day.format(site.now()), messagesMax: 40 };
      await push(site, box, [box.write("code.budget-reached", told)]);
      const visitor = await enterStaffApp(browser, owner, { origin: site.origin, width });
      const { page } = visitor;
      const card = page.getByRole("region", { name: "Hồ Gươm" });
      await expect
        .poll(async () => {
          await page.goto("/branches");
          await card.waitFor();
          return card.getByText(said).count();
        }, PATIENTLY)
        .toBe(1);
      const other = page.getByRole("region", { name: "Tây Hồ" });
      expect(await other.getByText(said).count()).toBe(0);
      const wide = await page.evaluate("document.documentElement.scrollWidth");
      expect(wide).toBeLessThanOrEqual(width);
      await takePicture(page, `budget-${width}`);
      await card.getByRole("link", { name: link }).click();
      await page.waitForURL(`**/code-channels?branchId=${spent.id}`);
      await page.locator("main").getByRole("alert").first().waitFor();
      expect(visitor.complaints).toEqual([]);
      await visitor.close();
    },
  );
});

type SpeakingBox = TestBox & { boxKey: string };

async function push(site: TestSite, box: SpeakingBox, events: unknown[]): Promise<void> {
  const outbox = { writtenThrough: events.length, drainedThrough: 0 };
  const said = { epoch: box.epoch, events, outbox };
  const { content, headers } = signJson(box.boxKey, BOX_API.events, said);
  const sent = { method: "POST", headers, body: content };
  const answer = await fetch(`${site.origin}${BOX_API.events}`, sent);
  expect(answer.status).toBe(200);
}
