import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY, signInAs } from "./staff-browser.ts";

type Customers = { customers: { id: string; name: string | null }[]; total: number };

describeWithChromium("customers that staff write, in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let page: Page;

  beforeAll(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    await owner.request("PATCH", "/api/v1/me", { language: "en" });
    const branch = await owner.addBranch();
    const box = await owner.addBox(branch.id);
    for (const [number, name] of [
      [1, "Nguyễn Thị Lan"],
      [2, "Trần Văn Minh"],
    ])
      await box.push(box.signIn({ phone: `+8491234567${number}`, name: `${name}` }).events);
    await askUntil(
      () => owner.get<Customers>("/api/v1/customers"),
      ({ customers }) => customers.length === 2 && customers.every(({ name }) => name !== null),
    );
    page = await app.visit();
    await page.goto("/");
    await signInAs(page, owner);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
  });

  const dialog = () => page.getByRole("dialog");
  test("an owner makes a field, and it is filled at once on a customer who is made by hand", async () => {
    await page.goto("/customer-fields");
    await page.getByText("No fields of your own yet").waitFor();
    await page.getByRole("button", { name: "Add a field" }).first().click();
    await dialog().getByLabel("Name (Vietnamese)").fill("Bàn ưa thích");
    await dialog().getByLabel("Name (English)").fill("Favourite table");
    await dialog().getByRole("combobox", { name: "Kind" }).click();
    await page.getByRole("option", { name: "One choice" }).click();
    await dialog().getByRole("textbox", { name: "Choices" }).fill("Window\nGarden");
    await dialog().getByRole("button", { name: "Add a field" }).click();
    await page.getByRole("cell", { name: "own.ban_ua_thich" }).waitFor();
    await page.goto("/customers");
    await page.getByRole("link", { name: "New customer" }).click();
    await page.getByLabel("Name").fill("Chị Lan");
    await page.getByLabel("Phone").fill("0912 345 671");
    await page.getByRole("combobox", { name: "Favourite table" }).click();
    await page.getByRole("option", { name: "Garden" }).click();
    await page.getByRole("button", { name: "Add customer" }).click();
    await page.getByText("Another customer has this already.").waitFor();
    expect(app.takeComplaints()).toEqual([expect.stringContaining("409")]);
    await page.getByLabel("Phone").fill("0912 345 679");
    await page.getByLabel("Card number").fill("VIP 7");
    await page.getByLabel("Day").fill("9");
    await page.getByRole("combobox", { name: "Month" }).click();
    await page.getByRole("option", { name: "May" }).click();
    await page.getByRole("button", { name: "Add customer" }).click();
    await page.getByRole("heading", { name: "Chị Lan" }).waitFor();
    const details = page.getByRole("region", { name: "Details" });
    await details.getByText("Garden").waitFor();
    expect(await details.textContent()).toContain("Written by Owner");
  });

  test("a form that names nobody says what makes somebody, and keeps what was written", async () => {
    const own = await app.enter(owner);
    await own.goto("/customers/new");
    await own.getByRole("button", { name: "Add customer" }).click();
    await own.getByText("Give a name, a phone number or an email address.").waitFor();
    await own.getByLabel("Address").fill("12 Tràng Tiền, Hà Nội");
    await own.getByRole("button", { name: "Add customer" }).click();
    await own.getByText("Nothing was saved. See the fields marked above.").waitFor();
    const isFocused = "document.activeElement.getAttribute('aria-invalid')";
    await expect.poll(() => own.evaluate(isFocused), PATIENTLY).toBe("true");
    await own.getByText("Give a name, a phone number or an email address.").waitFor();
    expect(await own.getByLabel("Address").inputValue()).toBe("12 Tràng Tiền, Hà Nội");
    expect(app.takeComplaints()).toEqual(
      [400, 400].map((code) => expect.stringContaining(`${code}`)),
    );
  });

  test("a field that is changed keeps what it was, with who said it", async () => {
    await page.getByRole("link", { name: "Edit" }).click();
    await page.getByRole("heading", { name: "Edit Chị Lan" }).waitFor();
    await page.getByLabel("Name").fill("Nguyễn Thị Lan");
    await page.getByLabel("Address").fill("12 Tràng Tiền, Hà Nội");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Nguyễn Thị Lan", exact: true }).waitFor();
    await page.getByRole("button", { name: "History: Name" }).click();
    await dialog().getByText("Chị Lan").waitFor();
    expect(await dialog().getByRole("listitem").count()).toBe(2);
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
  });

  test("two records of one person are made one, and parted again", async () => {
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Merge…" }).click();
    await dialog().getByRole("combobox", { name: "The other record" }).fill("lan");
    await page.getByRole("option", { name: /912 345 671/ }).click();
    await dialog()
      .getByRole("radio", { name: /912 345 671/ })
      .click();
    await dialog().getByRole("button", { name: "Merge", exact: true }).click();
    await dialog().waitFor({ state: "detached" });
    const merges = page.getByRole("region", { name: "Merged records" });
    await merges.getByText("Merged by Owner").waitFor();
    const total = async () => (await owner.get<Customers>("/api/v1/customers")).total;
    expect(await total()).toBe(2);
    const details = page.getByRole("region", { name: "Details" });
    await details.getByText("Garden").waitFor();
    await merges.getByRole("button", { name: "Undo" }).click();
    await merges.getByText("undone").waitFor();
    await expect.poll(total, PATIENTLY).toBe(3);
  });

  test("records that may be one person stand side by side, for staff to judge", async () => {
    const { customers } = await owner.get<Customers>("/api/v1/customers?search=minh");
    const minh = `/api/v1/customers/${customers[0]?.id}`;
    const { customers: lan } = await owner.get<Customers>("/api/v1/customers?search=vip7");
    const own = { key: "own.second", kind: "phone", label: { vi: "Số phụ", en: "Second number" } };
    await owner.request("POST", "/api/v1/customer-fields", own);
    await owner.request("PATCH", minh, { values: { "own.second": "0912345679" } });
    expect(lan).toHaveLength(1);
    await page.goto("/customers");
    await page.getByRole("link", { name: "1 possible duplicate" }).click();
    await page.getByRole("heading", { name: "Possible duplicates" }).waitFor();
    await page.getByRole("link", { name: "Trần Văn Minh" }).waitFor();
    await page.getByRole("button", { name: "Not the same person" }).click();
    await page.getByText("No duplicates to look at").waitFor();
    await page.goto("/customers");
    await page.getByRole("link", { name: "New customer" }).waitFor();
    expect(await page.getByText("possible duplicate").count()).toBe(0);
  });

  test("a request that staff note waits by its day, and what was asked for is carried out", async () => {
    const { customers } = await owner.get<Customers>("/api/v1/customers?search=minh");
    await page.goto(`/customers/${customers[0]?.id}`);
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Note a request…" }).click();
    await dialog().getByRole("radio", { name: "Not to be used" }).click();
    await dialog().getByLabel("Note").fill("By telephone, called back");
    await dialog().getByRole("button", { name: "Note it" }).click();
    await dialog().waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Requests", exact: true }).click();
    await page.getByText("1 waiting").waitFor();
    await page.getByRole("combobox", { name: "Days are counted by" }).click();
    await page.getByRole("option", { name: "Days by the European GDPR" }).click();
    await expect
      .poll(
        async () => (await owner.get<{ law: string }>("/api/v1/customer-requests")).law,
        PATIENTLY,
      )
      .toBe("gdpr");
    await page.getByRole("link", { name: "Trần Văn Minh" }).click();
    await page.getByRole("button", { name: "Use it no more" }).click();
    await dialog().getByText("No box greets Trần Văn Minh").waitFor();
    await dialog().getByRole("button", { name: "Use it no more" }).click();
    await page.getByText("This record is kept and not used").waitFor();
    await page.getByRole("button", { name: "Use it again" }).click();
    await page.getByText("This record is kept and not used").waitFor({ state: "detached" });
    await page.goto("/requests?state=finished");
    await page.getByRole("row", { name: /Trần Văn Minh.*Done/ }).waitFor();
  });
});
