import type { Page } from "playwright-core";
import sharp from "sharp";
import { expect, test } from "vitest";
import type { PageReply } from "../src/features/pages/schema.ts";
import { openStaffApp } from "./open-staff-app.ts";
import { askUntil, type TestStaff } from "./open-test-site.ts";
import { describeWithChromium, PATIENTLY } from "./staff-browser.ts";

const TEST_MS = 120_000;

describeWithChromium("what comes late in the page editor", () => {
  const app = openStaffApp({ mayComplain: true });
  let owner: TestStaff;
  let page: Page;
  let pageId: string;

  async function open(blocks: object[]) {
    owner = await app.site.addOwner("Long Linh Coffee");
    await owner.addBranch({ name: "Hồ Gươm" });
    await owner.request("PATCH", "/api/v1/me", { language: "en" });
    const content = { name: "Weekend", when: { guests: "any", visitNumbers: [] }, blocks };
    const made = await owner.request("POST", "/api/v1/pages", { content });
    pageId = (made.body as PageReply).id;
    page = await app.enter(owner, { width: 1280 });
    await page.goto(`/pages/${pageId}`);
    await page.getByRole("list", { name: "Blocks" }).waitFor();
  }

  const choose = (block: RegExp) =>
    page.getByRole("list", { name: "Blocks" }).getByRole("button", { name: block }).first().click();

  /** Keeps the calls of a path until they are let go. */
  async function hold(path: string) {
    let count = 0;
    const gate = Promise.withResolvers<void>();
    await page.route(path, async (route) => {
      count += 1;
      await gate.promise;
      await route.continue();
    });
    return async () => {
      await expect.poll(() => count, PATIENTLY).toBeGreaterThan(0);
      gate.resolve();
    };
  }

  const words = (given: string) => ({
    kind: "heading",
    fields: { text: { vi: given, en: given } },
  });

  test("a picture comes to the block it was chosen for, whichever is written by then", {
    timeout: TEST_MS,
  }, async () => {
    await open([{ kind: "pictures", fields: { pictures: [{ source: "" }] } }, words("Tea")]);
    const file = await sharp({
      create: { width: 40, height: 30, channels: 3, background: "#aa3300" },
    })
      .jpeg()
      .toBuffer();
    const letGo = await hold("**/api/v1/page-pictures?*");
    await choose(/^Slide show/);
    await page
      .locator('input[type="file"]')
      .first()
      .setInputFiles({
        ...{ name: "tea.jpg", mimeType: "image/jpeg", buffer: file },
      });
    await page.getByRole("textbox", { name: "What it shows" }).fill("A pot");
    await choose(/^Heading/);
    await page.getByRole("textbox", { name: "Text" }).fill("Green tea");
    await letGo();
    const { draft } = await askUntil(
      () => owner.get<PageReply>(`/api/v1/pages/${pageId}`),
      (reply) => JSON.stringify(reply.draft).includes("data:image/jpeg"),
    );
    expect(draft.blocks).toEqual([
      {
        kind: "pictures",
        fields: {
          pictures: [
            {
              source: expect.stringMatching(/^data:image\/jpeg/),
              webp: expect.stringMatching(/^data:image\/webp/),
              alt: { en: "A pot" },
            },
          ],
        },
      },
      { kind: "heading", fields: { text: { vi: "Tea", en: "Green tea" } } },
    ]);
  });

  test("letters that are written while somebody else's page is looked up are kept with mine", {
    timeout: TEST_MS,
  }, async () => {
    await open([words("Tea")]);
    const { draft } = await owner.get<PageReply>(`/api/v1/pages/${pageId}`);
    const theirs = { revision: 1, content: { ...draft, name: "Theirs" } };
    expect((await owner.request("PUT", `/api/v1/pages/${pageId}/draft`, theirs)).status).toBe(200);
    await choose(/^Heading/);
    const text = page.getByRole("textbox", { name: "Text" });
    await text.fill("Green");
    await page.getByRole("alert").waitFor();
    const letGo = await hold(`**/api/v1/pages/${pageId}`);
    await page.getByRole("button", { name: "Mine" }).click();
    await text.fill("Green tea");
    await letGo();
    await page.locator('[data-save="saved"]').waitFor();
    const kept = await owner.get<PageReply>(`/api/v1/pages/${pageId}`);
    expect(kept.draft).toMatchObject({
      name: "Weekend",
      blocks: [{ fields: { text: { en: "Green tea" } } }],
    });
  });
});
