import { chooseSaleType, isForSaleType } from "@foyer/contract";
import { expect, test } from "vitest";
import type { Browser, TestPortal } from "./open-portal.ts";
import { answer, answersOf, openShop, signIn, spring } from "./survey-shop.ts";

let guests = 0;

/** A guest whom nobody knows opens a link. */
async function open(portal: TestPortal, url: string): Promise<Browser> {
  guests += 1;
  const browser = portal.browser({ ip: `10.10.0.${guests}` });
  await browser.open(url);
  return browser;
}

async function fillIn(browser: Browser) {
  await answer(browser, { "q-stars": "5" });
  await answer(browser, {});
}

test("a link says what kind of sale its answer is about, with or without a table", async () => {
  const portal = await openShop();
  await fillIn(await open(portal, "/survey/spring/table-5?sale=hall"));
  await fillIn(await open(portal, "/survey/spring?sale=delivery&language=vi"));
  await fillIn(await open(portal, "/survey/spring"));
  const [hall, delivered, unsaid] = answersOf(portal);
  expect(hall).toMatchObject({ place: "table-5", saleTypeId: "hall", by: "link" });
  expect(delivered).toMatchObject({ place: null, saleTypeId: "delivery", language: "vi" });
  expect(unsaid).not.toHaveProperty("saleTypeId");
});

test("a survey that is for some kinds of sale is opened by no link of another", async () => {
  const portal = await openShop(({ surveys }) => {
    Object.assign(surveys?.[0] ?? {}, { saleTypeIds: ["take-away", "delivery"] });
  });
  const refused = await open(portal, "/survey/spring?sale=hall");
  expect(refused.page.status).toBe(404);
  expect(refused.page.words).toContain("This survey is over");
  await fillIn(await open(portal, "/survey/spring?sale=delivery"));
  // Which of the two nobody says.
  await fillIn(await open(portal, "/survey/spring"));
  const [delivered, unsaid] = answersOf(portal);
  expect(delivered).toMatchObject({ saleTypeId: "delivery" });
  expect(unsaid).not.toHaveProperty("saleTypeId");
});

test("what is for a single kind of sale is about it, wherever it is answered", async () => {
  const portal = await openShop(({ surveys }) => {
    Object.assign(surveys?.[0] ?? {}, { saleTypeIds: ["hall"] });
  });
  await fillIn(await signIn(portal));
  expect(answersOf(portal)).toMatchObject([{ by: "page", saleTypeId: "hall" }]);
});

test("a survey that is taken off a kind of sale while it lies open keeps no answer about it", async () => {
  const portal = await openShop();
  const browser = await open(portal, "/survey/spring?sale=hall");
  portal.change((settings) => {
    settings.surveys = [{ ...spring, version: 2, saleTypeIds: ["delivery"] }];
  });
  await answer(browser, { "q-stars": "5" });
  expect(browser.page.status).toBe(404);
  expect(answersOf(portal)).toEqual([]);
});

test.each(["sale=a%20b", `sale=${"x".repeat(65)}`, "sale=one&sale=two", "sale="])(
  "a link that names no kind of sale, such as %s, shows no broken page",
  async (query) => {
    const portal = await openShop();
    const browser = await open(portal, `/survey/spring?${query}`);
    expect(browser.page.status).toBe(404);
    expect(browser.page.html).not.toContain("q-stars");
  },
);

test("what is said of a sale goes before the only kind that a survey is for", () => {
  expect(isForSaleType({}, "hall")).toBe(true);
  expect(isForSaleType({ saleTypeIds: ["hall"] }, "delivery")).toBe(false);
  expect(isForSaleType({ saleTypeIds: ["hall"] }, null)).toBe(true);
  expect(chooseSaleType({}, null)).toBeNull();
  expect(chooseSaleType({ saleTypeIds: ["hall", "delivery"] }, null)).toBeNull();
  expect(chooseSaleType({ saleTypeIds: ["hall"] }, null)).toBe("hall");
  expect(chooseSaleType({ saleTypeIds: ["hall", "delivery"] }, "delivery")).toBe("delivery");
});
