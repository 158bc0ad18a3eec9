import type { Survey } from "@foyer/contract";
import { expect, test } from "vitest";
import { openShop, spring } from "./survey-shop.ts";

const PERSIAN = "چند ستاره می‌دهید؟";

const worded = (label: Survey["title"]): Survey[] => [
  { ...spring, questions: [{ kind: "rating", id: "stars", label, required: true }] },
];

test("a guest who reads Persian is asked in Persian, from right to left", async () => {
  const portal = await openShop((settings) => {
    settings.surveys = worded({ vi: "Mấy sao?", en: "Your stars", fa: PERSIAN });
  });
  const browser = portal.browser({ language: "fa" });
  await browser.open("/survey/spring");
  expect(browser.page.html).toContain('<html lang="fa" dir="rtl">');
  expect(browser.page.words).toContain(PERSIAN);
  expect(browser.page.words).not.toContain("Your stars");
});

test.each([
  { fa: undefined, why: "is not written" },
  { fa: "", why: "was emptied" },
  { fa: "  ", why: "is of spaces alone" },
])(
  "a question whose Persian $why is asked in the branch's first language that has words",
  async ({ fa }) => {
    const portal = await openShop((settings) => {
      settings.branch.languages = ["fa", "vi", "en"];
      settings.surveys = worded({
        en: "Your stars",
        vi: "Mấy sao?",
        ...(fa === undefined ? {} : { fa }),
      });
    });
    const browser = portal.browser({ language: "fa" });
    await browser.open("/survey/spring");
    expect(browser.page.words).toContain("Mấy sao?");
    expect(browser.page.words).not.toContain("Your stars");
  },
);
