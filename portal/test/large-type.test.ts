import { existsSync } from "node:fs";
import type { Language } from "@foyer/contract";
import { chromium, type Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { listGuestPages } from "./guest-pages.ts";

const CHROMIUM = "/usr/bin/chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const isMissing = !existsSync(CHROMIUM);
const LANGUAGES: readonly Language[] = ["vi", "en", "fa"];
/** The narrowest phones that are sold, and the largest letters that Android's settings offer them. */
const WIDTH = 360;
const LETTERS = "html{font-size:160%}";
const LONG_NAME = "Nguyễn Hoàng Thiên Kim Ngọc Phương Trinh";
const LOOK_MS_TIMEOUT = 600_000;

async function openPage(): Promise<Page> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  onTestFinished(() => browser.close());
  const viewport = { width: WIDTH, height: 740 };
  return (await browser.newContext({ viewport, reducedMotion: "reduce" })).newPage();
}

/** What stands outside of the window, and fields for a code that hide some of its digits. */
const LIST_FAULTS = `(() => {
  const faults = [];
  if (document.documentElement.scrollWidth > innerWidth) faults.push("has to be moved sideways");
  for (const each of document.querySelectorAll("header *, main *")) {
    const { left, right, width } = each.getBoundingClientRect();
    const isOut = width > 0 && (left < -1 || right > innerWidth + 1);
    if (isOut && !each.closest("svg")) faults.push(each.outerHTML.slice(0, 60) + " is cut off");
  }
  for (const field of document.querySelectorAll("input[name=code]")) {
    field.value = "888888";
    if (field.scrollWidth > field.clientWidth) faults.push("six digits do not fit their field");
  }
  return faults;
})()`;

test.skipIf(isMissing).each(LANGUAGES)(
  "in %s nothing of a guest page is cut off on a narrow phone with the largest letters and a long name",
  async (language) => {
    const page = await openPage();
    const faults: string[] = [];
    for (const { name, html } of await listGuestPages(language)) {
      const still = html.replace(/<meta http-equiv="refresh"[^>]*>/, "");
      const shown = still
        .replaceAll(/<script>.*?<\/script>/gs, "")
        .replaceAll(/\bLan\b/g, LONG_NAME);
      await page.setContent(shown, { waitUntil: "domcontentloaded" });
      await page.addStyleTag({ content: LETTERS });
      const found = await page.evaluate<string[]>(LIST_FAULTS);
      faults.push(...found.map((fault) => `${name}: ${fault}`));
    }
    expect(faults).toEqual([]);
  },
  LOOK_MS_TIMEOUT,
);
