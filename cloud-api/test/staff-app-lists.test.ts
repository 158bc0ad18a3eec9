import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

type Customers = { customers: { id: string; name: string }[]; total: number };
type Made = { id: string };

describeWithChromium("the list of customers as work, in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let page: Page;
  let tagId: string;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    await owner.request("PATCH", "/api/v1/me", { language: "en" });
    const branch = await owner.addBranch();
    const field = { key: "own.size", kind: "text", label: { vi: "Cỡ", en: "Shoe size" } };
    await owner.request("POST", "/api/v1/customer-fields", field);
    for (const name of ["Lan Nguyễn", "Lan Trần", "Minh Lê"]) {
      const values = { name, "own.size": name === "Minh Lê" ? "42" : "38" };
      const made = await owner.request("POST", "/api/v1/customers", {
        branchId: branch.id,
        values,
      });
      expect(made.status).toBe(201);
    }
    tagId = ((await owner.request("POST", "/api/v1/tags", { name: "Regular" })).body as Made).id;
    await askUntil(
      () => owner.get<Customers>("/api/v1/customers?search=Lan"),
      ({ total }) => total === 2,
    );
    page = await app.enter(owner);
  }, 120_000);

  const dialog = () => page.getByRole("dialog");
  const table = () => page.getByRole("table", { name: "Customers" });
  const rows = () => table().locator("tbody tr");
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const countTagged = async () =>
    (await owner.get<Customers>(`/api/v1/customers?markId=${tagId}`)).total;
  const choose = async (menu: string, item: string) => {
    await button(menu).click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  const chooseTag = async () => {
    await dialog().getByRole("combobox", { name: "Tag" }).click();
    await page.getByRole("option", { name: "Regular" }).click();
  };

  test("columns are chosen, own fields among them, and stay as they are", async () => {
    await page.goto("/customers");
    await expect.poll(() => rows().count(), PATIENTLY).toBe(3);
    await button("Columns").click();
    await page.getByRole("checkbox", { name: "Shoe size" }).check();
    await page.getByRole("checkbox", { name: "First branch" }).uncheck();
    await table().getByRole("columnheader", { name: "Shoe size" }).waitFor();
    await table().getByRole("cell", { name: "42", exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await askUntil(
      () => owner.get<{ columns: string[] }>("/api/v1/customer-columns"),
      ({ columns }) => columns.includes("own.size") && !columns.includes("source"),
    );
    await page.reload();
    await table().getByRole("columnheader", { name: "Shoe size" }).waitFor();
    expect(await table().getByRole("columnheader", { name: "First branch" }).count()).toBe(0);
  });

  test("a view keeps search and columns, is opened by its link alone, and goes with a confirmation", async () => {
    await page.goto("/customers");
    await page.getByRole("searchbox", { name: "Search customers" }).fill("Lan");
    await expect.poll(() => rows().count(), PATIENTLY).toBe(2);
    await button("Save view").click();
    await dialog().getByLabel("Name").fill("All Lans");
    await dialog().getByRole("button", { name: "Save", exact: true }).click();
    await dialog().waitFor({ state: "detached" });
    await button("All Lans").waitFor();
    const { views } = await owner.get<{ views: Made[] }>("/api/v1/customer-views");
    await page.goto("/customers");
    await expect.poll(() => rows().count(), PATIENTLY).toBe(3);
    await page.goto(`/customers?view=${views[0]?.id}`);
    await expect.poll(() => rows().count(), PATIENTLY).toBe(2);
    const search = page.getByRole("searchbox", { name: "Search customers" });
    await expect.poll(() => search.inputValue(), PATIENTLY).toBe("Lan");
    // What is changed is shown as such, and kept when it is meant.
    await search.fill("Minh");
    await button("Save changes").click();
    await expect
      .poll(() => owner.get<{ views: object[] }>("/api/v1/customer-views"), PATIENTLY)
      .toMatchObject({ views: [{ name: "All Lans", search: "Minh" }] });
    await button("Save changes").waitFor({ state: "detached" });
    await choose("Options of All Lans", "Share with the company");
    await expect
      .poll(() => owner.get<{ views: object[] }>("/api/v1/customer-views"), PATIENTLY)
      .toMatchObject({ views: [{ shared: true }] });
    await choose("Options of All Lans", "Remove");
    await dialog().getByText("goes for everybody it is shared with").waitFor();
    await dialog().getByRole("button", { name: "Remove", exact: true }).click();
    await expect.poll(() => rows().count(), PATIENTLY).toBe(3);
    expect(await button("All Lans").count()).toBe(0);
  });

  test("the whole filter is tagged after its number was confirmed, with progress, and taken back", async () => {
    await page.goto("/customers?search=Lan");
    await expect.poll(() => rows().count(), PATIENTLY).toBe(2);
    await choose("With all of the list", "Add a tag");
    await chooseTag();
    await dialog().getByText("2 customers will be changed.").waitFor();
    expect(await countTagged()).toBe(0);
    await dialog().getByRole("button", { name: "Give the tag to 2 customers" }).click();
    const strip = page.getByRole("region", { name: "Tag “Regular” given" });
    await strip.getByText("2 changed").waitFor();
    expect(await countTagged()).toBe(2);
    await strip.getByRole("button", { name: "Undo" }).click();
    await dialog().getByRole("button", { name: "Undo for 2 customers" }).click();
    await strip.getByText("2 changed back").waitFor();
    expect(await countTagged()).toBe(0);
  });

  test("chosen rows alone are changed, and what was done stands on a page of its own", async () => {
    await page.goto("/customers");
    await page.getByRole("checkbox", { name: "Choose Minh Lê" }).check();
    await page.getByText("1 chosen").waitFor();
    await choose("With those chosen", "Add a tag");
    await chooseTag();
    await dialog().getByRole("button", { name: "Give the tag to 1 customer" }).click();
    await page.getByText("Done · 1 changed").waitFor();
    expect(await countTagged()).toBe(1);
    // Nobody is chosen any more.
    await button("With all of the list").waitFor();
    await choose("With all of the list", "What was done before");
    const actions = page.getByRole("table", { name: "Changes of many customers" });
    await expect.poll(() => actions.locator("tbody tr").count(), PATIENTLY).toBe(2);
    await actions.getByText("Undone · 2 changed · 2 changed back").waitFor();
  });

  test("conditions narrow the list without a segment, stand in the address and are dropped", async () => {
    await page.goto("/customers");
    await button("Conditions").click();
    await dialog().getByText("Customers who").first().waitFor();
    const tree = {
      kind: "all",
      of: [{ kind: "field", field: "own.size", test: { is: "one-of", values: ["42"] } }],
    };
    await page.goto(`/customers?tree=${encodeURIComponent(JSON.stringify(tree))}`);
    await expect.poll(() => rows().count(), PATIENTLY).toBe(1);
    await button("Drop the conditions").click();
    await expect.poll(() => rows().count(), PATIENTLY).toBe(3);
    expect(new URL(page.url()).searchParams.has("tree")).toBe(false);
  });

  test.each(["light", "dark"] as const)("at phone width nothing is cut off, %s", async (look) => {
    await page.emulateMedia({ colorScheme: look });
    await page.setViewportSize({ width: 390, height: 844 });
    try {
      for (const path of ["/customers?search=Lan", "/customer-actions"]) {
        await page.goto(path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await expect
          .poll(() => page.locator("li.record-row").count(), PATIENTLY)
          .toBeGreaterThan(0);
        const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
        expect(wide, path).toBe(390);
      }
    } finally {
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.emulateMedia({ colorScheme: null });
    }
  });
});
