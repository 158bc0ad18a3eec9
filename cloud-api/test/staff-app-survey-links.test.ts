import type { BranchSettings } from "@foyer/contract";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import type { LinksReply } from "../src/features/survey-links/schema.ts";
import { listFaults } from "./axe.ts";
import { openStaffApp, takePicture } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";

const SURVEY = {
  ...{ id: "spring", title: { vi: "Mùa xuân", en: "Spring" } },
  questions: [
    { kind: "rating", id: "stars", label: { vi: "Mấy sao?", en: "How many?" }, required: true },
  ],
};

describeWithChromium("survey links in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let branchId: string;
  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
    const path = `/api/v1/branches/${branchId}/settings`;
    const document = await owner.get<BranchSettings>(path);
    const saved = await owner.request("PUT", path, { ...document, surveys: [SURVEY] });
    expect(saved.status).toBe(200);
  });

  async function makeOne(page: Page): Promise<string> {
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Make the link" }).click();
    const link = dialog.getByText(`${app.site.origin}/survey/`);
    const url = (await link.textContent()) ?? "";
    await takePicture(page, `survey-links-made-${page.viewportSize()?.width}`);
    await dialog.getByRole("button", { name: "Done" }).click();
    return url.trim();
  }

  test("a link is made, answered once on a phone without scripts, and told of in the list", async () => {
    const page = await app.enter(owner, { language: "en", width: 1280, height: 900 });
    await page.goto(`${app.site.origin}/survey-links`);
    await page.getByText("No links yet").waitFor();
    await page.getByRole("button", { name: "New link" }).first().click();
    const url = await makeOne(page);
    const row = page.getByRole("row").filter({ hasText: "Nobody in particular" });
    await row.getByText("Waiting").waitFor();

    const guest = await app.browser.newContext({
      ...{ javaScriptEnabled: false, viewport: { width: 390, height: 844 } },
    });
    const phone = await guest.newPage();
    await phone.goto(`${url}?language=en`);
    await takePicture(phone, "survey-links-guest-390");
    await phone.getByRole("button", { name: "Send" }).click();
    expect(await phone.locator(".fault").count()).toBeGreaterThan(0);
    await phone.locator('input[name="q-stars"][value="4"]').check({ force: true });
    await phone.getByRole("button", { name: "Send" }).click();
    await phone.getByRole("heading", { name: "Thank you" }).waitFor();
    await phone.reload();
    await phone.getByRole("heading", { name: "Thank you" }).waitFor();
    await guest.close();

    await page.reload();
    await row.getByText("Answered").waitFor();
    expect(await row.getByRole("button", { name: "End" }).count()).toBe(0);
    await takePicture(page, "survey-links-list-1280");
    expect(await listFaults(page, "links")).toEqual([]);
  }, 90_000);

  test("on a customer's page it is theirs, and one that waits is ended in the list, on a phone", async () => {
    const values = { name: "Lan" };
    const { body } = await owner.request("POST", "/api/v1/customers", { branchId, values });
    const { id } = body as { id: string };
    const page = await app.enter(owner, { language: "en", width: 390, height: 844 });
    await page.goto(`${app.site.origin}/customers/${id}`);
    const section = page.getByRole("region", { name: "Ask by a link" });
    await section.getByRole("button", { name: "Make the link" }).click();
    const url = await makeOne(page);
    await page.goto(`${app.site.origin}/survey-links`);
    await page.getByRole("link", { name: "Lan" }).waitFor();
    await takePicture(page, "survey-links-list-390");
    await page.getByRole("button", { name: "End" }).click();
    const dialog = page.getByRole("dialog", { name: "End this link?" });
    await dialog.getByRole("button", { name: "End", exact: true }).click();
    await page.getByText("Ended").waitFor();
    expect((await fetch(url)).status).toBe(410);
    const { links } = await owner.get<LinksReply>("/api/v1/survey-links");
    expect(links.find((link) => link.customerId === id)?.state).toBe("withdrawn");
  }, 90_000);
});
