import type { BranchSettings } from "@foyer/contract";
import { beforeEach, expect, test } from "vitest";
import { listFaults } from "./axe.ts";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";

const TEST_MS = 120_000;
const PIXEL = "1234567890123456";

describeWithChromium("the advert tags, in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let box: EnrolledBox;

  beforeEach(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    box = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
  });

  async function enter(
    staff: TestStaff,
    { width, language }: { width: number; language: "en" | "vi" },
  ) {
    const page = await app.enter(staff, { language, width });
    await page.goto("/advert-tags");
    await page.getByLabel(language === "en" ? "Meta Pixel ID" : "ID Meta Pixel").waitFor();
    return page;
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
    const page = await enter(owner, { width: 1280, language: "en" });
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
    await expectToFit(page, "staff-advert-tags");
    expect(await listFaults(page, "/advert-tags")).toEqual([]);
  });

  test("part of MC-3.8: a token is given and taken away on a phone, and is never shown", {
    timeout: TEST_MS,
  }, async () => {
    const { brands } = await owner.get<{ brands: { id: string }[] }>("/api/v1/advert-tags");
    const ids = { metaPixelId: PIXEL, googleTagId: null, brandIds: brands.map(({ id }) => id) };
    await owner.request("PUT", "/api/v1/advert-tags", ids);
    const page = await enter(owner, { width: 390, language: "vi" });
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
    await expectToFit(page, "staff-advert-tags");
    expect(await listFaults(page, "/advert-tags")).toEqual([]);
    await page.getByRole("button", { name: "Gỡ mã truy cập" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Gỡ mã truy cập" }).click();
    await page.getByText("Đám mây chưa gửi gì").waitFor();
  });

  test("part of MC-3.8: whoever may only look sees the tags and changes none", {
    timeout: TEST_MS,
  }, async () => {
    const viewer = await app.site.addViewer(owner);
    const page = await enter(viewer, { width: 1280, language: "en" });
    await page.getByText("A manager or a marketer of the whole company").waitFor();
    expect(await page.getByRole("button", { name: "Save" }).count()).toBe(0);
    expect(await page.getByLabel("Long Linh Coffee").isDisabled()).toBe(true);
  });
});
