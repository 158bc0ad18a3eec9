import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

type Groups = { groups: { id: string; name: string; parentId: string | null }[] };

describeWithChromium("customer groups as a tree, in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let page: Page;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    await owner.request("PATCH", "/api/v1/me", { language: "en" });
    const box = await owner.addBox((await owner.addBranch()).id);
    for (const number of [1, 2, 3])
      await box.push(box.signIn({ phone: `+8491234567${number}`, name: `Guest ${number}` }).events);
    page = await app.enter(owner);
  });

  const dialog = () => page.getByRole("dialog");
  const row = (name: string) => page.getByRole("row", { name: new RegExp(name) });
  const listGroups = async () => (await owner.get<Groups>("/api/v1/groups")).groups;
  const idOf = async (name: string) =>
    (await listGroups()).find((group) => group.name === name)?.id ?? "";
  const add = async (button: string, name: string) => {
    await page.getByRole("button", { name: button, exact: true }).click();
    await dialog().getByLabel("Name").fill(name);
    await dialog().getByRole("button", { name: "Add", exact: true }).click();
    await dialog().waitFor({ state: "detached" });
  };

  test("groups are made below each other, their numbers roll up, and each opens those it counts", async () => {
    await page.goto("/groups");
    await add("Add a group", "Regulars");
    await add("Add a group below Regulars", "Gold");
    await add("Add a group below Gold", "Founders");
    type Customers = { customers: { id: string }[] };
    const { customers } = await askUntil(
      () => owner.get<Customers>("/api/v1/customers"),
      (reply) => reply.customers.length === 3,
    );
    for (const [index, name] of ["Regulars", "Gold", "Founders"].entries()) {
      const path = `/api/v1/customers/${customers[index]?.id}/group`;
      const answer = await owner.request("PUT", path, { groupId: await idOf(name) });
      expect(answer.status).toBe(200);
    }
    await page.reload();
    await expect
      .poll(() => page.locator("[data-depth]").allInnerTexts(), PATIENTLY)
      .toEqual(["Regulars", "Gold", "Founders"]);
    await row("Regulars").getByText("1 in itself").waitFor();
    await row("Gold").getByRole("link", { name: "2" }).waitFor();
    await row("Regulars").getByRole("link", { name: "3" }).click();
    await expect
      .poll(
        () => page.getByRole("table", { name: "Customers" }).locator("tbody tr").count(),
        PATIENTLY,
      )
      .toBe(3);
    // The filter names the group with all it stands in.
    await page.getByRole("combobox", { name: "Group, tier or tag" }).click();
    await page.getByRole("option", { name: "Regulars › Gold › Founders" }).waitFor();
  });

  test("a group moves with all that stands in it, and never into itself", async () => {
    await page.goto("/groups");
    await add("Add a group", "Elsewhere");
    await page.getByRole("button", { name: "Move Gold", exact: true }).click();
    await dialog().getByText("The group that stands in it moves along.").waitFor();
    await dialog().getByRole("combobox", { name: "Stands in" }).click();
    const places = await page.getByRole("option").allInnerTexts();
    expect(places).toEqual(["No other group", "Elsewhere", "Regulars"]);
    await page.getByRole("option", { name: "Elsewhere" }).click();
    await dialog().getByRole("button", { name: "Move", exact: true }).click();
    await dialog().waitFor({ state: "detached" });
    await expect
      .poll(() => page.locator("[data-depth]").allInnerTexts(), PATIENTLY)
      .toEqual(["Elsewhere", "Gold", "Founders", "Regulars"]);
    await row("Elsewhere").getByRole("link", { name: "2" }).waitFor();
    // Where it went was removed by somebody else meanwhile.
    await owner.request("POST", "/api/v1/groups", { name: "Gone soon" });
    await page.getByRole("button", { name: "Move Regulars", exact: true }).waitFor();
    await row("Gone soon").waitFor();
    await page.getByRole("button", { name: "Move Regulars", exact: true }).click();
    await dialog().getByRole("combobox", { name: "Stands in" }).click();
    await page.getByRole("option", { name: "Gone soon" }).click();
    await owner.request("DELETE", `/api/v1/groups/${await idOf("Gone soon")}`);
    await dialog().getByRole("button", { name: "Move", exact: true }).click();
    await dialog().getByText("It cannot stand there").waitFor();
    await dialog().getByRole("button", { name: "Cancel" }).click();
    expect(app.takeComplaints()).toEqual([expect.stringContaining("400")]);
  });

  test("a group that others stand in is not removed, and says what holds it; an empty one is, by name", async () => {
    await page.goto("/groups");
    await page.getByRole("button", { name: "Remove Elsewhere", exact: true }).click();
    const asked = page.getByRole("dialog", { name: "Remove Elsewhere" });
    await asked.getByRole("button", { name: "Remove", exact: true }).click();
    await asked.getByText("Other groups stand in this one. Move or remove them first.").waitFor();
    expect(await asked.getByText("An access policy").count()).toBe(0);
    await asked.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Remove Founders", exact: true }).click();
    const named = page.getByRole("dialog", { name: "Remove Founders" });
    await named.getByText("1 customer has it").waitFor();
    await named.getByRole("button", { name: "Remove", exact: true }).click();
    await named.waitFor({ state: "detached" });
    await expect
      .poll(async () => (await listGroups()).map(({ name }) => name), PATIENTLY)
      .not.toContain("Founders");
    expect(app.takeComplaints()).toEqual([expect.stringContaining("409")]);
  });

  test("what stands in a group is folded away and back, and the tree fits a phone", async () => {
    await page.goto("/groups");
    await page.getByRole("button", { name: "Fold Elsewhere" }).click();
    await expect
      .poll(() => page.locator("[data-depth]").allInnerTexts(), PATIENTLY)
      .toEqual(["Elsewhere", "Regulars"]);
    const unfold = page.getByRole("button", { name: "Unfold Elsewhere" });
    expect(await unfold.getAttribute("aria-expanded")).toBe("false");
    await unfold.press("Enter");
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("list", { name: "Groups" }).getByText("Gold").waitFor();
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
      390,
    );
  });
});
