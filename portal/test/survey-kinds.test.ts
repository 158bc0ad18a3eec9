import { expect, test } from "vitest";
import { answer, answersOf, openShop, signIn, spring } from "./survey-shop.ts";

test("HM-6.3 choices, texts, numbers from 0 to 10 and days are asked, and told as they were given", async () => {
  const portal = await openShop((settings) => {
    const asked = (id: string) => ({ id, label: { en: `The ${id}` }, required: true });
    const options = ["tea", "cake"].map((id) => ({ id, label: { en: `Some ${id}` } }));
    settings.surveys = [
      {
        ...spring,
        questions: [
          { kind: "scale", ...asked("likely") },
          { kind: "choice", ...asked("wish"), many: true, options },
          { kind: "date", ...asked("again") },
          { kind: "text", ...asked("why") },
        ],
      },
    ];
  });
  await signIn(portal);
  const browser = portal.browser();
  await browser.arrive();
  await answer(browser, { "q-likely": "0" });
  const given = { "q-wish": "cake", "q-why": "A quiet corner" };
  await answer(browser, { ...given, "q-again": "31/2/2028" });
  expect(browser.page.status).toBe(422);
  expect(browser.page.words).toContain("There is no such day.");
  expect(answersOf(portal)).toEqual([]);
  await answer(browser, { ...given, "q-again": "1/3/2028" });
  expect(answersOf(portal)).toMatchObject([
    {
      ...{ scales: { likely: 0 }, choices: { wish: ["cake"] }, dates: { again: "2028-03-01" } },
      ...{ ratings: {}, texts: { why: "A quiet corner" } },
    },
  ]);
});
