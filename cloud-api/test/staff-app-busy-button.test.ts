import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import { describeWithChromium } from "./staff-browser.ts";

describeWithChromium("a button that waits, in a browser", () => {
  const app = openStaffApp();

  /** Holds the saving of a name back; says how often it was asked for, and lets it through. */
  async function holdSaving(page: Page) {
    let count = 0;
    const gate = Promise.withResolvers<void>();
    await page.route("**/api/v1/me", async (route) => {
      if (route.request().method() !== "PATCH") return route.continue();
      count += 1;
      await gate.promise;
      return route.continue();
    });
    return { countAsked: () => count, release: () => gate.resolve() };
  }

  test("keeps the focus of the keyboard while it saves and after it, says that it is busy, and sends once", async () => {
    const owner = await app.site.addOwner("Sông Hương");
    const page = await app.enter(owner, { language: "en" });
    await page.goto("/account");
    await page.getByRole("textbox", { name: "Your name" }).fill("Lan Anh");
    const saving = await holdSaving(page);
    const save = page.getByRole("button", { name: /^Saved?$/ });
    const isFocused = () =>
      save.evaluate((button) => button.ownerDocument.activeElement === button);
    await save.focus();
    await page.keyboard.press("Enter");
    await expect.poll(saving.countAsked).toBe(1);
    await expect.poll(() => save.getAttribute("aria-busy")).toBe("true");
    expect(await save.getAttribute("aria-disabled")).toBe("true");
    expect(await isFocused()).toBe(true);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Space");
    saving.release();
    await expect.poll(() => save.getAttribute("aria-busy")).toBeNull();
    expect(await page.getByRole("textbox", { name: "Your name" }).inputValue()).toBe("Lan Anh");
    expect(saving.countAsked()).toBe(1);
    // There is nothing left to save: it is off, and the keyboard is where it was.
    await expect.poll(() => save.isDisabled()).toBe(true);
    expect(await isFocused()).toBe(true);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Shift+Tab");
    await expect.poll(() => save.evaluate((button) => button.matches(":disabled"))).toBe(true);
    expect(saving.countAsked()).toBe(1);
  }, 60_000);

  test("in the form of the company's name keeps the focus when the new name is kept, and what is typed meanwhile", async () => {
    const owner = await app.site.addOwner("Sông Đà");
    const page = await app.enter(owner, { language: "en" });
    await page.goto("/company");
    const name = page.getByRole("textbox", { name: "Name", exact: true });
    await name.fill("Sông Lô");
    await name.press("Enter");
    const save = page.getByRole("button", { name: "Save", exact: true });
    const readName = async () => (await owner.get<{ name: string }>("/api/v1/tenant")).name;
    await expect.poll(readName).toBe("Sông Lô");
    await expect.poll(() => save.getAttribute("aria-busy")).toBeNull();
    await expect.poll(() => save.isDisabled()).toBe(true);
    await page.keyboard.type(" Gâm");
    expect(await name.inputValue()).toBe("Sông Lô Gâm");
    await expect.poll(() => save.isDisabled()).toBe(false);
  }, 60_000);

  test("is not sent by Enter in a field while it waits", async () => {
    const owner = await app.site.addOwner("Sông Hồng");
    const page = await app.enter(owner, { language: "en" });
    await page.goto("/account");
    const name = page.getByRole("textbox", { name: "Your name" });
    await name.fill("Minh Anh");
    const saving = await holdSaving(page);
    await name.press("Enter");
    await expect.poll(saving.countAsked).toBe(1);
    const save = page.getByRole("button", { name: /^Saved?$/ });
    await expect.poll(() => save.getAttribute("aria-busy")).toBe("true");
    await name.press("Enter");
    saving.release();
    await expect.poll(() => save.getAttribute("aria-busy")).toBeNull();
    expect(saving.countAsked()).toBe(1);
  }, 60_000);
});
