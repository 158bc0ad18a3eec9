import { existsSync } from "node:fs";
import type { BranchSettings } from "@foyer/contract";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { CHROMIUM, goOnline, listen, openBranch, openPage } from "./browser-branch.ts";

const TARGET_PIXELS_MIN = 44;

/** A small picture of one colour, as an SVG. */
const picture = (colour: string) =>
  `data:image/svg+xml;base64,${btoa(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><path fill="${colour}" d="M0 0h4v3H0z"/></svg>`)}`;
const words = (text: string) => ({ en: text, vi: text, fa: text });
const pictures = {
  kind: "pictures",
  fields: {
    pictures: ["red", "green", "blue"].map((each) => ({
      source: picture(each),
      alt: { en: each },
    })),
  },
};

function showPage(settings: BranchSettings, blocks: BranchSettings["pages"][number]["blocks"]) {
  const id = "0199f000-0000-7000-8000-0000000000aa";
  const when = { guests: "any" as const, visitNumbers: [] };
  settings.pages = [{ id, name: "All", version: 1, when, blocks }];
}

/** One property of each picture of the set, as the browser draws it. */
function readStyles(page: Page, property: "opacity" | "animationName"): Promise<string[]> {
  return page.evaluate(
    `[...document.querySelectorAll(".turn .each")].map((each) => getComputedStyle(each).${property})`,
  );
}

test.skipIf(!existsSync(CHROMIUM))(
  "part of MC-4.6: in a real browser, without JavaScript, each picture has its turn, and none moves for whoever wants it still",
  async () => {
    const url = await openBranch((settings) => showPage(settings, [pictures]));
    const page = await openPage({});
    await page.goto(url);
    // What is on top of the others and opaque is what is seen.
    const findTop = async () => (await readStyles(page, "opacity")).lastIndexOf("1");
    const seen = new Set<number>();
    for (const began = Date.now(); seen.size < 3 && Date.now() - began < 20_000; ) {
      const top = await findTop();
      if (top >= 0) seen.add(top);
      await page.waitForTimeout(200);
    }
    expect([...seen].sort()).toEqual([0, 1, 2]);
    const still = await openPage({ still: true });
    await still.goto(url);
    expect(await readStyles(still, "animationName")).toEqual(["none", "none", "none"]);
  },
  40_000,
);

test.skipIf(!existsSync(CHROMIUM))(
  "part of MC-4.7: in a real browser, without JavaScript, a guest who is online comes to the shop's own page by themselves",
  async () => {
    const shop = await listen((_, response) => response.end("<h1>Our fans</h1>"));
    const url = await openBranch((settings) => {
      settings.allowedDestinations = [shop];
      settings.signIn.landingUrl = `${shop}/fans`;
    });
    const page = await openPage({});
    await page.goto(url);
    await goOnline(page);
    await page.waitForURL(`${shop}/fans`, { timeout: 30_000 });
    expect(await page.locator("h1").textContent()).toBe("Our fans");
  },
  40_000,
);

const cases = [390, 1280].flatMap((width) =>
  ["en-GB", "vi-VN", "fa-IR"].map((locale) => [width, locale] as const),
);
test.skipIf(!existsSync(CHROMIUM)).each(cases)(
  "every block fits %i pixels in %s, and whatever is tapped is large enough for a thumb",
  async (width, locale) => {
    const until = new Date(Date.now() + 100 * 60 * 60 * 1000).toISOString();
    const url = await openBranch((settings) => {
      settings.surveys = [
        {
          ...{ id: "spring", title: words("How was it?") },
          questions: [
            { kind: "rating", id: "stars", label: words("Stars"), required: true },
            { kind: "text", id: "more", label: words("More?"), required: false },
          ],
        },
      ];
      showPage(settings, [
        { kind: "welcome", fields: { heading: words("Ễ {name}"), text: words("Hello") } },
        pictures,
        {
          kind: "heading",
          fields: { text: words("Supercalifragilisticexpialidocious".repeat(2)) },
        },
        { kind: "text", fields: { text: words("Words of the day.") } },
        { kind: "image", fields: { source: picture("tan") } },
        { kind: "countdown", fields: { text: words("Sale in"), until } },
        { kind: "survey", fields: { survey: "spring" } },
        {
          kind: "coupon",
          fields: { heading: words("A tea"), code: "ABCDEFGHIJKLMNOPQRSTUVWXYZ-12" },
        },
        { kind: "button", fields: { label: words("Menu"), url: "https://shop.example" } },
        { kind: "social", fields: { links: [{ network: "map", url: "https://shop.example" }] } },
        { kind: "video", fields: { title: words("Film"), url: "https://shop.example" } },
      ]);
    });
    const page = await openPage({ width, locale, still: true });
    const check = async () => {
      const root = page.locator("html");
      expect(await root.evaluate((each) => each.scrollWidth)).toBeLessThanOrEqual(width);
      expect(await root.getAttribute("dir")).toBe(locale === "fa-IR" ? "rtl" : "ltr");
      for (const target of await page
        .locator("button, .button, .social a, .video, .star, .opt")
        .all())
        expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(TARGET_PIXELS_MIN);
    };
    await page.goto(url);
    await check();
    await page.locator('button[value="4"]').click();
    await page.locator("textarea").fill("🙂");
    await check();
    await page.locator('form[action="/survey"] button').click();
    await page.locator("a.button").click();
    expect(await page.locator(".survey").count()).toBe(0);
    await goOnline(page);
    await check();
  },
  40_000,
);
