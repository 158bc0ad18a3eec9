import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { listEntryIds, readChangelog } from "../src/features/help/changelog.ts";
import { listFaults } from "./axe.ts";
import { openStaffApp, takePicture } from "./open-staff-app.ts";
import type { TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (...path: string[]) => readFileSync(join(ROOT, ...path), "utf8");
const VERSION = (JSON.parse(read("cloud-api", "package.json")) as { version: string }).version;

describeWithChromium("help in a browser", () => {
  const app = openStaffApp();
  let owner: TestStaff;
  let page: Page;

  beforeEach(async () => {
    owner = await app.site.addOwner("Long Linh Coffee");
  });

  async function enter({ language = "en" as "en" | "vi", width = 1280 }) {
    page = await app.enter(owner, { language, width });
  }
  const title = (name: string) => page.getByRole("heading", { level: 1, name, exact: true });
  const overflow = () => page.evaluate<number>("document.documentElement.scrollWidth");
  /** As if everybody had last looked before these entries were written. */
  const unsee = (ids: readonly string[]) =>
    app.site.asAdministrator(
      `update directory.change_looks set entries = array(
         select entry from unnest(entries) as entry where entry <> all ($1::text[]))`,
      [ids],
    );

  test("CNV-8.2: the app holds its documents, led to from its screens, and a list of its versions", async () => {
    await enter({});
    await page.goto("/segments");
    await page.getByRole("link", { name: "Help for this page" }).click();
    await title("Segments").waitFor();
    expect(new URL(page.url()).pathname).toBe("/help/segments");
    await page.getByRole("main").getByRole("link", { name: "tags by rule" }).click();
    await title("Groups, tiers and tags").waitFor();
    await expect
      .poll(() => page.getByRole("heading", { name: "Tags by rule" }).isVisible(), PATIENTLY)
      .toBe(true);
    await page.getByRole("link", { name: "← Help" }).click();
    await page.getByLabel("Search all articles").fill("MERGE records");
    await page.getByRole("link", { name: "One person, two records" }).waitFor();
    expect(await page.getByRole("link", { name: "Set an access point" }).count()).toBe(0);
    await takePicture(page, "help-search");
    const documents = page.getByRole("main").getByRole("link", { name: "API reference" });
    expect(await documents.getAttribute("href")).toBe("/api/docs");
    expect((await page.request.get("/api/docs/")).status()).toBe(200);
    await page.getByRole("navigation").getByRole("link", { name: "What’s new" }).click();
    await title("What’s new").waitFor();
    await page.getByText(`Version ${VERSION} runs here`).waitFor();
    const versions = readChangelog(read("CHANGELOG.md"));
    const names = versions.map(({ version }) => (version ? `Version ${version}` : "Coming"));
    const shown = page.getByRole("main").getByRole("heading", { level: 2 });
    expect(await shown.allInnerTexts()).toEqual(names);
    const newest = (versions[0]?.groups[0]?.entries[0]?.text ?? "").split(/[`*]/)[0] ?? "";
    await page.getByText(newest).first().waitFor();
    await page.getByRole("button", { name: "Show all" }).first().click();
    const group = versions[0]?.groups[0]?.entries.length ?? 0;
    const first = page.getByRole("main").getByRole("list").first();
    expect(await first.getByRole("listitem").count()).toBe(group);
  });

  test("what came since somebody last looked is counted beside the navigation until they look", async () => {
    await enter({});
    await page.goto("/changes");
    await page.getByText("Coming").waitFor();
    await page.getByText("you last looked").waitFor({ state: "detached" });
    await expect
      .poll(() => owner.get("/api/v1/changes"), PATIENTLY)
      .not.toMatchObject({ lookedAt: null });
    const ids = listEntryIds(readChangelog(read("CHANGELOG.md")));
    // One among those shown at first, and one far below.
    const news = [ids[1] ?? "", ids[100] ?? ""];
    await unsee(news);
    await page.goto("/help");
    await page.getByLabel("2 changes you have not seen").waitFor();
    await page.getByRole("navigation").getByRole("link", { name: "What’s new" }).click();
    await title("What’s new").waitFor();
    await expect.poll(() => page.getByText("New", { exact: true }).count(), PATIENTLY).toBe(2);
    await page.getByText("you last looked").waitFor();
    await page.getByLabel("2 changes you have not seen").waitFor({ state: "detached" });
    expect(await page.getByText("New", { exact: true }).count()).toBe(2);
    await takePicture(page, "changes-new");
  });

  test("an address names a heading, and one of no article says that there is nothing", async () => {
    await enter({ language: "vi" });
    await page.setViewportSize({ width: 1280, height: 400 });
    await page.goto("/help/customers#nhieu-khach-cung-luc");
    const heading = page.getByRole("heading", { name: "Nhiều khách cùng lúc" });
    await heading.waitFor();
    const top = () => heading.evaluate((element) => element.getBoundingClientRect().top);
    await expect.poll(top, PATIENTLY).toBeLessThan(200);
    expect(await heading.getByRole("link").getAttribute("href")).toBe("#nhieu-khach-cung-luc");
    await page.getByRole("link", { name: "← Trợ giúp" }).click();
    await page.getByLabel("Tìm trong mọi bài").fill("dong y");
    await page.getByRole("link", { name: "Sự đồng ý và pháp luật" }).waitFor();
    await page.getByLabel("Tìm trong mọi bài").fill("khong-co-tu-nay");
    await page.getByText("Không bài nào có đủ các từ này").waitFor();
    await page.goto("/help/none");
    await page.getByText("Không có gì ở địa chỉ này").first().waitFor();
  });

  test.each([
    ["en", "Help", "Consents and the law"],
    ["vi", "Trợ giúp", "Sự đồng ý và pháp luật"],
  ] as const)(
    "help in %s fits wide and narrow screens, and axe finds nothing",
    async (language, help, law) => {
      await enter({ language });
      const screens = { "/help": help, "/help/consents-and-law": law, "/changes": null };
      for (const [path, name] of Object.entries(screens)) {
        await page.goto(path);
        await (name ? title(name) : page.locator("h1").first()).waitFor();
        expect(await listFaults(page, path)).toEqual([]);
        for (const width of [390, 1280]) {
          await page.setViewportSize({ width, height: 900 });
          await takePicture(page, `${path.replaceAll("/", "-").slice(1)}-${language}-${width}`);
          expect(await overflow(), `${path} at ${width}`).toBeLessThanOrEqual(width);
        }
      }
    },
  );
});
