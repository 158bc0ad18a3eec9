import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { PageReply } from "../src/features/pages/schema.ts";
import { openStaffApp, takePicture } from "./open-staff-app.ts";
import { askUntil } from "./open-test-site.ts";
import { describeWithChromium } from "./staff-browser.ts";

const TEST_MS = 120_000;

describeWithChromium("a page of the company's in the hands of a branch's people", () => {
  const app = openStaffApp({ mayComplain: true });
  let page: Page;

  test.each([1280, 390])(
    "is put up on their branch and taken off there, %d pixels wide",
    {
      timeout: TEST_MS,
    },
    async (width) => {
      const owner = await app.site.addOwner("Long Linh Coffee");
      const here = await owner.addBranch({ name: "Hồ Gươm" });
      const there = await owner.addBranch({ name: "Tây Hồ" });
      const blocks = [{ kind: "heading", fields: { text: { vi: "Trà" } } }];
      const content = { name: "Weekend", when: { guests: "any", visitNumbers: [] }, blocks };
      const made = await owner.request("POST", "/api/v1/pages", { content });
      const { id } = made.body as PageReply;
      const to = { kind: "branches", branchIds: [there.id] };
      await owner.request("POST", `/api/v1/pages/${id}/publish`, { revision: 1, to });
      const manager = await app.site.addStaffOf(owner, [here.id]);
      page = await app.enter(manager, { language: "en", width });
      await page.goto(`/pages/${id}`);
      await page.getByText("Others write this page.").waitFor();
      const standing = async () =>
        (await owner.get<PageReply>(`/api/v1/pages/${id}`)).places.map(
          ({ branchName }) => branchName,
        );
      await page.getByRole("button", { name: "Publish", exact: true }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("Version 1, the last that was made of it.").waitFor();
      await dialog.getByRole("button", { name: "Publish now" }).click();
      await dialog.waitFor({ state: "detached" });
      expect(await standing()).toEqual(["Hồ Gươm", "Tây Hồ"]);
      await page.getByRole("button", { name: "Versions" }).click();
      expect(await dialog.getByRole("button", { name: "Take it up as the draft" }).count()).toBe(0);
      await dialog.getByRole("button", { name: "Take it off" }).click();
      const sure = page.getByRole("dialog", { name: "Take the page off?" });
      await sure.getByRole("button", { name: "Take it off" }).click();
      await sure.waitFor({ state: "detached" });
      expect(await askUntil(standing, (names) => names.length === 1)).toEqual(["Tây Hồ"]);
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(width);
      await takePicture(page, `page-put-${width}`);
    },
  );

  test("is put on some of many branches, which are found by name without their marks", {
    timeout: TEST_MS,
  }, async () => {
    const owner = await app.site.addOwner("Long Linh Coffee");
    const hoGuom = await owner.addBranch({ name: "Hồ Gươm" });
    const dongDa = await owner.addBranch({ name: "Đống Đa" });
    for (let number = 1; number <= 8; number += 1)
      await owner.addBranch({ name: `Quán ${number}` });
    const blocks = [{ kind: "heading", fields: { text: { vi: "Trà" } } }];
    const content = { name: "Weekend", when: { guests: "any", visitNumbers: [] }, blocks };
    const made = await owner.request("POST", "/api/v1/pages", { content });
    const { id } = made.body as PageReply;
    page = await app.enter(owner, { language: "en", width: 390 });
    await page.goto(`/pages/${id}`);
    const button = page.getByRole("button", { name: "Publish", exact: true });
    await button.waitFor();
    // The editor's frame has letters of its own, which few machines have.
    const fontOf = (selector: string) =>
      page.evaluate<string>(`getComputedStyle(document.querySelector("${selector}")).fontFamily`);
    expect(await fontOf(".page-bar-acts button")).toBe(await fontOf("body"));
    await button.click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Some branches").click();
    const search = dialog.getByRole("searchbox", { name: "Find a branch" });
    for (const [words, name] of [
      ["ho guom", "Hồ Gươm"],
      ["dong", "Đống Đa"],
    ] as const) {
      await search.fill(words);
      expect(await dialog.getByRole("checkbox").count()).toBe(1);
      await dialog.getByRole("checkbox", { name }).check();
    }
    await search.fill("sông");
    await dialog.getByText("No branch is called that.").waitFor();
    await dialog.getByText("2 branches chosen").waitFor();
    await takePicture(page, "page-put-search-390");
    await dialog.getByRole("button", { name: "Publish now" }).click();
    await dialog.waitFor({ state: "detached" });
    const { places } = await owner.get<PageReply>(`/api/v1/pages/${id}`);
    const ids = places.map(({ branchId }) => branchId);
    expect(ids.toSorted()).toEqual([hoGuom.id, dongDa.id].toSorted());
  });
});
