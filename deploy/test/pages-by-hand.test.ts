import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { keepSurveyAnswer } from "@foyer/branch-store";
import { describeWithChromium, launchBrowser } from "@foyer/cloud-api/test/staff-browser";
import type { Survey } from "@foyer/contract";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPageEditor, type PageEditor } from "./page-editor.ts";
import { openPageSite, type PageSite } from "./page-site.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";

const TEST_MS = 240_000;
const HOUR_MS = 3_600_000;
const DAY_SECONDS = 86_400;
/** The branch's clock is that far ahead. */
const ZONE_MS = 7 * HOUR_MS;
const FIRST_PAGE_BYTES_MAX = 14 * 1024;
const SET_BYTES_MAX = 180 * 1024;
const STRANGER = "AC-00-5E-FF-FF-01";
const SURVEY: Survey = {
  ...{ id: "spring", title: { vi: "Mùa xuân", en: "Spring" }, thanks: { vi: "Cảm ơn bạn" } },
  questions: [{ id: "stars", kind: "rating", label: { vi: "Bạn thấy thế nào?" }, required: true }],
};
/** A photograph as a telephone takes it, in base64. */
const takePhotograph = (seed: number) => `(() => {
  const canvas = document.createElement("canvas");
  canvas.width = 1200;
  canvas.height = 900;
  const pen = canvas.getContext("2d");
  for (let spot = 0; spot < 4000; spot += 1) {
    pen.fillStyle = "hsl(" + ((spot * ${seed}) % 360) + " 70% " + ((spot * 13) % 90) + "%)";
    pen.fillRect((spot * 331) % 1200, (spot * 197) % 900, 40, 40);
  }
  return canvas.toDataURL("image/jpeg", 0.95).split(",")[1];
})()`;
const headingOf = (main: string) => /<h1[^>]*>([^<]*)/.exec(main)?.[1];
const refreshOf = (html: string) =>
  /http-equiv="refresh" content="\d+;url=([^"]+)"/.exec(html)?.[1] ?? null;

describeWithChromium("a page made by hand in the editor, on a branch's box", () => {
  let cloud: TestCloud;
  let browser: Browser;

  beforeAll(async () => {
    cloud = await startTestCloud({ stands: true });
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await cloud?.close();
  });

  async function open(surveys: Survey[] = []): Promise<{ site: PageSite; editor: PageEditor }> {
    const site = await openPageSite(cloud, (document) => ({ ...document, surveys }));
    return { site, editor: await openPageEditor(browser, cloud) };
  }

  /** What was made is put on the branch, and its box has it. */
  async function publish({ site, editor }: { site: PageSite; editor: PageEditor }) {
    expect(await editor.publish(site.branchId)).toBeNull();
    await site.isInForce();
  }

  const passUntil = (moment: number) => cloud.passSeconds((moment - cloud.now().getTime()) / 1000);

  test("MC-4.1 visits 1, 2 and 5 each see another page", { timeout: TEST_MS }, async () => {
    const shop = await open();
    await shop.editor.make("Mọi lượt");
    await publish(shop);
    for (const number of [1, 2, 5]) {
      await shop.editor.make(`Lượt ${number}`, async (page) => {
        await page.getByLabel("From visit").fill(String(number));
        await page.getByLabel("To visit").fill(String(number));
      });
      await publish(shop);
    }
    const seen = [headingOf(await shop.site.open(STRANGER))];
    const lan = shop.site.signIn({ phone: "+84912345801", name: "Lan" });
    for (let visit = 2; visit <= 6; visit += 1) {
      shop.site.visit(lan);
      seen.push(headingOf(await shop.site.open(lan.mac)));
    }
    expect(seen).toEqual([
      ...["Lượt 1", "Lượt 2", "Mọi lượt", "Mọi lượt"],
      ...["Lượt 5", "Mọi lượt"],
    ]);
  });

  test("MC-4.2 a guest who has answered the current survey sees another page than one who has not", {
    timeout: TEST_MS,
  }, async () => {
    const shop = await open([SURVEY]);
    for (const [greeting, state] of [
      ["Mời trả lời", "Have not answered: Spring"],
      ["Cảm ơn", "Have answered: Spring"],
    ] as const) {
      await shop.editor.make(greeting, (page) =>
        page.getByLabel("Survey", { exact: true }).selectOption({ label: state }),
      );
      await publish(shop);
    }
    const lan = shop.site.signIn({ phone: "+84912345802", name: "Lan" });
    const minh = shop.site.signIn({ phone: "+84912345803", name: "Minh" });
    shop.site.store.transaction((tx) =>
      keepSurveyAnswer(tx, {
        ...{ answerId: randomUUID(), surveyId: "spring", guestId: lan.guestId, deviceId: null },
        ...{ nasId: null, by: "page", place: null, language: "vi" },
        ...{ choices: {}, ratings: { stars: 4 }, texts: {} },
      }),
    );
    const seen = [headingOf(await shop.site.open(lan.mac))];
    seen.push(headingOf(await shop.site.open(minh.mac)));
    expect(seen).toEqual(["Cảm ơn", "Mời trả lời"]);
  });

  test("MC-4.3 the page changes at the slot's edge in the branch's own time zone", {
    timeout: TEST_MS,
  }, async () => {
    const shop = await open();
    await shop.editor.make("Cả ngày");
    await publish(shop);
    // From the full hour after the next of the branch's clock on, for an hour.
    const begins = (Math.floor(cloud.now().getTime() / HOUR_MS) + 2) * HOUR_MS;
    const clock = (moment: number) => new Date(moment + ZONE_MS).toISOString().slice(11, 16);
    await shop.editor.make("Giờ vàng", async (page) => {
      await page.getByRole("button", { name: "Add hours" }).click();
      const hours = page.getByRole("group", { name: "Hours of the week" });
      await hours.getByLabel("From").fill(clock(begins));
      await hours.getByLabel("To").fill(clock(begins + HOUR_MS));
    });
    await publish(shop);
    const seen: (string | undefined)[] = [];
    for (const seconds of [-1, 0, 3599, 3600]) {
      passUntil(begins + seconds * 1000);
      seen.push(headingOf(await shop.site.open(STRANGER)));
    }
    expect(seen).toEqual(["Cả ngày", "Giờ vàng", "Giờ vàng", "Cả ngày"]);
  });

  test("MC-4.4 the tag VIP shows its page and the guest's name, and what they call themselves is escaped", {
    timeout: TEST_MS,
  }, async () => {
    const { id: vip } = await cloud.get<{ id: string }>("POST", "/api/v1/tags", { name: "VIP" });
    const shop = await open();
    await shop.editor.make("Chào {name}");
    await publish(shop);
    await shop.editor.make("Khách quý {name}", async (page) => {
      await page.getByRole("combobox", { name: "With any of these tags" }).click();
      await page.getByRole("option", { name: "VIP" }).click();
      await page.keyboard.press("Escape");
    });
    await publish(shop);
    const lan = shop.site.signIn({ phone: "+84912345804", name: "<i>Lan</i>" });
    expect(headingOf(await shop.site.open(lan.mac))).toBe("Chào &lt;i&gt;Lan&lt;/i&gt;");
    const { customers } = await askUntil(
      () => cloud.get<{ customers: { id: string }[] }>("GET", "/api/v1/customers?search=912345804"),
      (reply) => reply.customers.length === 1,
    );
    await cloud.get("PUT", `/api/v1/customers/${customers[0]?.id}/tags`, { tagIds: [vip] });
    const shown = await askUntil(
      async () => headingOf(await shop.site.open(lan.mac)),
      (heading) => heading?.startsWith("Khách quý") === true,
    );
    expect(shown).toBe("Khách quý &lt;i&gt;Lan&lt;/i&gt;");
  });

  test("MC-4.6 a set of pictures is shown in turn, and page and pictures stay under what is stated", {
    timeout: TEST_MS,
  }, async () => {
    const shop = await open();
    const { editor, site } = shop;
    await editor.make("Hôm nay");
    await editor.addBlock(/^Slide show/);
    for (const [index, seed] of [47, 31].entries()) {
      const choose = `Picture ${index + 1}: Choose a picture`;
      const place = editor.page.getByRole("button", { name: choose });
      if ((await place.count()) === 0)
        await editor.page.getByRole("button", { name: "Add a picture" }).click();
      const photograph = await editor.page.evaluate<string>(takePhotograph(seed));
      await editor.putPicture(place, Buffer.from(photograph, "base64"));
      await place.waitFor({ state: "detached" });
    }
    await publish(shop);
    const html = await site.openWhole(STRANGER);
    expect(gzipSync(html).length).toBeLessThanOrEqual(FIRST_PAGE_BYTES_MAX);
    expect(html).toContain("@keyframes turn2");
    const urls = [...html.matchAll(/<img (?:class="[^"]*" )?src="(\/pictures\/[^"]+)"/g)];
    const weights = await Promise.all(
      urls.map(async ([, url = ""]) => {
        const answer = await fetch(new URL(url, site.portalOrigin()));
        return (await answer.arrayBuffer()).byteLength;
      }),
    );
    expect(weights).toHaveLength(2);
    expect(Math.min(...weights)).toBeGreaterThan(2000);
    expect(weights.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(SET_BYTES_MAX);
  });

  test("MC-4.7 after access the browser goes to the address the page was given, and to none off the list", {
    timeout: TEST_MS,
  }, async () => {
    const fanPage = "https://www.facebook.com/shop/";
    await cloud.get("PUT", "/api/v1/destinations", { destinations: [fanPage] });
    const shop = await open();
    const lan = shop.site.signIn({ phone: "+84912345806", name: "Lan" });
    const lead = (url: string) => (page: PageEditor["page"]) =>
      page.getByLabel("Afterwards, on to").fill(url);
    await shop.editor.make("Theo dõi", lead(fanPage));
    await publish(shop);
    const online = await shop.site.goOnline(lan);
    expect(refreshOf(online)).toBe(fanPage);
    expect(online).toContain(`class="button" href="${fanPage}"`);
    await shop.editor.make("Nơi khác", lead("https://evil.test/"));
    expect(await shop.editor.publish(shop.site.branchId)).toContain(
      "may not be sent to the address",
    );
    expect(refreshOf(await shop.site.goOnline(lan))).toBe(fanPage);
  });

  // The last, since it moves the clock on by months.
  test("MC-4.5 a birthday's page is shown on the day by the branch's date, and 29 February's on the 28th of a common year", {
    timeout: TEST_MS,
  }, async () => {
    const shop = await open();
    await shop.editor.make("Mỗi ngày");
    await publish(shop);
    await shop.editor.make("Sinh nhật", (page) =>
      page.getByLabel("Only on their birthday").check(),
    );
    await publish(shop);
    const leapling = shop.site.signIn({ phone: "+84912345807", name: "Lan", birthday: "--02-29" });
    const next = shop.site.signIn({ phone: "+84912345808", name: "Minh", birthday: "--03-01" });
    const begins = Date.UTC(cloud.now().getUTCFullYear() + 1, 1, 28) - ZONE_MS;
    const seen: (string | undefined)[][] = [];
    for (const seconds of [-1, 0, DAY_SECONDS - 1, DAY_SECONDS, 2 * DAY_SECONDS]) {
      passUntil(begins + seconds * 1000);
      const { open: show } = shop.site;
      seen.push([headingOf(await show(leapling.mac)), headingOf(await show(next.mac))]);
    }
    const [none, birthday] = ["Mỗi ngày", "Sinh nhật"];
    expect(seen).toEqual([
      [none, none],
      [birthday, none],
      [birthday, none],
      [none, birthday],
      [none, none],
    ]);
  });
});
