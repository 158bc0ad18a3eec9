import { beforeEach, expect, test } from "vitest";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import { askUntil, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const HOUR = 3_600_000;

describeWithChromium("branches told apart by what they are, in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let cafes: string[];

  async function addBranch(name: string, kind: string | null, phones: readonly string[]) {
    const { id } = await owner.addBranch({ name });
    await owner.request("PATCH", `/api/v1/branches/${id}`, { kind });
    const box = await owner.addBox(id);
    for (const phone of phones) {
      const { events, guestId, deviceId } = box.signIn({ phone, name: `Khách ${phone.slice(-1)}` });
      const startedAt = new Date(app.site.now().getTime() - HOUR);
      const visit = box.visit({ guestId, deviceId, startedAt, endedAt: app.site.now() });
      await box.push([...events, ...visit.events]);
    }
    return id;
  }

  beforeEach(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    cafes = [
      await addBranch("Hồ Gươm", "cafe", ["+84912345671", "+84912345672"]),
      await addBranch("Đà Lạt", "cafe", []),
    ];
    await addBranch("Hội An", "hotel", ["+84912345673"]);
    await addBranch("Huế", null, []);
    await askUntil(
      () => owner.get<{ total: number }>("/api/v1/customers"),
      ({ total }) => total === 3,
    );
  });

  test("a segment is of the guests of cafés alone, and says so", async () => {
    const page = await app.enter(owner, { language: "en", width: 1280, height: 900 });
    await page.goto("/segments/new");
    await page.getByRole("textbox", { name: "Number" }).fill("1");
    await page.getByText("3 customers fit").waitFor();
    await page.getByRole("button", { name: "More about the visits" }).click();
    await page.getByRole("combobox", { name: "Kinds of branch" }).click();
    // Only what tells this company's branches apart.
    expect(await page.getByRole("option").allTextContents()).toEqual(["Café", "Hotel"]);
    await page.getByRole("option", { name: "Café" }).click();
    await page.keyboard.press("Escape");
    await page.getByText("at branches of the kind Café").first().waitFor();
    await page.getByText("2 customers fit").waitFor();
    await expectToFit(page, "segment-kinds");
    await page.setViewportSize({ width: 390, height: 900 });
    await expectToFit(page, "segment-kinds");
  });

  test("a report is of all branches of a kind by one choice", async () => {
    const page = await app.enter(owner, { language: "vi", width: 1280, height: 900 });
    await page.goto("/reports/cohorts");
    await page.getByRole("combobox", { name: "Chi nhánh hoặc thương hiệu" }).click();
    await page.getByRole("option", { name: "Quán cà phê" }).click();
    const asked = () => new URL(page.url()).searchParams.get("branchKind");
    await expect.poll(asked, PATIENTLY).toBe("cafe");
    const place = page.getByRole("combobox", { name: "Chi nhánh hoặc thương hiệu" });
    expect(await place.inputValue()).toBe("Quán cà phê");
    await expectToFit(page, "report-of-kind");
    await page.getByRole("button", { name: "Lưu", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Tên", { exact: true }).fill("Khách quay lại quán");
    await dialog.getByText("Quán cà phê").waitFor();
    await dialog.getByRole("button", { name: "Lưu", exact: true }).click();
    await dialog.getByRole("link", { name: "Mở", exact: true }).click();
    await page.getByText("Quán cà phê").first().waitFor();
    await expectToFit(page, "saved-of-kind");
  });

  test("how content guests are, and the cases, are of all branches of a kind by one choice, and kept so", async () => {
    const page = await app.enter(owner, { language: "en", width: 390, height: 900 });
    const asked = () => new URL(page.url()).searchParams.get("branchKind");
    for (const path of ["/satisfaction", "/cases/report"]) {
      await page.goto(path);
      await page.getByRole("combobox", { name: "Branch or brand" }).click();
      await page.getByRole("option", { name: "Café" }).click();
      await expect.poll(asked, PATIENTLY).toBe("cafe");
      await expectToFit(page, `kind-of${path.replaceAll("/", "-")}`);
    }
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("Cases of cafés");
    await dialog.getByText("Café").waitFor();
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    await dialog.getByRole("link", { name: "Open it", exact: true }).click();
    await page.getByText("Café").first().waitFor();
  });

  test("branches that an old link names one by one are counted where the choice stands", async () => {
    const page = await app.enter(owner, { language: "en", width: 1280, height: 900 });
    await page.goto(`/reports/cohorts?branchIds=${cafes.join(",")}`);
    const place = page.getByRole("combobox", { name: "Branch or brand" });
    await expect.poll(() => place.inputValue(), PATIENTLY).toBe("2 branches");
    await place.click();
    await page.getByRole("option", { name: "Hotel" }).click();
    const asked = () => Object.fromEntries(new URL(page.url()).searchParams);
    await expect.poll(asked, PATIENTLY).toEqual({ branchKind: "hotel" });
  });

  test("a brand that is asked for is named where the choice stands, also where no other has branches", async () => {
    const { brands } = await owner.get<{ brands: { id: string; name: string }[] }>(
      "/api/v1/tenant",
    );
    expect(brands).toHaveLength(1);
    const page = await app.enter(owner, { language: "en", width: 1280, height: 900 });
    await page.goto(`/reports/cohorts?brandId=${brands[0]?.id}`);
    const place = page.getByRole("combobox", { name: "Branch or brand" });
    await expect.poll(() => place.inputValue(), PATIENTLY).toBe(brands[0]?.name);
  });
});
