import { BOX_API } from "@foyer/contract";
import { expect, test } from "vitest";
import { signJson } from "./box-calls.ts";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import type { TestSite } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";
import { makeTestBox, type TestBox } from "./test-box.ts";

describeWithChromium("what is wrong with what a box sent, in a browser", () => {
  const app = openStaffApp();

  test.each([390, 1280])(
    "at %i pixels missing events and a second box by the same name are said, and gone once mended",
    async (width) => {
      const owner = await app.site.addOwner("Long Linh Coffee");
      const box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
      const push = async (from: TestBox, events: unknown[], drainedThrough = 0) => {
        const outbox = { writtenThrough: 5, drainedThrough };
        const said = { epoch: from.epoch, events, outbox };
        const { content, headers } = signJson(box.boxKey, BOX_API.events, said);
        const sent = { method: "POST", headers, body: content };
        const answer = await fetch(`${app.site.origin}${BOX_API.events}`, sent);
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
      app.site.passSeconds(61);
      await push(box, [], 5);
      const page = await app.enter(owner, { width });
      await page.goto("/branches");
      const missing = page.getByText("3 sự kiện của hộp này chưa bao giờ đến nơi");
      await missing.waitFor();
      expect(await page.getByText("Có hai hộp cùng dùng danh tính này").count()).toBe(1);
      await expectToFit(page, "alarms");
      await push(box, events.slice(0, 3), 5);
      app.site.passSeconds(25 * 60 * 60);
      await page.reload();
      await page.getByText("bản 0.1.0").waitFor();
      await expect.poll(() => missing.count(), PATIENTLY).toBe(0);
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
      const owner = await app.site.addOwner("Long Linh Coffee");
      await owner.request("PATCH", "/api/v1/me", { language });
      const spent = await owner.addBranch({ name: "Hồ Gươm" });
      await owner.addBranch({ name: "Tây Hồ" });
      const box = await owner.addBox(spent.id);
      const day = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" });
      const told = { day: day.format(app.site.now()), messagesMax: 40 };
      await push(app.site, box, [box.write("code.budget-reached", told)]);
      const page = await app.enter(owner, { width });
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
      await expectToFit(page, "budget");
      await card.getByRole("link", { name: link }).click();
      await page.waitForURL(`**/code-channels?branchId=${spent.id}`);
      await page.locator("main").getByRole("alert").first().waitFor();
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
