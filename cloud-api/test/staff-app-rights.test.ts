import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY, signInAs } from "./staff-browser.ts";

const NOBODY = "http://127.0.0.1:9";

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

  /** Nothing answers at its addresses: its followers never come. */
  async function addZaloAccount(owner: TestStaff, branchId: string): Promise<void> {
    const sender = await owner.request("POST", "/api/v1/senders", {
      ...{ name: "OA", kind: "zalo" },
      settings: {
        ...{ baseUrl: NOBODY, oauthUrl: NOBODY, oaUrl: NOBODY, appId: "123456" },
        ...{ templateId: "1", codeParameter: "otp" },
      },
      secrets: { appSecret: "app-secret-1", refreshToken: "refresh-1" },
    });
    const { id } = sender.body as { id: string };
    const account = { oaId: "1234567890", branchId };
    const { status } = await owner.request("PUT", `/api/v1/zalo-accounts/${id}`, account);
    expect(status).toBe(200);
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

  test("what would be refused is not offered: Zalo's followers, a personal link, opening hours", async () => {
    const owner = await app.site.addOwner();
    const { id: branchId } = await owner.addBranch({ name: "Hồ Gươm" });
    const added = await owner.request("POST", "/api/v1/customers", {
      ...{ branchId, values: { name: "Nguyễn Thị Lan" } },
    });
    const { id } = added.body as { id: string };
    await addZaloAccount(owner, branchId);
    // They may see everything, and change branches alone.
    type Roles = { permissions: { name: string }[] };
    const { permissions } = await owner.get<Roles>("/api/v1/roles");
    const reading = permissions.map(({ name }) => name).filter((name) => name.endsWith(".read"));
    const staff = await app.site.addStaffWith(owner, [...reading, "branches.edit"]);
    await enter(staff, "/zalo-followers");
    await page.getByText("Last run").waitFor();
    const names = ["Bring followers in now", "End the sync", "Save and bring followers in"];
    for (const name of names) expect(await page.getByRole("button", { name }).count()).toBe(0);
    await page.goto(`/customers/${id}`);
    await page.getByRole("heading", { name: "Nguyễn Thị Lan" }).waitFor();
    await page.getByRole("heading", { name: "Group, tier and tags" }).waitFor();
    expect(await page.getByRole("button", { name: "Make a link" }).count()).toBe(0);
    await page.goto(`/branches/${branchId}?section=place`);
    await page.getByRole("heading", { name: "Opening hours" }).waitFor();
    await page.getByText("No hours are set").waitFor();
    expect(await page.getByRole("button", { name: "Save the hours" }).count()).toBe(0);
    await page.getByRole("combobox", { name: "A day begins at" }).waitFor();
    expect(await page.getByRole("button", { name: "Save the hour" }).count()).toBe(0);
  });

  test("a customer's page shows who may see customers alone no failures in place of the rest", async () => {
    const owner = await app.site.addOwner();
    const { id: branchId } = await owner.addBranch({ name: "Hồ Gươm" });
    const added = await owner.request("POST", "/api/v1/customers", {
      ...{ branchId, values: { name: "Nguyễn Thị Lan" } },
    });
    const { id } = added.body as { id: string };
    const staff = await app.site.addStaffWith(owner, ["customers.read", "branches.read"]);
    await enter(staff, `/customers/${id}`);
    await page.getByRole("heading", { name: "Nguyễn Thị Lan" }).waitFor();
    await page.waitForLoadState("networkidle");
    expect(await page.getByRole("alert").count()).toBe(0);
    await page.goto("/customers");
    await page.getByRole("link", { name: "Nguyễn Thị Lan" }).waitFor();
    await page.waitForLoadState("networkidle");
    expect(await page.getByRole("alert").count()).toBe(0);
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
