import { randomUUID } from "node:crypto";
import { applyCouponNews } from "@foyer/branch-store";
import type { BranchSettings, CouponNews, Survey } from "@foyer/contract";
import { expect, test } from "vitest";
import { type Browser, MAC, openTestPortal, readCode, type TestPortal } from "./open-portal.ts";

const KIND = {
  id: "01990000-0000-7000-8000-0000000000e2",
  name: { en: "Thank you coupon" },
  offer: { en: "A free tea" },
  validDays: 30,
  places: ["Hồ Gươm", "Tây Hồ"],
};
const spring: Survey = {
  id: "spring",
  title: { en: "How was your tea?" },
  questions: [
    { kind: "rating", id: "stars", label: { en: "Your stars" }, required: true },
    { kind: "text", id: "more", label: { en: "Anything else?" }, required: false },
  ],
};
const CODE = "ABCDEFGH2345";
const SPELLED = "ABCD-EFGH-2345";

let position = 0;
const coupon = (code: string, change: Partial<CouponNews> = {}): CouponNews => ({
  ...{ id: randomUUID(), kindId: KIND.id, code, position: ++position, isUsed: false, ...change },
});
const fill = (portal: TestPortal, ...news: CouponNews[]) =>
  portal.store.transaction((tx) => applyCouponNews(tx, news));

const openShop = (change: (settings: BranchSettings) => void = () => {}) =>
  openTestPortal({
    settings: (settings) => {
      settings.branch.languages = ["en", "vi"];
      // The guest is known again when their coupon is over.
      Object.assign(settings.signIn, { recogniseDays: 365, recogniseRandomisedDays: 365 });
      settings.surveys = [structuredClone(spring)];
      const blocks = [{ kind: "survey", fields: { survey: "spring" } }];
      const when = { guests: "any" as const, visitNumbers: [] };
      settings.pages = [{ id: randomUUID(), name: "Ask", version: 1, blocks, when }];
      settings.coupons = {
        redeemUrl: "https://crm.example/coupons/till",
        kinds: [KIND],
        rewards: [{ surveyId: "spring", kindId: KIND.id }],
      };
      change(settings);
    },
  });

const landAt = (browser: Browser, location: string | null) => {
  const landing = new URL(location ?? "").searchParams.get("userurl") ?? "";
  return browser.open(landing.replace(/^http:\/\/[^/]+/, ""));
};

async function signIn(portal: TestPortal, mac = MAC): Promise<Browser> {
  const browser = portal.browser({ mac });
  await browser.arrive();
  await browser.askForCode("0912345678");
  // A guest who has said who they are is not asked again.
  const { location } = await browser.submit("/code", { code: await readCode(portal) });
  await landAt(browser, location ?? (await browser.post("/details", { name: "Lan" })).location);
  return browser;
}

async function comeAgain(portal: TestPortal): Promise<Browser> {
  const browser = portal.browser();
  await browser.arrive();
  await landAt(browser, (await browser.post("/returning")).location);
  return browser;
}

const sealedOf = (browser: Browser) =>
  /name="s" value="([^"]+)"/.exec(browser.page.html)?.[1] ?? "";
const answer = (browser: Browser, fields: Record<string, string>) =>
  browser.submit("/survey", { s: sealedOf(browser), ...fields });
const given = (portal: TestPortal) => portal.events("coupon.issued");

/** A guest who is known, before the last step of the survey. */
async function openLastStep(portal: TestPortal): Promise<Browser> {
  await signIn(portal);
  const browser = portal.browser();
  await browser.arrive();
  await answer(browser, { "q-stars": "5" });
  return browser;
}

test("MC-3.11 the coupon is issued once, only after a complete answer", async () => {
  const portal = await openShop();
  fill(portal, coupon(CODE), coupon("23456789ABCD"));
  await signIn(portal);
  const browser = portal.browser();
  await browser.arrive();
  expect(browser.page.words).toContain("Answer and get: A free tea");
  await browser.open(`/survey?s=${sealedOf(browser)}`);
  expect(browser.page.words).toContain("Answer and get: A free tea");
  await answer(browser, { "q-more": "I gave no stars" });
  expect(browser.page.status).toBe(422);
  expect(given(portal)).toEqual([]);
  await answer(browser, { "q-stars": "5" });
  expect(given(portal)).toEqual([]);
  const s = sealedOf(browser);
  await answer(browser, { "q-more": "" });
  expect(browser.page.words).toContain(SPELLED);
  expect(browser.page.words).toContain("Good once, until March 31, 2026");
  expect(browser.page.words).toContain("Only at Hồ Gươm or Tây Hồ");
  expect(browser.page.html).toContain('<svg class="qr"');
  // Sent again as often as a line breaks off, and opened anew: the same coupon.
  const again = await Promise.all(
    Array.from({ length: 8 }, () => browser.post("/survey", { s, "q-more": "" })),
  );
  for (const { html } of again) expect(html).toContain(SPELLED);
  await browser.open(`/survey?s=${s}`);
  expect(browser.page.words).toContain(SPELLED);
  expect(given(portal)).toHaveLength(1);
  expect(portal.events("survey.answered")).toHaveLength(1);
  expect(portal.logLines.join("\n")).not.toContain(CODE);
});

test("part of MC-3.11: two devices of one guest who send their answers at once have one coupon", async () => {
  const portal = await openShop();
  fill(portal, coupon(CODE), coupon("23456789ABCD"));
  const one = await openLastStep(portal);
  const other = await signIn(portal, "AC-00-5E-00-53-77");
  await answer(other, { "q-stars": "4" });
  const forms = [one, other].map((browser) => ({ browser, s: sealedOf(browser) }));
  await Promise.all(forms.map(({ browser, s }) => browser.post("/survey", { s, "q-more": "" })));
  expect(given(portal)).toHaveLength(1);
  for (const { browser, s } of forms) {
    const page = await browser.post("/survey", { s, "q-more": "" });
    expect(page.html).toContain(SPELLED);
  }
});

test("part of MC-3.11: with a dry pool the guest is told that it comes, and the page shows it when it is there", async () => {
  const portal = await openShop();
  const browser = await openLastStep(portal);
  await answer(browser, { "q-more": "" });
  expect(browser.page.words).toContain("Your coupon is on its way");
  const [, url = ""] =
    /http-equiv="refresh" content="\d+; ?url=([^"]+)"/i.exec(browser.page.html) ?? [];
  expect(url).toContain("/survey?s=");
  await browser.open(url.replaceAll("&amp;", "&"));
  expect(browser.page.words).toContain("Your coupon is on its way");
  fill(portal, coupon(CODE));
  await browser.open(url.replaceAll("&amp;", "&"));
  expect(browser.page.words).toContain(SPELLED);
  expect(given(portal)).toHaveLength(1);
});

test("a guest finds their coupon after going online, at the next visit too, until it is used or over", async () => {
  const portal = await openShop();
  const own = coupon(CODE);
  fill(portal, own);
  const browser = await openLastStep(portal);
  await answer(browser, { "q-more": "" });
  const online = async () => (await comeAgain(portal)).page.words;
  expect(await online()).toContain(SPELLED);
  portal.pass(30 * 24 * 3600);
  expect(await online()).toContain(SPELLED);
  // The first moment of the day after, at the branch.
  portal.pass(15 * 3600);
  expect(await online()).not.toContain(SPELLED);
  portal.pass(-15 * 3600);
  fill(portal, { ...own, position: ++position, isUsed: true });
  expect(await online()).not.toContain(SPELLED);
});

test("a survey that gives nothing promises and gives nothing, and nobody's link none either", async () => {
  const plain = await openShop((settings) => {
    delete settings.coupons;
  });
  const browser = await openLastStep(plain);
  await answer(browser, { "q-more": "" });
  expect(browser.page.words).toContain("Your answer has reached us.");
  const portal = await openShop();
  fill(portal, coupon(CODE));
  const nobody = portal.browser({ mac: "02-AA-BB-CC-00-99" });
  await nobody.open("/survey/spring");
  expect(nobody.page.words).not.toContain("Answer and get");
  await answer(nobody, { "q-stars": "5" });
  expect(nobody.page.words).toContain("Your answer has reached us.");
  expect(given(portal)).toEqual([]);
});
