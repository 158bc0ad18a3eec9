import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY, signInAs } from "./staff-browser.ts";

describeWithChromium("rights on a screen", () => {
  const app = openStaffApp();
  let page: Page;

  async function enter(staff: TestStaff, path: string): Promise<void> {
    await staff.request("PATCH", "/api/v1/me", { language: "en" });
    page = await app.visit();
    await page.goto(path);
    await signInAs(page, staff);
    // A password takes its time to check on a busy machine, and so does the first page.
    await page.locator("#content h1").first().waitFor({ timeout: 30_000 });
  }

  test("a role of one's own is made, given over a branch, and shows no more than it holds", async () => {
    const owner = await app.site.addOwner();
    const viewer = await app.site.addViewer(owner);
    await owner.addBranch({ name: "Hồ Gươm" });
    await owner.addBranch({ name: "Bến Thành" });
    await enter(owner, "/staff/roles");
    await page.getByRole("button", { name: "New role" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Receptionist");
    await page.getByRole("checkbox", { name: "See branches" }).check();
    await page.getByRole("checkbox", { name: "See access codes" }).check();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("row", { name: /Receptionist/ }).waitFor();
    await page.getByRole("link", { name: "To staff" }).click();
    await page.getByRole("button", { name: "Roles of Viewer" }).click();
    await page.getByRole("combobox", { name: "Role", exact: true }).click();
    await page.getByRole("option", { name: "Receptionist" }).click();
    await page.getByRole("combobox", { name: "Counts in" }).click();
    await page.getByRole("option", { name: "Some branches" }).click();
    await page.getByRole("combobox", { name: "Branches" }).click();
    await page.getByRole("option", { name: "Hồ Gươm" }).click();
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Receptionist · Hồ Gươm").waitFor();
    await page.context().close();

    await enter(viewer, "/branches");
    await page.getByRole("heading", { name: "Hồ Gươm" }).waitFor();
    expect(await page.getByText("Bến Thành").count()).toBe(0);
    const entries = await page.getByRole("navigation").first().getByRole("link").allInnerTexts();
    expect(entries).toContain("Access codes");
    expect(entries).not.toContain("Customers");
    expect(entries).not.toContain("Audit log");
  });

  test("a key is shown once, and what was done stands in the audit log", async () => {
    const owner = await app.site.addOwner();
    await owner.addBranch({ name: "Hồ Gươm" });
    await enter(owner, "/staff/keys");
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Till");
    await page.getByRole("checkbox", { name: "See visits and figures" }).check();
    await page.getByRole("button", { name: "Make the key" }).click();
    const key = (await page.locator("pre", { hasText: "foyer_" }).textContent()) ?? "";
    await page.getByRole("button", { name: "Done" }).click();
    const asked = await fetch(`${app.site.origin}/api/v1/visits`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(asked.status).toBe(200);
    await page.getByRole("button", { name: "Revoke Till" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke Till" }).click();
    const statusOf = async () =>
      (
        await fetch(`${app.site.origin}/api/v1/visits`, {
          headers: { authorization: `Bearer ${key}` },
        })
      ).status;
    await expect.poll(statusOf, PATIENTLY).toBe(401);
    await page.getByRole("link", { name: "Audit log" }).click();
    await page.getByText("Removed: API key").waitFor();
    await page.getByText("Made: Branch").waitFor();
    expect(await page.getByText(key).count()).toBe(0);
  });

  test("a brand is made and takes a branch over", async () => {
    const owner = await app.site.addOwner();
    await owner.addBranch({ name: "Hồ Gươm" });
    await enter(owner, "/company");
    await page.getByRole("button", { name: "New brand" }).click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("Trà Gió");
    await page.getByRole("combobox", { name: "Take over branches" }).click();
    await page.getByRole("option", { name: "Hồ Gươm" }).click();
    await page.keyboard.press("Tab");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByRole("row", { name: /Trà Gió.*Hồ Gươm/ }).waitFor();
    type Reply = { branches: { brandId: string }[] };
    const { branches } = await owner.get<Reply>("/api/v1/branches");
    const { brands } = await owner.get<{ brands: { id: string; name: string }[] }>(
      "/api/v1/tenant",
    );
    expect(brands.find(({ id }) => id === branches[0]?.brandId)?.name).toBe("Trà Gió");
  });
});
