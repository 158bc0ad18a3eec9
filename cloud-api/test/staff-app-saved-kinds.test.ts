import type { BranchSettings } from "@foyer/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { newId } from "../src/platform/clock.ts";
import { listFaults } from "./axe.ts";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "./open-test-site.ts";
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

describeWithChromium("saved reports that count no visits in a browser", () => {
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
      const counted = { seen: 14, page: 12, asked: 7, right: 6, onlineByCode: 5 };
      const stretch = { begunSecondsAgo: 0, ...counted, onlineWithoutCode: 3, changedWay: 1 };
      await box.push([box.write("sign-in.counted", { stretches: [stretch] })]);
      await bringGuests(box, stars);
    }
    type Grid = { customers: number };
    const scored = await askUntil(
      () => owner.get<Grid>("/api/v1/scores/grid"),
      ({ customers }) => customers === 11,
    );
    expect(scored.customers).toBe(11);
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

  /** A guest for each number, who came so often, the first of them a week ago. */
  async function bringGuests(box: EnrolledBox, visits: readonly number[]): Promise<void> {
    for (const [at, count] of visits.entries()) {
      const phone = `+8491${box.branchId.replaceAll(/\D/g, "").slice(-4)}${100 + at}`;
      const { events, guestId, deviceId } = box.signIn({ phone });
      await box.push(events);
      for (let visit = 0; visit < count; visit += 1) {
        const ago = (7 + at * 20 + visit * 2) * DAY_MS;
        const startedAt = new Date(site.now().getTime() - ago);
        const endedAt = new Date(startedAt.getTime() + 3_600_000);
        await box.push(box.visit({ guestId, deviceId, startedAt, endedAt }).events);
      }
    }
  }

  const shoot = async (name: string) => {
    const folder = process.env.FOYER_SHOTS;
    if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  };

  /** Two of nine are not satisfied, and of the two of before one was not. */
  const expectLessToBeBetter = async () => {
    const tile = page.locator(".tile", { hasText: "Not satisfied (%)" });
    const delta = tile.locator(".delta");
    expect(await delta.textContent()).toContain("−56%");
    expect(await delta.getAttribute("data-verdict")).toBe("better");
    await page.getByText("(−56%, better)").waitFor();
  };

  const WORDS = {
    en: { save: "Save", part: "Save: Signing in", name: "Name", open: "Open it" },
    vi: { save: "Lưu", part: "Lưu: Đăng nhập Wi-Fi", name: "Tên", open: "Mở" },
  } as const;

  test.each([
    ["en", 1280, "/satisfaction", "Satisfaction by branch"],
    ["vi", 390, "/surveys/spring", "Khách đã trả lời gì"],
    ["en", 1280, "/scores/grid", "Recency by frequency"],
    ["vi", 390, "/scores/grid?length=1", "Tình trạng của khách"],
    ["en", 1280, "/cases/report", "Cases by branch"],
    ["vi", 390, "/cases/report", "Việc cần xem lại theo thời gian"],
    ["vi", 1280, "/?period=7-days", "Đăng nhập theo chi nhánh"],
    ["en", 390, "/", "Signing in over time"],
  ] as const)(
    "in %s at %i px %s is saved from its page, and opened with its numbers beside those of before",
    { timeout: 60_000 },
    async (language, width, path, title) => {
      const { save, part, name, open } = WORDS[language];
      // The overview has a report of its own, and a part that is one.
      const opener = /^\/(\?|$)/.test(path) ? part : save;
      await owner.request("PATCH", "/api/v1/me", { language });
      visitor = await enterStaffApp(browser, owner, { origin: site.origin, width });
      page = visitor.page;
      await page.goto(path);
      await page.getByRole("button", { name: opener, exact: true }).waitFor();
      await shoot(`page-of-${path.replaceAll(/\W+/g, "-")}-${language}-${width}`);
      await page.getByRole("button", { name: opener, exact: true }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(name, { exact: true }).fill(`Kept ${path} ${width}`);
      await dialog.getByRole("button", { name: save, exact: true }).click();
      await dialog.getByRole("link", { name: open, exact: true }).click();
      await page.getByRole("heading", { name: title, exact: true }).waitFor();
      expect(await listFaults(page, `saved ${path}`)).toEqual([]);
      if (path === "/satisfaction") await expectLessToBeBetter();
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(wide).toBeLessThanOrEqual(width);
      await shoot(`kept-${path.replaceAll(/\W+/g, "-")}-${language}-${width}`);
    },
  );

  test("results that are narrowed to some answers say nothing of all, and are not saved", async () => {
    await owner.request("PATCH", "/api/v1/me", { language: "en" });
    visitor = await enterStaffApp(browser, owner, { origin: site.origin });
    page = visitor.page;
    const button = page.getByRole("button", { name: "Save", exact: true });
    await page.goto("/satisfaction");
    await button.waitFor();
    await page.goto("/satisfaction?satisfaction=satisfied");
    await page.locator("#answers").waitFor();
    expect(await button.count()).toBe(0);
  });
});
