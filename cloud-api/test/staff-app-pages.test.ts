import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BranchSettings } from "@foyer/contract";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { PageReply } from "../src/features/pages/schema.ts";
import { askUntil, openTestSite, type TestSite, type TestStaff } from "./open-test-site.ts";
import {
  describeWithChromium,
  enterStaffApp,
  launchBrowser,
  PATIENTLY,
  type Visitor,
} from "./staff-browser.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const TEST_MS = 120_000;
type Words = { vi: string };
const TEMPLATES = ["first-visit", "welcome-back", "birthday", "happy-hour", "survey", "tet"];

describeWithChromium("the page editor in a browser", () => {
  let site: TestSite;
  let browser: Browser;
  let owner: TestStaff;
  let branchId: string;
  let visitor: Visitor | null = null;
  let page: Page;

  beforeAll(async () => {
    site = await openTestSite();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  afterEach(async () => {
    await visitor?.close();
    expect(visitor?.foreignRequests ?? [], "requests to other hosts").toEqual([]);
    visitor = null;
  });

  async function enter({ width = 1280, language = "en" } = {}) {
    owner = await site.addOwner("Long Linh Coffee");
    branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
    await owner.request("PATCH", "/api/v1/me", { language });
    visitor = await enterStaffApp(browser, owner, { origin: site.origin, width });
    page = visitor.page;
  }

  /** Opens a new page made of a template, and gives its id. */
  async function begin(template: RegExp): Promise<string> {
    await page.goto("/pages");
    await page.getByRole("button", { name: template }).click();
    await page.waitForURL(/\/pages\/[0-9a-f-]{36}$/);
    await page.getByRole("button", { name: /^Versions|^Phiên bản/ }).waitFor();
    return page.url().slice(-36);
  }

  const get = (id: string) => owner.get<PageReply>(`/api/v1/pages/${id}`);
  const preview = () => page.frameLocator("iframe");
  const saved = () => page.locator('[data-save="saved"]').waitFor();
  const choose = (block: RegExp) =>
    page.getByRole("list", { name: "Blocks" }).getByRole("button", { name: block }).first().click();
  const dialog = () => page.getByRole("dialog");

  async function publish() {
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await dialog().getByRole("button", { name: "Publish now" }).click();
    await dialog().waitFor({ state: "detached" });
  }

  test("a page is made from a template, written, seen, published and rolled back", {
    timeout: TEST_MS,
  }, async () => {
    await enter();
    const box = await owner.addBox(branchId);
    const id = await begin(/^Welcome back/);
    await preview().getByRole("heading", { name: "Good to see you again, Lan" }).waitFor();
    await publish();
    await choose(/^Greeting/);
    await page.getByRole("textbox", { name: "Heading" }).fill("Your table is free, {name}");
    await preview().getByRole("heading", { name: "Your table is free, Lan" }).waitFor();
    await saved();
    await publish();
    const standing = async () => {
      const settings = (await box.pull())?.settings as BranchSettings | undefined;
      const shown = settings?.pages.find((each) => each.id === id);
      return [shown?.version, JSON.stringify(shown?.blocks).includes("Your table is free")];
    };
    expect(await standing()).toEqual([2, true]);
    await page.getByRole("button", { name: "Versions" }).click();
    const first = dialog().getByRole("listitem").filter({ hasText: "Version 1" });
    await first.getByRole("button", { name: "Roll back to it" }).click();
    const sure = page.getByRole("dialog", { name: "Show version 1 again?" });
    await sure.getByRole("button", { name: "Roll back to it" }).click();
    await sure.waitFor({ state: "detached" });
    expect(await standing()).toEqual([1, false]);
    // What was written is still there, to be published again.
    expect(JSON.stringify((await get(id)).draft)).toContain("Your table is free");
    expect(visitor?.complaints).toEqual([]);
  });

  test("words are written in each language, and undone and done again", {
    timeout: TEST_MS,
  }, async () => {
    await enter();
    const id = await begin(/^First visit/);
    await choose(/^Greeting/);
    const heading = page.getByRole("textbox", { name: "Heading" });
    await heading.fill("Hello there");
    await page.getByRole("group", { name: "Language of: Heading" }).getByText("VI").click();
    await preview().getByRole("heading", { name: "Chào mừng bạn đến Hồ Gươm" }).waitFor();
    await heading.fill("Chào ");
    await page.getByRole("button", { name: "Insert: Branch" }).first().click();
    await preview().getByRole("heading", { name: "Chào Hồ Gươm", exact: true }).waitFor();
    const words = async () => (await get(id)).draft.blocks[1]?.fields.heading as Words;
    const written = { en: "Hello there", vi: "Chào {branch}" };
    await expect.poll(words, PATIENTLY).toMatchObject(written);
    // What is written within a moment is one step, so that there are between one and three.
    const first = "Chào mừng bạn đến {branch}";
    for (let { vi: shown } = await words(); shown !== first; { vi: shown } = await words()) {
      await page.getByRole("button", { name: "Undo" }).click();
      await expect.poll(async () => (await words()).vi, PATIENTLY).not.toBe(shown);
    }
    await preview().getByRole("heading", { name: "Chào mừng bạn đến Hồ Gươm" }).waitFor();
    await page.getByRole("button", { name: "Redo" }).click();
    await expect.poll(async () => (await words()).vi, PATIENTLY).not.toBe(first);
  });

  test("blocks are added, moved, copied and removed, and the preview follows", {
    timeout: TEST_MS,
  }, async () => {
    await enter();
    const id = await begin(/^Blank page/);
    await page.getByRole("button", { name: "Add a block" }).click();
    await page.getByRole("button", { name: /^Coupon/ }).click();
    await page.getByRole("textbox", { name: "Heading" }).fill("A free tea");
    await preview().getByRole("heading", { name: "A free tea" }).waitFor();
    const act = async (block: string, name: string) => {
      await page.getByRole("button", { name: `More for block ${block}` }).click();
      await page.getByRole("menuitem", { name }).click();
    };
    const kinds = async () => (await get(id)).draft.blocks.map(({ kind }) => kind);
    await act("2, Coupon", "Move up");
    await expect.poll(kinds, PATIENTLY).toEqual(["coupon", "welcome"]);
    await act("1, Coupon", "Copy");
    await expect.poll(kinds, PATIENTLY).toEqual(["coupon", "coupon", "welcome"]);
    await act("2, Coupon", "Remove");
    await expect.poll(kinds, PATIENTLY).toEqual(["coupon", "welcome"]);
    await preview()
      .getByRole("heading", { name: /^Welcome to/ })
      .waitFor();
    // A coupon is still there once guests are online; a greeting is not.
    await page.getByText("Online", { exact: true }).click();
    await preview().getByRole("heading", { name: "A free tea" }).waitFor();
    // What was seen last stays until the other page is there, which has the coupon too.
    await preview().getByRole("heading", { name: "You're online" }).waitFor();
    const greetings = () =>
      preview()
        .getByRole("heading", { name: /^Welcome to/ })
        .count();
    await expect.poll(greetings, PATIENTLY).toBe(0);
  });

  test("what was written is there again when the page is opened anew, archived and taken back", {
    timeout: TEST_MS,
  }, async () => {
    await enter();
    const id = await begin(/^Happy hour/);
    await page.getByLabel("Name", { exact: true }).fill("Afternoons");
    // At once: what waits to be saved is sent as the editor closes.
    await page.getByRole("link", { name: "← Pages" }).click();
    await askUntil(
      () => get(id),
      ({ name }) => name === "Afternoons",
    );
    await page.getByRole("link", { name: "Afternoons" }).click();
    await page.getByRole("heading", { level: 1, name: "Afternoons" }).waitFor();
    await page.getByLabel("Name", { exact: true }).fill("Late afternoons");
    await askUntil(
      () => get(id),
      ({ name }) => name === "Late afternoons",
    );
    await page.getByRole("button", { name: "Versions" }).click();
    await dialog().getByRole("button", { name: "Archive this page" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Take it out of the archive" }).click();
    await page.getByRole("button", { name: "Publish", exact: true }).waitFor();
    expect((await get(id)).state).toBe("draft");
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("what cannot be shown yet is said in words, and keeps the page from guests", {
    timeout: TEST_MS,
  }, async () => {
    await enter({ language: "vi" });
    const id = await begin(/^Khảo sát nhận quà/);
    await page.getByRole("button", { name: "Đăng", exact: true }).click();
    await dialog().getByRole("button", { name: "Đăng ngay" }).click();
    await dialog().getByRole("alert").getByText("Khối 3 (Khảo sát): hãy chọn khảo sát.").waitFor();
    expect(await get(id)).toMatchObject({ state: "draft", version: 0, places: [] });
  });

  test("a page that somebody else saved meanwhile is not written over unasked", {
    timeout: TEST_MS,
  }, async () => {
    await enter();
    const id = await begin(/^Birthday/);
    const { draft, revision } = await get(id);
    const path = `/api/v1/pages/${id}/draft`;
    await owner.request("PUT", path, { revision, content: { ...draft, name: "Theirs" } });
    await page.getByLabel("Name", { exact: true }).fill("Mine");
    const clash = page.getByRole("alert").filter({ hasText: "Somebody else changed this page" });
    await clash.waitFor();
    expect((await get(id)).name).toBe("Theirs");
    await clash.getByRole("button", { name: "Mine" }).click();
    await clash.waitFor({ state: "detached" });
    await askUntil(
      () => get(id),
      ({ name }) => name === "Mine",
    );
  });

  test("a photograph is made small, and a picture that could run something is not taken", {
    timeout: TEST_MS,
  }, async () => {
    await enter();
    const id = await begin(/^First visit/);
    await choose(/^Picture/);
    const replace = async (name: string, mimeType: string, buffer: Buffer) => {
      const chooser = page.waitForEvent("filechooser");
      await page.getByRole("button", { name: "Replace" }).click();
      // It is tried in twenty sizes and qualities, if need be.
      const answer = page.waitForResponse(/page-pictures/, { timeout: TEST_MS });
      await (await chooser).setFiles({ name, mimeType, buffer });
      return (await answer).status();
    };
    const photo = await page.evaluate<string>(PHOTOGRAPH);
    const sourceOf = (reply: PageReply) => String(reply.draft.blocks[0]?.fields.source);
    const before = sourceOf(await get(id));
    expect(await replace("IMG_1.jpg", "image/jpeg", Buffer.from(photo, "base64"))).toBe(200);
    const { draft, weight } = await askUntil(
      () => get(id),
      (reply) => sourceOf(reply) !== before,
    );
    expect(sourceOf({ draft } as PageReply)).toMatch(/^data:image\/jpeg;base64,/);
    expect(draft.blocks[0]?.fields.webp).toMatch(/^data:image\/webp;base64,/);
    expect(draft.blocks[0]?.fields.avif).toMatch(/^data:image\/avif;base64,/);
    expect(photo.length).toBeGreaterThan(200_000);
    expect(weight.pictureBytes).toBeLessThan(36_864);
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    expect(await replace("logo.svg", "image/svg+xml", Buffer.from(svg))).toBe(400);
    expect(await replace("IMG_2.jpg", "image/jpeg", Buffer.from("<script>"))).toBe(400);
    await page.getByRole("alert").getByText("No picture could be made").waitFor();
    expect(sourceOf(await get(id))).toBe(sourceOf({ draft } as PageReply));
  });

  test("somebody who may only look sees the page and changes nothing", {
    timeout: TEST_MS,
  }, async () => {
    await enter();
    const id = await begin(/^Happy hour/);
    const viewer = await site.addViewer(owner);
    await visitor?.close();
    await viewer.request("PATCH", "/api/v1/me", { language: "en" });
    visitor = await enterStaffApp(browser, viewer, { origin: site.origin });
    page = visitor.page;
    await page.goto(`/pages/${id}`);
    await preview().getByRole("heading", { name: "It is happy hour" }).waitFor();
    await page.getByText("You may look at this page, not change it.").waitFor();
    await choose(/^Greeting/);
    expect(
      await page.getByRole("textbox", { name: "Heading" }).getAttribute("readonly"),
    ).not.toBeNull();
    for (const name of ["Publish", "Add a block"])
      expect(await page.getByRole("button", { name, exact: true }).count(), name).toBe(0);
  });

  test("on a phone the parts of the editor come one after the other, and nothing sticks out", {
    timeout: TEST_MS,
  }, async () => {
    await enter({ width: 390 });
    await begin(/^Happy hour/);
    const overflow = () => page.evaluate<number>("document.documentElement.scrollWidth");
    for (const part of ["Preview", "Blocks", "Content"]) {
      await page.getByText(part, { exact: true }).click();
      await expect.poll(overflow, PATIENTLY).toBeLessThanOrEqual(390);
    }
    await page.getByText("Blocks", { exact: true }).click();
    await choose(/^Coupon/);
    await page.getByRole("textbox", { name: "Heading" }).fill("Tea for two");
    await page.getByText("Preview", { exact: true }).click();
    await preview().getByRole("heading", { name: "Tea for two" }).waitFor();
  });

  test("axe finds nothing in any template, in Vietnamese, English and Persian, by day and by night", {
    timeout: 5 * TEST_MS,
  }, async () => {
    await enter();
    const path = `/api/v1/branches/${branchId}/settings`;
    const settings = await owner.get<{ branch: object }>(path);
    const branch = { ...settings.branch, languages: ["vi", "en", "fa"] };
    await owner.request("PUT", path, { ...settings, branch });
    const faults: string[] = [];
    // A page that still fades in is no page to read yet; its own policy runs nothing, and axe has to.
    const context = await browser.newContext({
      ...{ viewport: { width: 390, height: 800 }, reducedMotion: "reduce" },
    });
    const guest = await context.newPage();
    for (const template of TEMPLATES)
      for (const language of ["vi", "en", "fa"])
        for (const theme of ["light", "dark"]) {
          const query = `template=${template}&language=${language}&theme=${theme}`;
          const html = await owner.download(`/api/v1/page-template-preview?${query}`);
          expect(html.status).toBe(200);
          // What is inert is left out by axe: the way in is looked at as the box has it.
          const page = html.bytes.toString().replace("<section inert>", "<section>");
          await guest.setContent(page);
          faults.push(...(await listFaults(guest, query)));
        }
    await context.close();
    expect(faults).toEqual([]);
  });

  test("axe finds nothing in the editor's parts and dialogs, wide by day and narrow by night", {
    timeout: 2 * TEST_MS,
  }, async () => {
    await enter();
    await begin(/^Survey for a coupon/);
    // It has no survey yet: the dialog says so, and stays.
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await dialog().getByRole("button", { name: "Publish now" }).click();
    await dialog().getByRole("alert").waitFor();
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    const faults: string[] = [];
    const look = async (name: string) => faults.push(...(await listFaults(page, name)));
    for (const block of [/^Picture/, /^Greeting/, /^Survey/]) {
      await choose(block);
      await look(`block ${block}`);
    }
    for (const kind of ["Slide show", "Video", "Coupon", "Countdown", "Social links", "Button"]) {
      await page.getByRole("button", { name: "Add a block" }).click();
      await look("kinds of blocks");
      await page
        .getByRole("button", { name: new RegExp(`^${kind}`) })
        .last()
        .click();
      await page.getByRole("heading", { level: 2, name: kind }).waitFor();
      await look(kind);
    }
    await page.getByRole("button", { name: /^Seen by/ }).click();
    await look("seen by whom");
    await page.keyboard.press("Escape");
    for (const name of ["Publish", "Versions"]) {
      await page.getByRole("button", { name, exact: true }).click();
      await dialog().waitFor();
      await look(name);
      await page.keyboard.press("Escape");
      await dialog().waitFor({ state: "detached" });
    }
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await page.setViewportSize({ width: 390, height: 844 });
    for (const part of ["Blocks", "Content", "Preview"]) {
      await page.getByText(part, { exact: true }).click();
      await look(part);
    }
    expect(faults).toEqual([]);
  });
});

/** What axe finds against WCAG 2.2 AA on a page as it stands. */
async function listFaults(page: Page, name: string): Promise<string[]> {
  await expect.poll(() => page.locator("[aria-busy=true]").count(), PATIENTLY).toBe(0);
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ${JSON.stringify(WCAG_22_AA)} })`,
  );
  return violations.map(
    ({ id, nodes }) => `${name}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
  );
}

/** Draws what a camera would give: large, and of nothing that repeats. */
const PHOTOGRAPH = `(() => {
  const canvas = document.createElement("canvas");
  canvas.width = 1600;
  canvas.height = 1200;
  const pen = canvas.getContext("2d");
  for (let spot = 0; spot < 9000; spot += 1) {
    pen.fillStyle = "hsl(" + ((spot * 47) % 360) + " 70% " + ((spot * 13) % 90) + "%)";
    pen.fillRect((spot * 331) % 1600, (spot * 197) % 1200, 30, 30);
  }
  return canvas.toDataURL("image/jpeg", 0.95).split(",")[1];
})()`;
