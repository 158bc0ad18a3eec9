import { enterStaffApp } from "@foyer/cloud-api/test/staff-browser";
import type { Browser, Locator, Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { ACCOUNT, type TestCloud } from "./test-cloud.ts";

/** Fills in what the editor shows of the whole page: whom it is for, when, and where it leads. */
export type FillIn = (page: Page) => Promise<unknown>;

/** The page editor of the staff app in a browser, as a marketer has it. */
export type PageEditor = {
  page: Page;
  /** Makes a page from an empty one by hand, its greeting in Vietnamese. It is saved, and seen by nobody. */
  make: (greeting: string, fillIn?: FillIn) => Promise<void>;
  /** Adds a block to the page that is open. */
  addBlock: (kind: RegExp) => Promise<void>;
  /** Chooses a file in the place that a picture has. */
  putPicture: (place: Locator, bytes: Buffer) => Promise<void>;
  /** Puts the page that is open on one branch; null, or why it was refused. */
  publish: (branchId: string) => Promise<string | null>;
};

export async function openPageEditor(browser: Browser, cloud: TestCloud): Promise<PageEditor> {
  await cloud.get("PATCH", "/api/v1/me", { language: "en" });
  const visitor = await enterStaffApp(browser, ACCOUNT, { origin: cloud.origin });
  onTestFinished(visitor.close);
  const { page } = visitor;
  const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
  const dialog = page.getByRole("dialog");
  return {
    page,
    make: async (greeting, fillIn = async () => {}) => {
      await page.goto("/pages?new");
      await dialog.getByRole("button", { name: /^Blank page/ }).click();
      await page.waitForURL(/\/pages\/[0-9a-f-]{36}$/);
      await page.getByLabel("Name", { exact: true }).fill(greeting);
      await fillIn(page);
      const blocks = page.getByRole("list", { name: "Blocks" });
      await blocks.getByRole("button", { name: /^Greeting/ }).click();
      await page.getByRole("group", { name: "Language of: Heading" }).getByText("VI").click();
      await page.getByRole("textbox", { name: "Heading" }).fill(greeting);
      await page.locator('[data-save="saved"]').waitFor();
    },
    addBlock: async (kind) => {
      await button("Add a block").click();
      await page.getByRole("button", { name: kind }).click();
    },
    putPicture: async (place, buffer) => {
      const chooser = page.waitForEvent("filechooser");
      await place.click();
      const made = page.waitForResponse(/page-pictures/, { timeout: 120_000 });
      const file = { name: "IMG_1.jpg", mimeType: "image/jpeg", buffer };
      await (await chooser).setFiles(file);
      await made;
    },
    publish: async (branchId) => {
      await button("Publish").click();
      // Branches of a test share a name.
      await dialog.getByLabel("Some branches").check();
      await dialog.locator(`input[value="${branchId}"]`).check();
      await dialog.getByRole("button", { name: "Publish now" }).click();
      const refused = dialog.getByRole("alert");
      await Promise.race([dialog.waitFor({ state: "detached" }), refused.waitFor()]);
      return (await refused.count()) > 0 ? await refused.textContent() : null;
    },
  };
}
