import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BranchSettings } from "@foyer/contract";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listFaults } from "./axe.ts";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "./open-test-site.ts";
import { describeWithChromium, enterStaffApp, launchBrowser } from "./staff-browser.ts";

const TEST_MS = 120_000;
const PIXEL = "1234567890123456";

describeWithChromium("the advert tags, in a browser", () => {
  let site: TestSite;
  let browser: Browser;
  let owner: TestStaff;
  let box: EnrolledBox;

  beforeAll(async () => {
    site = await openTestSite();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  beforeEach(async () => {
    owner = await site.addOwner("Long Linh Coffee");
    box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
  });

  async function enter(staff: TestStaff, { width, language }: { width: number; language: string }) {
    await staff.request("PATCH", "/api/v1/me", { language });
    const visitor = await enterStaffApp(browser, staff, { origin: site.origin, width });
    const { page } = visitor;
    await page.goto("/advert-tags");
    await page.getByLabel(language === "en" ? "Meta Pixel ID" : "ID Meta Pixel").waitFor();
    const look = async (name: string) => {
      const wide = await page.evaluate("document.documentElement.scrollWidth");
      expect(wide).toBeLessThanOrEqual(width);
      const folder = process.env.FOYER_PICTURES;
      if (!folder) return;
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
    };
    return { visitor, page, look };
  }

  /** A visit of somebody whom no branch knows. */
  const tell = (letter: string) =>
    box.push([
      box.write("advert-tag.shown", {
        ...{ advertEventId: letter.repeat(22), name: "GuestVisit", metaPixelId: PIXEL },
        ...{ visitId: box.boxId, guestId: box.epoch, googleTagId: "G-AB12CD34EF" },
        ...{ textVersion: 1, textSha256: "a".repeat(64) },
      }),
    ]);
  const told = async () => (await box.pull())?.settings as BranchSettings;

  test("part of MC-3.8: a marketer turns a brand's tags on, is told what is no id, and that nobody is asked", {
    timeout: TEST_MS,
  }, async () => {
    const { visitor, page, look } = await enter(owner, { width: 1280, language: "en" });
    await page.getByText("no visit was told").waitFor();
    await page.getByLabel("Google tag ID").fill("GTM-ABC1234");
    await page.getByText("Containers of Tag Manager").waitFor();
    expect(await page.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
    await page.getByLabel("Google tag ID").fill("g-ab12cd34ef");
    await page.getByLabel("Meta Pixel ID").fill(PIXEL);
    await page.getByLabel("Long Linh Coffee").check({ force: true });
    await page.getByText("No branch of it asks guests about adverts").waitFor();
    await page.getByText("0 of 1 branch asks").waitFor();
    await page.getByRole("button", { name: "Save" }).first().click();
    await page.getByText("Saved. The boxes hear of it at once.").waitFor();
    expect(await page.getByLabel("Google tag ID").inputValue()).toBe("G-AB12CD34EF");
    const { advertTags } = await askUntil(told, (now) => now.advertTags !== undefined);
    expect(advertTags).toEqual({ metaPixelId: PIXEL, googleTagId: "G-AB12CD34EF" });
    await tell("a");
    await page.getByText("a".repeat(22)).waitFor();
    await page.getByRole("link", { name: "1 waiting" }).click();
    await page.getByRole("heading", { name: "Waiting, of the last 7 days" }).waitFor();
    await page.getByText("a".repeat(22)).waitFor();
    await look("staff-advert-tags");
    expect(await listFaults(page, "/advert-tags")).toEqual([]);
    expect(visitor.complaints).toEqual([]);
    expect(visitor.foreignRequests).toEqual([]);
    await visitor.close();
  });

  test("part of MC-3.8: a token is given and taken away on a phone, and is never shown", {
    timeout: TEST_MS,
  }, async () => {
    const { brands } = await owner.get<{ brands: { id: string }[] }>("/api/v1/advert-tags");
    const ids = { metaPixelId: PIXEL, googleTagId: null, brandIds: brands.map(({ id }) => id) };
    await owner.request("PUT", "/api/v1/advert-tags", ids);
    const { visitor, page, look } = await enter(owner, { width: 390, language: "vi" });
    await page.getByText("Đám mây chưa gửi gì").waitFor();
    await page
      .getByLabel("Mã truy cập", { exact: false })
      .first()
      .fill("EAAB-token-of-a-test-0001");
    await page.getByLabel("Địa chỉ API").fill("http://127.0.0.1:9/v25.0");
    await page.getByRole("button", { name: "Lưu" }).last().click();
    await page.getByText("Đám mây đang gửi bản của mình").waitFor();
    expect(await page.content()).not.toContain("EAAB-token");
    // Nobody whom the cloud knows agreed to it: it is never sent.
    await tell("b");
    await page.getByText("b".repeat(22)).waitFor();
    await page.getByText("Không còn sự đồng ý của khách").waitFor();
    await look("staff-advert-tags");
    expect(await listFaults(page, "/advert-tags")).toEqual([]);
    await page.getByRole("button", { name: "Gỡ mã truy cập" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Gỡ mã truy cập" }).click();
    await page.getByText("Đám mây chưa gửi gì").waitFor();
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  test("part of MC-3.8: whoever may only look sees the tags and changes none", {
    timeout: TEST_MS,
  }, async () => {
    const viewer = await site.addViewer(owner);
    const { visitor, page } = await enter(viewer, { width: 1280, language: "en" });
    await page.getByText("A manager or a marketer of the whole company").waitFor();
    expect(await page.getByRole("button", { name: "Save" }).count()).toBe(0);
    expect(await page.getByLabel("Long Linh Coffee").isDisabled()).toBe(true);
    await visitor.close();
  });
});
