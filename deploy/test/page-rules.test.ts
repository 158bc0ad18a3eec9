import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPageSite, type PageContent } from "./page-site.ts";
import { startTestCloud, type TestCloud } from "./test-cloud.ts";

// Made and published by the calls the editor makes, and shown by the box of a branch.
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud({ stands: true });
}, 120_000);
afterAll(() => cloud?.close());

const DAY_SECONDS = 86_400;
const ZONE_SECONDS = 7 * 3600;
const FIRST_PAGE_BYTES_MAX = 14 * 1024;
const SET_BYTES_MAX = 180 * 1024;
const STRANGER = "AC-00-5E-FF-FF-01";

const page = (name: string, more: Partial<PageContent> = {}): PageContent => ({
  name,
  when: { guests: "any", visitNumbers: [] },
  blocks: [{ kind: "welcome", fields: { heading: { vi: name } } }],
  ...more,
});
const headingOf = (main: string) => /<h1[^>]*>([^<]*)/.exec(main)?.[1];
const refreshOf = (html: string) =>
  /http-equiv="refresh" content="\d+;url=([^"]+)"/.exec(html)?.[1] ?? null;

test("MC-4.6 a set of pictures is shown in turn, and page and pictures stay under what is stated", async () => {
  const site = await openPageSite(cloud);
  const files = Array.from({ length: 5 }, () => randomBytes(35_000));
  const pictures = files.map((bytes, index) => ({
    source: `data:image/jpeg;base64,${bytes.toString("base64")}`,
    alt: { vi: `Món ${index}` },
  }));
  const { blocks } = page("Hôm nay");
  const set = { kind: "pictures", fields: { pictures } };
  await site.publish(page("Hôm nay", { blocks: [...blocks, set] }));
  const html = await site.openWhole(STRANGER);
  expect(gzipSync(html).length).toBeLessThanOrEqual(FIRST_PAGE_BYTES_MAX);
  // Each has its turn by style alone: a captive browser may run no script.
  expect(html).toContain("@keyframes turn5");
  expect(html).not.toContain("<script");
  const urls = [...html.matchAll(/<img src="(\/pictures\/[^"]+)" alt="Món \d"/g)];
  const shown = await Promise.all(
    urls.map(async ([, url = ""]) => {
      const answer = await fetch(new URL(url, site.portalOrigin()));
      return Buffer.from(await answer.arrayBuffer());
    }),
  );
  expect(shown).toEqual(files);
  expect(shown.reduce((sum, each) => sum + each.length, 0)).toBeLessThanOrEqual(SET_BYTES_MAX);
  // One picture more, and the set is over what is stated: no guest is to load that.
  const heavy = { ...set, fields: { pictures: [...pictures, pictures[0]] } };
  const content = page("Quá nặng", { blocks: [heavy] });
  const { id } = await cloud.get<{ id: string }>("POST", "/api/v1/pages", { content });
  const to = { kind: "branches", branchIds: [site.branchId] };
  const refused = await cloud.ask("POST", `/api/v1/pages/${id}/publish`, { revision: 1, to });
  expect(refused).toMatchObject({ status: 400, body: { field: "/blocks/0" } });
}, 120_000);

test("MC-4.7 after access the browser goes to the address the page was given, and to none off the list", async () => {
  const site = await openPageSite(cloud);
  const fanPage = "https://www.facebook.com/shop/";
  await cloud.get("PUT", "/api/v1/destinations", { destinations: [fanPage] });
  const lan = site.signIn({ phone: "+84912345701", name: "Lan" });
  const pageId = await site.publish(page("Theo dõi", { landingUrl: fanPage }));
  const online = await site.goOnline(lan);
  expect(refreshOf(online)).toBe(fanPage);
  expect(online).toContain(`class="button" href="${fanPage}"`);
  const content = page("Nơi khác", { landingUrl: "https://evil.test/" });
  const saved = await cloud.ask("PUT", `/api/v1/pages/${pageId}/draft`, { revision: 1, content });
  const to = { kind: "branches", branchIds: [site.branchId] };
  const path = `/api/v1/pages/${pageId}/publish`;
  const refused = await cloud.ask("POST", path, { revision: 2, to });
  expect({ saved: saved.status, refused: refused.status }).toEqual({ saved: 200, refused: 400 });
  expect(refreshOf(await site.goOnline(lan))).toBe(fanPage);
}, 120_000);

// The last, since it moves the clock on by months.
test("MC-4.5 a birthday's page is shown on the day by the branch's date, and 29 February's on the 28th of a common year", async () => {
  const site = await openPageSite(cloud);
  await site.publish(page("Mỗi ngày"));
  await site.publish(
    page("Sinh nhật", { when: { guests: "any", visitNumbers: [], birthday: true } }),
  );
  const passUntil = (moment: Date) =>
    cloud.passSeconds((moment.getTime() - cloud.now().getTime()) / 1000);
  /** 28 February of the next year that has no 29th, as it begins at the branch. */
  const begins = (year: number): Date =>
    new Date(year, 1, 29).getMonth() === 1
      ? begins(year + 1)
      : new Date(Date.UTC(year, 1, 28) - ZONE_SECONDS * 1000);
  passUntil(new Date(begins(cloud.now().getUTCFullYear() + 1).getTime() - 1000));
  const leapling = site.signIn({ phone: "+84912345702", name: "Lan", birthday: "--02-29" });
  const next = site.signIn({ phone: "+84912345703", name: "Minh", birthday: "--03-01" });
  const seen: (string | undefined)[][] = [];
  for (const seconds of [0, 1, DAY_SECONDS - 1, 1, DAY_SECONDS]) {
    cloud.passSeconds(seconds);
    seen.push([headingOf(await site.open(leapling.mac)), headingOf(await site.open(next.mac))]);
  }
  const [none, birthday] = ["Mỗi ngày", "Sinh nhật"];
  expect(seen).toEqual([
    [none, none],
    [birthday, none],
    [birthday, none],
    [none, birthday],
    [none, none],
  ]);
}, 120_000);
