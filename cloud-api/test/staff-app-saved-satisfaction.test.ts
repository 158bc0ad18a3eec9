import type { BranchSettings } from "@foyer/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { newId } from "../src/platform/clock.ts";
import { listFaults } from "./axe.ts";
import { openTestSite, type TestSite, type TestStaff } from "./open-test-site.ts";
import {
  describeWithChromium,
  enterStaffApp,
  launchBrowser,
  type Visitor,
} from "./staff-browser.ts";
import { NAS_ID } from "./test-box.ts";

const DAY_MS = 86_400_000;
const words = (vi: string, en: string) => ({ vi, en });
const SURVEY = {
  id: "spring",
  title: words("Mùa xuân", "Spring"),
  questions: [{ kind: "rating", id: "stars", label: words("Mấy sao?", "Stars?"), required: true }],
};

describeWithChromium("saved satisfaction in a browser", () => {
  let site: TestSite;
  let browser: Browser;
  let owner: TestStaff;
  let visitor: Visitor;
  let page: Page;

  beforeAll(async () => {
    site = await openTestSite();
    browser = await launchBrowser();
    owner = await site.addOwner("Long Linh Coffee");
    for (const [name, stars] of [
      ["Hồ Gươm", [5, 4, 2, 5, 3, 1, 4]],
      ["Bến Thành", [5, 5, 4, 1]],
    ] as const) {
      const { id } = await owner.addBranch({ name });
      const path = `/api/v1/branches/${id}/settings`;
      const document = await owner.get<BranchSettings>(path);
      await owner.request("PUT", path, { ...document, surveys: [SURVEY] });
      const box = await owner.addBox(id);
      const given = stars.map((rating, at) =>
        box.write(
          "survey.answered",
          {
            ...{ answerId: newId(), surveyId: "spring", guestId: null, deviceId: null },
            ...{ nasId: NAS_ID, by: "page" as const, place: null, language: "vi", choices: {} },
            ...{ ratings: { stars: rating }, texts: {} },
          },
          new Date(site.now().getTime() - (at * 7 + 1) * DAY_MS),
        ),
      );
      await box.push(given);
    }
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  afterEach(async () => {
    await visitor.close();
    expect(visitor.complaints).toEqual([]);
    expect(visitor.foreignRequests, "requests to other hosts").toEqual([]);
  });

  const shoot = async (name: string) => {
    const folder = process.env.FOYER_SHOTS;
    if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  };

  test.each([
    ["en", 1280, "/satisfaction", ["Save", "Name", "Open it", "Satisfaction by branch"]],
    ["vi", 390, "/surveys/spring", ["Lưu", "Tên", "Mở", "Khách đã trả lời gì"]],
  ] as const)(
    "in %s at %i px it is saved from %s, and opened with its numbers beside those of before",
    { timeout: 60_000 },
    async (language, width, path, [save, name, open, title]) => {
      await owner.request("PATCH", "/api/v1/me", { language });
      visitor = await enterStaffApp(browser, owner, { origin: site.origin, width });
      page = visitor.page;
      await page.goto(path);
      const button = page.getByRole("button", { name: save, exact: true });
      await button.waitFor();
      await shoot(`satisfaction-${language}-${width}`);
      await page.goto(`${path}?satisfaction=satisfied`);
      await page.locator("#answers").waitFor();
      // Of some answers alone it says nothing of how content guests are.
      expect(await button.count()).toBe(0);
      await page.goto(path);
      await button.click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(name, { exact: true }).fill(`Stars ${language}`);
      await dialog.getByRole("button", { name: save, exact: true }).click();
      await dialog.getByRole("link", { name: open, exact: true }).click();
      await page.getByRole("heading", { name: title, exact: true }).waitFor();
      expect(await listFaults(page, "saved satisfaction")).toEqual([]);
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(wide).toBeLessThanOrEqual(width);
      await shoot(`satisfaction-saved-${language}-${width}`);
    },
  );
});
