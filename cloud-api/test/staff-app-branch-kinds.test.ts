import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { openStaffApp, takePicture } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const WORDS = {
  en: {
    ...{
      add: "Add a branch",
      name: "Name",
      kind: "Kind of place",
      only: "Only branches of a kind",
      country: "Country",
    },
    ...{ currency: "Currency", cafe: "Café", hotel: "Hotel", thailand: "Thailand" },
    ...{ dong: "Vietnamese Dong (VND)", baht: "Thai Baht (THB)", dollar: "US Dollar (USD)" },
    ...{ change: "Change Bangkok", save: "Save", saveAll: "Save changes" },
  },
  vi: {
    ...{
      add: "Thêm chi nhánh",
      name: "Tên",
      kind: "Loại hình",
      only: "Chỉ xem một loại hình",
      country: "Quốc gia",
    },
    ...{ currency: "Tiền tệ", cafe: "Quán cà phê", hotel: "Khách sạn", thailand: "Thái Lan" },
    ...{ dong: "Đồng Việt Nam (VND)", baht: "Bạt Thái Lan (THB)", dollar: "Đô la Mỹ (USD)" },
    ...{ change: "Sửa Bangkok", save: "Lưu", saveAll: "Lưu thay đổi" },
  },
};

type Branches = { branches: { name: string }[] };

describeWithChromium("kinds and currencies of branches in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let page: Page;

  beforeEach(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
    await owner.addBranch({ name: "Hồ Gươm" });
  });

  const overflow = () => page.evaluate<number>("document.documentElement.scrollWidth");
  const choose = async (field: string, option: string) => {
    await page.getByRole("combobox", { name: field, exact: true }).fill(option);
    await page.getByRole("option", { name: option, exact: true }).click();
  };
  const chosenIn = (field: string) =>
    page.getByRole("combobox", { name: field, exact: true }).inputValue();
  const branchNow = async () =>
    (await owner.get<Branches>("/api/v1/branches")).branches.find(({ name }) => name === "Bangkok");

  test.each([
    ["en", 390],
    ["vi", 1280],
  ] as const)(
    "in %s at %i px a branch is said to be a hotel, its currency follows the country until one is chosen",
    async (language, width) => {
      const words = WORDS[language];
      page = await app.enter(owner, { language, width, height: 900 });
      await page.goto("/branches?add=branch");
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(words.name, { exact: true }).fill("Bangkok");
      expect(await chosenIn(words.currency)).toBe(words.dong);
      await choose(words.kind, words.hotel);
      await choose(words.country, words.thailand);
      expect(await chosenIn(words.currency)).toBe(words.baht);
      await takePicture(page, `branch-new-${language}-${width}`);
      await dialog.getByRole("button", { name: words.add }).click();
      await dialog.waitFor({ state: "detached" });
      expect(await branchNow()).toMatchObject({ kind: "hotel", currency: "THB" });

      await page.getByRole("button", { name: words.change }).click();
      await choose(words.currency, words.dollar);
      await choose(words.kind, words.cafe);
      await dialog.getByRole("button", { name: words.save }).click();
      await dialog.waitFor({ state: "detached" });
      expect(await branchNow()).toMatchObject({ kind: "cafe", currency: "USD" });
      await page.getByText(`${words.cafe} · ${words.thailand} · USD`).waitFor();
      expect(await overflow()).toBeLessThanOrEqual(width);
      await takePicture(page, `branches-${language}-${width}`);

      const cards = page.locator("main section.surface");
      await expect.poll(() => cards.count(), PATIENTLY).toBe(2);
      await page.getByRole("combobox", { name: words.only }).click();
      await page.getByRole("option", { name: words.cafe, exact: true }).click();
      await expect.poll(() => cards.count(), PATIENTLY).toBe(1);
      await page.getByRole("heading", { name: "Bangkok" }).waitFor();
      expect(new URL(page.url()).search).toBe("?kind=cafe");
      await page.getByRole("button", { name: words.add }).click();
      expect(new URL(page.url()).search).toBe("?add=branch");
    },
  );

  test.each([
    ["vi", 390],
    ["en", 1280],
  ] as const)(
    "in %s at %i px they stand among a branch's settings, saved with them",
    async (language, width) => {
      const words = WORDS[language];
      const { id } = await owner.addBranch({ name: "Bangkok" });
      page = await app.enter(owner, { language, width, height: 900 });
      await page.goto(`/branches/${id}?section=place`);
      await choose(words.kind, words.hotel);
      await choose(words.country, words.thailand);
      expect(await chosenIn(words.currency)).toBe(words.baht);
      await choose(words.currency, words.dollar);
      await takePicture(page, `branch-place-${language}-${width}`);
      expect(await overflow()).toBeLessThanOrEqual(width);
      await page.getByRole("button", { name: words.saveAll }).click();
      await expect
        .poll(branchNow, PATIENTLY)
        .toMatchObject({ kind: "hotel", currency: "USD", country: "TH" });
    },
  );
});
