import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import { askUntil, type EnrolledBox, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What each guest's browser says, where they come, and how many days ago; null: nothing. */
const GUESTS = [
  ...[["ios", "phone", 0, 2] as const, ["ios", "phone", 0, 3] as const],
  ...[["android", "phone", 0, 2] as const, ["android", "phone", 1, 4] as const],
  ...[["android", "tablet", 1, 5] as const, ["windows", "computer", 1, 6] as const],
  ...[[null, null, 0, 7] as const, ["macos", "computer", 0, 40] as const],
];

describeWithChromium("what guests' devices are, in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let page: Page;

  beforeAll(async () => {
    owner = await app.site.addOwner("Trà Gió");
    const boxes: EnrolledBox[] = [];
    for (const name of ["Hồ Gươm", "Tây Hồ"])
      boxes.push(await owner.addBox((await owner.addBranch({ name })).id));
    for (const [index, [system, form, at, daysAgo]] of GUESTS.entries()) {
      const box = boxes[at] as EnrolledBox;
      const startedAt = new Date(app.site.now().getTime() - daysAgo * DAY - HOUR);
      const phone = `+8491234567${index}`;
      const guest = box.signIn({ phone, name: `Khách ${index}`, at: startedAt });
      const { deviceId } = guest;
      const word = system && box.write("device.described", { deviceId, system, form }, startedAt);
      const endedAt = new Date(startedAt.getTime() + HOUR);
      const visit = box.visit({ ...guest, startedAt, endedAt });
      await box.push([...guest.events, ...(word ? [word] : []), ...visit.events]);
    }
    type Told = { visits: number; before: { visits: number } };
    await askUntil(
      () => owner.get<Told>("/api/v1/reports/systems"),
      ({ visits, before }) => visits + before.visits === GUESTS.length,
      60_000,
    );
  }, 120_000);

  const table = (name: string) => page.getByRole("table", { name, exact: true });
  const rowsOf = async (name: string) =>
    (await table(name).locator("tbody tr").allInnerTexts()).map((row) =>
      row.split(/\s+/).join(" "),
    );
  const settled = () =>
    expect.poll(() => page.locator("[aria-busy=true]").count(), PATIENTLY).toBe(0);

  test.each([
    ["en", 1280],
    ["vi", 390],
  ] as const)("in %s at %i px the report fits its page", async (language, width) => {
    page = await app.enter(owner, { language, width });
    await page.goto("/reports/devices");
    await page.locator("table.shares tbody td").first().waitFor();
    await settled();
    await expectToFit(page, `devices-${language}`);
    await page
      .getByRole("button", { name: language === "en" ? "Everybody" : "Tất cả khách" })
      .click();
    await page
      .getByRole("dialog")
      .getByText(language === "en" ? "Kind of device" : "Loại thiết bị")
      .waitFor();
    await expectToFit(page, `devices-filter-${language}`);
  });

  test("kinds and systems have their shares beside those of the days before, and open their visits", async () => {
    page = await app.enter(owner, { language: "en", width: 1280 });
    await page.goto("/reports/devices");
    await expect
      .poll(() => rowsOf("Visits by kind of device"), PATIENTLY)
      .toEqual([
        ...["Phone 4 57% 0%", "Tablet 1 14% 0%", "Computer 1 14% 100%", "Not known 1 14% 0%"],
      ]);
    expect(await rowsOf("Visits by operating system")).toEqual([
      ...["Android 3 43% 0%", "iOS 2 29% 0%", "Windows 1 14% 0%", "macOS 0 0% 100%"],
      "Not known 1 14% 0%",
    ]);
    const places = table("Visits by operating system, branch by branch");
    const cells = await places.getByRole("row", { name: "Tây Hồ" }).locator("td").allInnerTexts();
    expect(cells.map(Number)).toEqual([2, 0, 1, 0, 0, 3]);
    await table("Visits by operating system").getByRole("link", { name: "3", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Visits behind the number" }).waitFor();
    await page.getByText(/^3 visits · /).waitFor();
    expect(new URL(page.url()).searchParams.get("systems")).toBe("android");
  });

  /** On a phone, and on a desk as it was. */
  const fitsBoth = async (name: string) => {
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await expectToFit(page, name);
    }
  };

  test("who came on a system begins a segment, which asks for it and counts the same people", async () => {
    page = await app.enter(owner, { language: "en", width: 1280 });
    await page.goto("/reports/devices");
    await table("Visits by operating system").getByRole("link", { name: "3", exact: true }).click();
    const begin = page.getByRole("link", { name: "New segment of these" });
    await begin.waitFor();
    await fitsBoth("devices-visits-behind");
    await begin.click();
    await page
      .getByText(/^Customers who visited at least once on a device that runs Android from .+ to /)
      .waitFor();
    await page.getByText("3 customers fit").first().waitFor();
    await fitsBoth("devices-segment");
    await page.getByLabel("Name", { exact: true }).fill("Android");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Android" }).waitFor();
    // Of devices that said nothing no segment asks.
    await page.goto("/reports/devices");
    const unknown = table("Visits by operating system").getByRole("row", { name: "Not known" });
    await unknown.getByRole("link", { name: "1", exact: true }).click();
    await page.getByText(/^1 visit · /).waitFor();
    expect(await begin.count()).toBe(0);
    // Nor for who is new.
    const { opens } = await owner.get<{ opens: { newCustomers: string } }>(
      "/api/v1/reports/overview?systems=android",
    );
    await page.goto(opens.newCustomers.replace("/api/v1", ""));
    await page.getByText(/^3 customers · /).waitFor();
    expect(await begin.count()).toBe(0);
  });

  test("a report of visits is narrowed by kind of device, in its address as well", async () => {
    page = await app.enter(owner, { language: "en", width: 1280 });
    await page.goto("/reports/visit-counts");
    await settled();
    await page.getByRole("button", { name: "Everybody" }).click();
    await page.getByLabel("Kind of device").first().click();
    await page.getByRole("option", { name: "Tablet" }).click();
    await page.getByRole("option", { name: "Computer" }).click();
    await expect
      .poll(() => new URL(page.url()).searchParams.get("forms"), PATIENTLY)
      .toBe("tablet,computer");
    await settled();
    const [all] = await page.locator("table.heat .heat-sum").last().allInnerTexts();
    expect(all).toBe("2");
  });

  test("a customer's page says what their device is", async () => {
    page = await app.enter(owner, { language: "vi", width: 390 });
    type Listed = { customers: { id: string }[] };
    const { customers } = await owner.get<Listed>("/api/v1/customers?search=0912345670");
    await page.goto(`/customers/${customers[0]?.id}`);
    await page.getByText("Điện thoại, iOS").waitFor();
    await expectToFit(page, "customer-device");
  });
});
