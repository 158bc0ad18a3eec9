import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { listFaults } from "./axe.ts";
import { openStaffApp, takePicture } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const TEST_MS = 120_000;
type Settings = { branch: object; signIn: object };

describeWithChromium("the pages on the way online, beside a page that is being written", () => {
  const app = openStaffApp({ mayComplain: true });
  let owner: TestStaff;
  let branchId: string;
  let page: Page;

  /** Opens a new page of a branch, whose guests get their code by phone. */
  async function begin(language: "en" | "vi"): Promise<void> {
    owner = await app.site.addOwner("Long Linh Coffee");
    branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
    await change({}, { languages: ["vi", "en", "fa"] });
    page = await app.enter(owner, { language });
    await page.goto("/pages");
    await page.getByRole("button", { name: /^(First visit|Lần đầu)/ }).click();
    await page.waitForURL(/\/pages\/[0-9a-f-]{36}$/);
  }
  async function change(signIn: object, branch: object = {}): Promise<void> {
    const path = `/api/v1/branches/${branchId}/settings`;
    const settings = await owner.get<Settings>(path);
    const changed = await owner.request("PUT", path, {
      ...settings,
      branch: { ...settings.branch, ...branch },
      signIn: { ...settings.signIn, ...signIn },
    });
    expect(changed.status).toBe(200);
  }
  const preview = () => page.frameLocator("iframe");
  const shown = (words: string | RegExp) => preview().getByText(words).first().waitFor();
  const step = (name: string) =>
    page
      .getByRole("radiogroup", { name: /^(Which page of|Xem trang nào)/ })
      .getByText(name, { exact: true })
      .click();

  test("a marketer steps from the first page to the code, the questions and online, in a language and a light", {
    timeout: TEST_MS,
  }, async () => {
    await begin("vi");
    await step("Nhập mã");
    await shown("Nhập mã của bạn");
    await shown(/0•••\s•••\s678/);
    expect(await preview().locator("section[inert] input#code").count()).toBe(1);
    await takePicture(page, "steps-code-1280");
    await step("Hỏi thêm");
    await preview().locator("section[inert] select#month").waitFor();
    await takePicture(page, "steps-details-1280");
    // On a phone the canvas makes room for what is written: what is looked at stays.
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByText("Nội dung", { exact: true }).click();
    await page.getByText("Xem thử", { exact: true }).click();
    await preview().locator("section[inert] select#month").waitFor();
    await page.setViewportSize({ width: 1280, height: 900 });
    const languages = page.getByRole("radiogroup", { name: "Ngôn ngữ của trang" });
    await languages.getByText("EN").click();
    await shown("Nice to meet you");
    await languages.getByText("FA").click();
    await expect.poll(() => preview().locator("html").getAttribute("dir"), PATIENTLY).toBe("rtl");
    const colour = () =>
      preview()
        .locator("select#month")
        .evaluate(
          (input) => input.ownerDocument.defaultView?.getComputedStyle(input).backgroundColor,
        );
    const light = await colour();
    await page.getByRole("button", { name: "Xem giao diện tối" }).click();
    await expect.poll(colour, PATIENTLY).not.toBe(light);
    await step("Sau khi vào");
    await preview().locator("section[inert] .mark.draw").waitFor();
    expect(await preview().locator("select#month").count()).toBe(0);
    await step("Trang đầu");
    await preview().locator("section[inert] input#phone").waitFor();
  });

  test("where guests meet no such page the editor says so and why, on a desk and on a phone", {
    timeout: TEST_MS,
  }, async () => {
    await begin("en");
    await change({ clickThrough: "always", order: ["clickThrough"] });
    await page.reload();
    await step("Code");
    await page.getByText("No page for a code here").waitFor();
    await page.getByText("Guests of this branch go online with one tap at first").waitFor();
    expect(await page.locator("iframe").count()).toBe(0);
    await takePicture(page, "steps-missing-1280");
    expect(await listFaults(page, "a page that nobody meets")).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await takePicture(page, "steps-missing-390");
    await change({ order: ["phone"] });
    await page.reload();
    await page.getByText("Preview", { exact: true }).click();
    await step("Code");
    await shown("Enter your code");
    await takePicture(page, "steps-code-390");
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(390);
  });

  test("the last step is the whole page after access, and says so where the branch lets nobody in at that hour", {
    timeout: TEST_MS,
  }, async () => {
    await begin("en");
    await step("Online");
    await shown(/^Until \d\d:\d\d, then one tap lets you in again/);
    await page.getByText("The time is that of a guest who has used nothing up.").waitFor();
    await takePicture(page, "steps-online-1280");
    const path = `/api/v1/branches/${branchId}/settings`;
    const { policies, ...settings } = await owner.get<{ policies: object[] }>(path);
    const days = [1, 2, 3, 4, 5, 6, 7];
    const allowedHours = [{ days, from: "04:00", to: "04:01" }];
    const closed = policies.map((policy) => ({ ...policy, allowedHours }));
    const saved = await owner.request("PUT", path, { ...settings, policies: closed });
    expect(saved.status).toBe(200);
    await page.reload();
    await step("Online");
    await page.getByText("At this hour the branch lets nobody in.").waitFor();
    await shown("You're online");
    expect(
      await preview()
        .getByText(/^Until/)
        .count(),
    ).toBe(0);
    await page.setViewportSize({ width: 390, height: 844 });
    await takePicture(page, "steps-online-closed-390");
  });

  test("somebody known is shown no code, and the one thing that the branch still asks them", {
    timeout: TEST_MS,
  }, async () => {
    await begin("en");
    const fields = [{ key: "name" }, { key: "email" }];
    await change({ details: { newcomers: "all", returning: "one", fields } });
    await page.reload();
    await page.getByRole("button", { name: /^Seen by/ }).click();
    await page.getByText("5th visit", { exact: true }).click();
    await page.keyboard.press("Escape");
    await step("Code");
    await page.getByText("Whoever is known goes online with one tap, without a code.").waitFor();
    await step("Details");
    await shown("One more thing");
    expect(await preview().locator("input#email").count()).toBe(1);
    expect(await preview().locator("input#name").count()).toBe(0);
  });

  test("of several branches the steps are those of the one that is chosen", {
    timeout: TEST_MS,
  }, async () => {
    await begin("en");
    const first = branchId;
    branchId = (await owner.addBranch({ name: "Tây Hồ" })).id;
    await change({ clickThrough: "always", order: ["clickThrough"] });
    branchId = first;
    await page.reload();
    await step("Code");
    await shown("Enter your code");
    await page.getByRole("button", { name: /^Seen by .* · Hồ Gươm$/ }).click();
    await page.getByRole("combobox", { name: "At which branch" }).click();
    await page.getByRole("option", { name: "Tây Hồ" }).click();
    await page.getByText("Guests of this branch go online with one tap at first").waitFor();
    await takePicture(page, "steps-branch-1280");
    await page.getByRole("button", { name: /^Seen by .* · Tây Hồ$/ }).waitFor();
    expect(await listFaults(page, "where a page is looked at")).toEqual([]);
  });
});
