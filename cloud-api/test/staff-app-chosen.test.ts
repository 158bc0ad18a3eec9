import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { newId } from "../src/platform/clock.ts";
import { openStaffApp } from "./open-staff-app.ts";
import { describeWithChromium } from "./staff-browser.ts";

const LISTED = 101;

describeWithChromium("many customers chosen by hand, in a browser", () => {
  const app = openStaffApp();
  let page: Page;

  beforeAll(async () => {
    const owner = await app.site.addOwner("Long Linh Coffee");
    await owner.request("PATCH", "/api/v1/me", { language: "en" });
    await owner.addBranch();
    page = await app.enter(owner);
  }, 120_000);

  /** A list as it stands once somebody has had more and more of it shown. */
  async function openList(): Promise<void> {
    const at = new Date().toISOString();
    const customers = Array.from({ length: LISTED }, (_, index) => ({
      ...{ id: newId(), name: `Guest ${index}`, phone: null, visits: 1, firstSeenAt: at },
      ...{ lastVisitAt: at, sourceBranchId: newId(), sourceBranchName: "Hồ Gươm" },
    }));
    const reply = { customers, nextCursor: null, total: LISTED, isTotalExact: true };
    await page.route(/\/api\/v1\/customers\?/, (route) => route.fulfill({ json: reply }));
    await page.goto("/customers");
    await page.getByRole("link", { name: "Guest 100" }).waitFor();
  }

  test("of more than a file takes nobody is left out or brought in, in silence: it is said", async () => {
    await openList();
    await page.getByLabel("Choose all that are shown").check();
    await page.getByText("101 chosen").waitFor();
    await page.getByRole("button", { name: "Export", exact: true }).click();
    await page.getByText("A file takes at most 100 chosen customers").waitFor();
    for (const form of [/workbook/, /CSV/])
      expect(await page.getByRole("button", { name: form }).isDisabled()).toBe(true);
    await page.keyboard.press("Escape");
    await page.getByLabel("Choose Guest 0", { exact: true }).uncheck();
    await page.getByRole("button", { name: "Export", exact: true }).click();
    await page.getByText("100 chosen customers as a file").waitFor();
    const href = await page.getByRole("link", { name: /CSV/ }).getAttribute("href");
    const ids = new URL(`http://foyer.test${href}`).searchParams.get("ids") ?? "";
    expect(ids.split(",")).toHaveLength(100);
  });
});
