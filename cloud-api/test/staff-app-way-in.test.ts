import type { Frame, Page } from "playwright-core";
import { expect, test } from "vitest";
import { openStaffApp } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const TEST_MS = 120_000;
const ON = { enabled: true };
type Settings = { branch: object; signIn: object };

describeWithChromium("the way in below a page that is being written", () => {
  const app = openStaffApp({ mayComplain: true });
  let owner: TestStaff;
  let page: Page;

  /** Opens a new page of a branch whose guests come in by room first. Gives the page's address. */
  async function begin(): Promise<string> {
    owner = await app.site.addOwner("Long Linh Coffee");
    const { id } = await owner.addBranch({ name: "Hồ Gươm" });
    const path = `/api/v1/branches/${id}/settings`;
    const settings = await owner.get<Settings>(path);
    const branch = { ...settings.branch, languages: ["vi", "en", "fa"] };
    const signIn = { ...settings.signIn, room: ON, order: ["room"] };
    await owner.request("PUT", path, { ...settings, branch, signIn });
    page = await app.enter(owner, { language: "en" });
    await page.goto("/pages");
    await page.getByRole("button", { name: /^First visit/ }).click();
    await page.waitForURL(/\/pages\/[0-9a-f-]{36}$/);
    return page.url().slice(-36);
  }

  const preview = () => page.frameLocator("iframe");
  const frame = async (): Promise<Frame> => {
    const found = await (await page.locator("iframe").elementHandle())?.contentFrame();
    if (!found) throw new Error("there is no preview");
    return found;
  };
  /** Forms that were sent while something was done. */
  async function listSent(act: () => Promise<void>): Promise<string[]> {
    const sent: string[] = [];
    const note = (request: { method: () => string; url: () => string }) => {
      if (/\/(room|phone)(\?|$)/.test(request.url())) sent.push(request.url());
    };
    page.on("request", note);
    await act();
    // A form that was sent would have begun to load by the time another page is there.
    await page.goto("/pages");
    await page.getByRole("heading", { level: 1, name: "Pages" }).waitFor();
    page.off("request", note);
    return sent;
  }

  test("is the branch's first form in the language, the stage and the light that are chosen", {
    timeout: TEST_MS,
  }, async () => {
    await begin();
    const field = preview().locator("input#room");
    const shown = (words: string) => preview().getByText(words, { exact: true }).waitFor();
    const languages = page.getByRole("radiogroup", { name: "Language of the page" });
    await languages.getByText("FA").click();
    await shown("شمارهٔ اتاق");
    expect(await preview().locator("html").getAttribute("dir")).toBe("rtl");
    await languages.getByText("VI").click();
    await shown("Số phòng");
    await shown("Dùng số điện thoại");
    const colour = () =>
      field.evaluate(
        (input) => input.ownerDocument.defaultView?.getComputedStyle(input).backgroundColor,
      );
    const light = await colour();
    await page.getByRole("button", { name: "See it by night" }).click();
    await expect.poll(colour, PATIENTLY).not.toBe(light);
    await page.getByText("Online", { exact: true }).click();
    await expect.poll(() => field.count(), PATIENTLY).toBe(0);
    expect(await preview().locator("form").count()).toBe(0);
  });

  test("takes neither focus nor tap, and sends nothing even where it could be used", {
    timeout: TEST_MS,
  }, async () => {
    await begin();
    const field = preview().locator("input#room");
    await field.waitFor();
    const focused = async () => (await frame()).evaluate<string>("document.activeElement.tagName");
    await field.evaluate((input) => input.focus());
    expect(await focused()).toBe("BODY");
    const sent = await listSent(async () => {
      const button = preview().locator("form button").first();
      await button.click({ force: true, noWaitAfter: true });
      // As if nothing of that were so: the frame alone lets no form go.
      await preview()
        .locator("section[inert]")
        .evaluate((section) => section.removeAttribute("inert"));
      await field.fill("204");
      await field.press("Enter");
      await button.click();
      await preview()
        .locator("main form")
        .evaluate((form) => form.requestSubmit());
    });
    expect(sent).toEqual([]);
  });

  test("sends nothing where the preview is opened as a page of its own either", {
    timeout: TEST_MS,
  }, async () => {
    const id = await begin();
    await page.goto(`/api/v1/pages/${id}/preview?language=en`);
    const field = page.locator("input#room");
    await field.waitFor();
    const sent = await listSent(async () => {
      await page.locator("section[inert]").evaluate((section) => section.removeAttribute("inert"));
      await field.fill("204");
      await field.press("Enter");
      await page.locator("form button").first().click({ noWaitAfter: true });
    });
    expect(sent).toEqual([]);
  });
});
