import type { BranchSettings } from "@foyer/contract";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { beforeEach, expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import type { EnrolledBox, TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const TEST_MS = 90_000;

describeWithChromium("a brand's kit, in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let box: EnrolledBox;
  let page: Page;

  beforeEach(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
    await owner.request("PATCH", "/api/v1/me", { language: "en" });
  });

  async function enter(width: number) {
    page = await app.enter(owner, { width });
    await page.goto("/brand-kits");
    await page.getByRole("link", { name: "Long Linh Coffee" }).click();
    await page.getByRole("heading", { level: 1, name: "Long Linh Coffee" }).waitFor();
  }

  const settingsTold = async () => {
    const pulled = await box.pull();
    return pulled?.settings as BranchSettings;
  };
  const told = async () => (await settingsTold()).brand;
  const seen = () => page.frameLocator('iframe[title="As guests see it"]');
  const sheetSeen = () => seen().locator("style").first().textContent();

  test("a marketer sees each change on a guest's page at once, and the boxes are told as it is saved", {
    timeout: TEST_MS,
  }, async () => {
    await enter(1280);
    await seen().getByRole("heading", { name: "Chào mừng bạn đến với Hồ Gươm" }).waitFor();
    const contrast = page.getByRole("list", { name: "How well it is read" });
    await contrast.getByText("5.5 : 1, read well.").waitFor();
    await page.getByLabel("Brand colour").fill("#f2c230");
    await expect.poll(sheetSeen, PATIENTLY).toContain("--accent:#f2c230");
    await contrast.getByText(/your colour has 1\.\d : 1 on this paper, too little/).waitFor();
    expect((await told()).accentColour).toBe("#0b6e4f");

    const file = await sharp({
      create: { width: 900, height: 300, channels: 3, background: "#7a1f3d" },
    })
      .png()
      .toBuffer();
    await page
      .locator('input[type="file"]')
      .first()
      .setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: file });
    await seen().getByRole("img", { name: "Long Linh Coffee" }).waitFor();
    await page.getByRole("button", { name: "Take #7a1f3d" }).click();
    await expect.poll(sheetSeen, PATIENTLY).toContain("--accent:#7a1f3d");
    await page.getByRole("radio", { name: "Rounded" }).click();

    await page.getByRole("button", { name: "Add a place" }).click();
    await page.getByRole("menuitem", { name: "Zalo" }).click();
    await page.getByText("A link is no web address yet.").waitFor();
    await page.getByRole("textbox", { name: "Zalo" }).fill("zalo.me/longlinh");
    await page.getByRole("textbox", { name: "Zalo" }).blur();
    await page.getByText("Online", { exact: true }).click();
    await seen().getByRole("link", { name: "Zalo" }).waitFor();

    await page.getByText("Guests of 1 branch see it within seconds.").waitFor();
    await page.getByRole("button", { name: "Save and show guests" }).click();
    await page.getByText("Saved as version 2.", { exact: false }).waitFor();
    expect(await told()).toMatchObject({
      ...{ accentColour: "#7a1f3d", font: "rounded" },
      links: [{ network: "zalo", url: "https://zalo.me/longlinh" }],
    });

    await page.getByRole("button", { name: "Take back version 1" }).click();
    await expect.poll(sheetSeen, PATIENTLY).toContain("--accent:#0b6e4f");
    await page.getByRole("button", { name: "Save and show guests" }).click();
    await page.getByText("Saved as version 3.", { exact: false }).waitFor();
    expect(await told()).toEqual({ name: "Long Linh Coffee", accentColour: "#0b6e4f", logo: null });
  });

  test("on a phone the texts are written once for all branches, and none of it is cut off", {
    timeout: TEST_MS,
  }, async () => {
    await enter(390);
    await page.getByText("Its own texts", { exact: true }).click();
    await page.getByText("English", { exact: true }).click();
    const body = page.getByLabel("The whole text").first();
    await expect.poll(() => body.inputValue(), PATIENTLY).toContain("{branch}");
    await body.fill("Be kind to each other at {branch}.");
    await page.getByLabel("Give Hồ Gươm these texts").check();
    await page.getByRole("button", { name: "Save and show guests" }).click();
    await page.getByText("Asks by these texts").waitFor();
    const { legalTexts } = await settingsTold();
    const terms = legalTexts.find(({ purpose }) => purpose === "terms");
    expect(terms).toMatchObject({
      ...{ version: 2, body: { en: "Be kind to each other at Hồ Gươm." } },
    });
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(390);
  });
});
