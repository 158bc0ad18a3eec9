import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { openStaffApp, takePicture } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

describeWithChromium("places in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let branchId: string;
  let page: Page;

  beforeEach(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
  });

  async function enter(size: { width: number; height: number }, language: "en" | "vi" = "en") {
    page = await app.enter(owner, { language, ...size });
  }
  const setBranch = (place: string | null) =>
    owner.request("PUT", `/api/v1/branches/${branchId}/place`, { place });
  async function settle(place: string): Promise<string> {
    const values = { name: "Lan", place };
    const { body } = await owner.request("POST", "/api/v1/customers", { branchId, values });
    return (body as { id: string }).id;
  }
  const overflow = () => page.evaluate<number>("document.documentElement.scrollWidth");

  test.each([
    ["en", 1280],
    ["vi", 390],
  ] as const)(
    "the map in %s at %i px shows areas by branch, and sets where that is",
    async (language, width) => {
      for (const [row, latitude] of [21.0281, 21.0262, 21.0243, 21.0224, 21.0205].entries()) {
        await settle(`${latitude},105.8542`);
        for (let column = 0; column <= row; column += 1)
          for (const east of [0, 0.002, 0.004, 0.006, 0.008])
            await settle(`${latitude - 0.03},${105.84 + column * 0.012 + east}`);
      }
      await settle("22.33120,103.84210");
      await enter({ width, height: 900 }, language);
      await page.goto("/map");
      const words =
        language === "en"
          ? {
              set: "Set the place of Hồ Gươm",
              field: "Place",
              save: "Save",
              here: "Put it in the middle",
            }
          : { set: "Ghi vị trí của Hồ Gươm", field: "Vị trí", save: "Lưu", here: "Đặt vào giữa" };
      await page.getByRole("button", { name: words.set }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("textbox", { name: words.field }).fill("by the lake");
      await dialog.getByRole("button", { name: words.save, exact: true }).click();
      await dialog.locator(".mantine-InputWrapper-error").waitFor();
      // The browser itself notes the refusal.
      expect(app.takeComplaints()).toMatchObject([expect.stringContaining("400")]);
      await dialog.getByRole("button", { name: words.here }).click();
      await expect
        .poll(() => dialog.getByRole("textbox", { name: words.field }).inputValue(), PATIENTLY)
        .toMatch(/^16\.\d+, 106\.\d+$/);
      await dialog
        .getByRole("textbox", { name: words.field })
        .fill("https://www.google.com/maps/@21.0245,105.8572,15z");
      await dialog.getByRole("button", { name: words.save, exact: true }).click();
      await page.getByText("21.02450, 105.85720").waitFor();
      await page.locator("svg.place-map").getByText("Hồ Gươm").waitFor();
      expect(await page.locator(".map-square").count()).toBeGreaterThan(2);
      expect(await page.content()).not.toContain("103.84");
      expect(await overflow()).toBeLessThanOrEqual(width);
      await takePicture(page, `map-${language}-${width}`);
    },
  );

  test("staff pick a customer's place with a click on the map, which is kept and shown", async () => {
    await setBranch("21.0285,105.8542");
    const id = await settle("");
    await enter({ width: 1280, height: 900 });
    await page.goto(`/customers/${id}/edit`);
    await page.getByRole("button", { name: "Choose on the map" }).click();
    const map = page.locator("svg.place-map");
    await map.getByText("Hồ Gươm").waitFor();
    await map.click();
    const field = page.getByRole("textbox", { name: "Place on the map" });
    await expect.poll(() => field.inputValue(), PATIENTLY).toMatch(/^21\.028\d+,105\.854\d+$/);
    await takePicture(page, "customer-place-1280");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Place on the map").waitFor();
    await page.getByText(/^21\.028\d\d,105\.854\d\d$/).waitFor();
    await takePicture(page, "customer-page-1280");
  });

  test("a customer picks their place on a phone without a script", async () => {
    await setBranch("21.0285,105.8542");
    const id = await settle("");
    const made = await owner.request("POST", `/api/v1/customers/${id}/profile-link`);
    const { url } = made.body as { url: string };
    page = await app.visit({ width: 390, height: 844 });
    await page.route("**/*.js", (route) => route.abort());
    await page.goto(url);
    await page.getByLabel("Tên").fill("Lan Anh");
    await page.locator("input[type=image]").click({ position: { x: 200, y: 120 } });
    const field = page.locator("input[name=place]");
    await expect.poll(() => field.inputValue(), PATIENTLY).toMatch(/^21\.035\d\d,105\.861\d\d$/);
    await page.getByRole("button", { name: "Gần hơn" }).click();
    await page.locator("input[type=image]").scrollIntoViewIfNeeded();
    await takePicture(page, "profile-390");
    expect(await page.getByLabel("Tên").inputValue()).toBe("Lan Anh");
    expect(await overflow()).toBeLessThanOrEqual(390);
    await page.getByRole("button", { name: "Lưu" }).click();
    await page.getByText("Cảm ơn bạn, đã lưu.").waitFor();
    expect(await field.inputValue()).toMatch(/^21\.035\d\d,105\.861\d\d$/);
  });
});
