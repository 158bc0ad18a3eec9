import { expect, onTestFinished, test } from "vitest";
import { listFaults } from "./axe.ts";
import { takePicture } from "./open-staff-app.ts";
import { openTestSite } from "./open-test-site.ts";
import { openMailServer } from "./providers.ts";
import { describeWithChromium, enterStaffApp, launchBrowser, PATIENTLY } from "./staff-browser.ts";

const TEST_MS = 120_000;
const SAVED = {
  ...{ name: "Mỗi sáng", report: "new-returning", period: "7-days", days: null },
  ...{ compared: "before", query: {}, shared: true },
};

/** A cloud with a mail server, and somebody who looks at a saved report of theirs. */
async function openPlace(language: "en" | "vi", width: number) {
  const mails = await openMailServer();
  const { host, port } = mails.configured;
  const server = { host: String(host), port: Number(port), security: "none" as const };
  const site = await openTestSite({ mail: { server, from: "Foyer <foyer@example.test>" } });
  onTestFinished(site.close);
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const owner = await site.addFirst("Long Linh Coffee");
  await owner.addBranch({ name: "Hồ Gươm" });
  await site.addViewer(owner);
  const made = await owner.request("POST", "/api/v1/saved-reports", SAVED);
  const { id } = made.body as { id: string };
  await owner.request("PATCH", "/api/v1/me", { language });
  const { page, complaints } = await enterStaffApp(browser, owner, { origin: site.origin, width });
  await page.goto(`/saved-reports/${id}`);
  return { mails, owner, id, page, complaints };
}

describeWithChromium("a saved report by mail, in a browser", () => {
  test.each([
    [
      "en",
      1280,
      ["By mail", "Begin", "Send it to me now", "End it"],
      ["Colleagues who get it too", "no mail yet"],
    ],
    [
      "vi",
      390,
      ["Gửi qua thư", "Bắt đầu", "Gửi cho tôi ngay", "Dừng gửi"],
      ["Đồng nghiệp cùng nhận", "chưa có thư nào"],
    ],
  ] as const)(
    "is ordered for a colleague as well, seen once and ended, and axe finds nothing, in %s %d pixels wide",
    { timeout: TEST_MS },
    async (language, width, [byMail, begin, sendNow, end], [colleagues, noneYet]) => {
      const { mails, owner, id, page, complaints } = await openPlace(language, width);
      const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
      await press(byMail);
      await page.getByRole("combobox", { name: colleagues }).click();
      await page.getByRole("option").first().click();
      await page.keyboard.press("Tab");
      await press(begin);
      await page.getByRole("button", { name: sendNow }).waitFor();
      await expect.poll(() => page.getByText(noneYet).count(), PATIENTLY).toBe(2);
      expect(await listFaults(page, "by mail")).toEqual([]);
      await page.setViewportSize({ width, height: 900 });
      await press(sendNow);
      // Beside what says that somebody signed in.
      const isReport = ({ text }: { text: string }) => text.includes(`/saved-reports/${id}`);
      await expect.poll(() => mails.taken.filter(isReport).length, PATIENTLY).toBe(1);
      await takePicture(page, `report-mail-${width}`);
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(width);
      await press(end);
      await page.getByRole("button", { name: begin }).waitFor();
      const { mail } = await owner.get<{ mail: unknown }>(`/api/v1/saved-reports/${id}/mail`);
      expect(mail).toBeNull();
      expect(complaints).toEqual([]);
    },
  );
});
