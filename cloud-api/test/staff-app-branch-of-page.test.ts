import { expect, test } from "vitest";
import { expectToFit, openStaffApp } from "./open-staff-app.ts";
import { describeWithChromium } from "./staff-browser.ts";

const PAGES = ["/access-policies", "/code-channels", "/wifi", "/page-order"];
/** What is about all branches, and about nothing without one. */
const OF_ALL = ["/access-codes", "/brand-customers", "/surveys/new", "/customers/new"];

describeWithChromium("a page that is about one branch", () => {
  const app = openStaffApp();

  test.each([390, 1280])(
    "shows the first, is taken to another by choice, and keeps it in its address, at %i pixels",
    async (width) => {
      const owner = await app.site.addOwner("Long Linh Coffee");
      await owner.addBranch({ name: "Hồ Gươm" });
      const { id } = await owner.addBranch({ name: "Tây Hồ" });
      const page = await app.enter(owner, { language: "en", width });
      const select = page.getByRole("combobox", { name: "Branch" });
      for (const path of PAGES) {
        await page.goto(path);
        await select.click();
        await page.getByRole("option", { name: "Hồ Gươm", selected: true }).waitFor();
        await page.getByRole("option", { name: "Tây Hồ" }).click();
        await page.waitForURL(`**${path}?branchId=${id}`);
        await page.reload();
        await select.waitFor();
        expect(await select.inputValue()).toBe("Tây Hồ");
        await expectToFit(page, `branch-of-page${path.replace("/", "-")}`);
      }
    },
  );

  test("leads to the branches where there is none, and offers no choice between one", async () => {
    const owner = await app.site.addOwner("Long Linh Coffee");
    const page = await app.enter(owner, { language: "en", width: 390 });
    for (const path of [...PAGES, ...OF_ALL]) {
      await page.goto(path);
      await page.getByText("No branch yet").waitFor();
      await expectToFit(page, `no-branch${path.replaceAll("/", "-")}`);
    }
    await page.getByRole("link", { name: "To the branches" }).click();
    await page.waitForURL("**/branches");
    await owner.addBranch({ name: "Hồ Gươm" });
    await page.goto("/wifi");
    await page.getByText("Hồ Gươm").waitFor();
    expect(await page.getByRole("combobox", { name: "Branch" }).count()).toBe(0);
  });

  test("does not say that there is none before the branches are fetched", async () => {
    const owner = await app.site.addOwner("Long Linh Coffee");
    await owner.addBranch({ name: "Hồ Gươm" });
    const page = await app.enter(owner, { language: "en", width: 390 });
    let fetchAtLast = () => {};
    const waits = new Promise<void>((resolve) => {
      fetchAtLast = resolve;
    });
    await page.route("**/api/v1/branch-names", async (route) => {
      await waits;
      await route.continue();
    });
    await page.goto("/wifi");
    await page.locator("[aria-busy=true]").waitFor();
    expect(await page.getByText("No branch yet").count()).toBe(0);
    fetchAtLast();
    await page.getByText("Hồ Gươm").waitFor();
  });

  test("says that the branches could not be fetched, and fetches them again when asked to", async () => {
    const owner = await app.site.addOwner("Long Linh Coffee");
    await owner.addBranch({ name: "Hồ Gươm" });
    const page = await app.enter(owner, { language: "en", width: 390 });
    let isDown = true;
    await page.route("**/api/v1/branch-names", (route) =>
      isDown ? route.fulfill({ status: 503, json: {} }) : route.continue(),
    );
    await page.goto("/wifi");
    const again = page.getByRole("alert").getByRole("button", { name: "Try again" });
    await again.waitFor();
    isDown = false;
    await again.click();
    await page.getByText("Hồ Gươm").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(app.takeComplaints()).toContainEqual(expect.stringContaining("503"));
  });
});
