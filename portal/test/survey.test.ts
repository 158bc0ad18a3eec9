import { startSession } from "@foyer/branch-store";
import { findSurveyFault, type Survey } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { type BrowserOptions, GUEST_IP, MAC, signedNas, type TestPortal } from "./open-portal.ts";
import { answer, answersOf, openShop, page, says, signIn, spring } from "./survey-shop.ts";

describe("a survey on a page", () => {
  test("MC-4.2 a guest who has answered the current survey sees another page than one who has not", async () => {
    const portal = await openShop();
    await signIn(portal);
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.words).toContain("Tell us");
    await answer(browser, { "q-stars": "5" });
    await answer(browser, { "q-more": "All good" });
    await browser.arrive();
    expect(browser.page.words).toContain("Thank you again");
    expect(browser.page.html).not.toContain("q-stars");
    const stranger = portal.browser({ mac: "02-AA-BB-CC-00-99" });
    await stranger.arrive();
    expect(stranger.page.words).toContain("Tell us");
    // Other questions are another survey: everybody may be asked anew.
    portal.change((settings) => {
      settings.surveys = [{ ...spring, id: "autumn" }];
      settings.pages = [page("Tell us", false), page("Thank you again", true)].map((each) => ({
        ...each,
        when: { ...each.when, survey: { ...each.when.survey, id: "autumn" } },
        blocks: [says(each.name), { kind: "survey", fields: { survey: "autumn" } }],
      }));
    });
    await browser.arrive();
    expect(browser.page.words).toContain("Tell us");
  });

  test("part of HM-6.9: a wording that changes on the way is asked anew, and told with the answer", async () => {
    const portal = await openShop();
    await signIn(portal);
    const browser = portal.browser();
    await browser.arrive();
    await answer(browser, { "q-stars": "2" });
    portal.change((settings) => {
      const [stars, bad, more] = structuredClone(spring.questions);
      if (!stars || bad?.kind !== "choice" || !more) throw new Error("other questions");
      bad.options.push({ id: "noise", label: { en: "The noise" } });
      settings.surveys = [{ ...spring, version: 2, questions: [stars, bad, more] }];
    });
    await answer(browser, { "q-bad": "seat", "q-more": "Too low" });
    expect(answersOf(portal)).toEqual([]);
    expect(browser.page.html).toMatch(/name="q-stars" value="2"[^>]* checked/);
    expect(browser.page.html).toMatch(/name="q-bad" value="seat"[^>]* checked/);
    expect(browser.page.html).toContain("Too low");
    expect(browser.page.words).toContain("The noise");
    await answer(browser, { "q-stars": "2", "q-bad": "noise" });
    const told = { surveyVersion: 2, ratings: { stars: 2 }, choices: { bad: ["noise"] } };
    expect(answersOf(portal)).toMatchObject([told]);
  });

  test("a survey that is taken off the branch while it lies open still lets its guest go online", async () => {
    const portal = await openShop();
    await signIn(portal);
    const browser = portal.browser();
    await browser.arrive();
    portal.change((settings) => {
      settings.surveys = [];
      settings.pages = [];
    });
    await answer(browser, { "q-stars": "2" });
    expect(browser.page.status).toBe(404);
    await browser.click("Go online");
    expect((await browser.post("/returning")).status).toBe(303);
    expect(answersOf(portal)).toEqual([]);
  });

  test("greets whom it does not ask, where the page is nothing else", async () => {
    const portal = await openShop((settings) => {
      for (const each of settings.pages) each.blocks = each.blocks.slice(1);
    });
    const newcomer = portal.browser();
    await newcomer.arrive();
    expect(newcomer.page.words).toContain("Welcome to Foyer Café Bến Thành");
    expect(newcomer.page.words).toContain("Your phone number is all we need");
    await signIn(portal);
    const known = portal.browser();
    await known.arrive();
    expect(known.page.words).toContain("How was your tea?");
    expect(known.page.html).not.toContain("<h1>");
  });

  test("HM-7.1 a bad rating opens its reasons, and a good one asks for none", async () => {
    const portal = await openShop();
    await signIn(portal);
    const browser = portal.browser();
    await browser.arrive();
    await answer(browser, { "q-stars": "1" });
    expect(browser.page.words).toContain("What was bad?");
    const pleased = await openShop();
    await signIn(pleased);
    const content = pleased.browser();
    await content.arrive();
    await answer(content, { "q-stars": "5" });
    expect(content.page.words).not.toContain("What was bad?");
  });

  test("HM-7.2 paths of any depth are walked, only the questions shown are needed, and a loop is refused", async () => {
    const choice = (id: string, asks: string, from: string, by: string[]) => ({
      ...{ kind: "choice" as const, id, label: { en: asks }, required: true, many: false },
      options: ["yes", "no"].map((each) => ({ id: each, label: { en: `${id} ${each}` } })),
      onlyAfter: { questionId: from, answers: by },
    });
    const DEPTH = 12;
    const deep: Survey = {
      ...spring,
      questions: [
        { kind: "rating", id: "stars", label: { en: "Your stars" }, required: true },
        choice("d1", "Depth 1?", "stars", ["1"]),
        ...Array.from({ length: DEPTH - 1 }, (_, index) =>
          choice(`d${index + 2}`, `Depth ${index + 2}?`, `d${index + 1}`, ["yes"]),
        ),
      ],
    };
    const portal = await openShop((settings) => {
      settings.surveys = [deep];
    });
    await signIn(portal);
    const browser = portal.browser();
    await browser.arrive();
    await answer(browser, { "q-stars": "1" });
    for (let depth = 1; depth < DEPTH; depth += 1) {
      expect(browser.page.words).toContain(`Depth ${depth}?`);
      expect(browser.page.html).not.toContain("<script");
      // The last but one ends the path: what stands deeper is never asked, and never missed.
      await answer(browser, { [`q-d${depth}`]: depth === DEPTH - 1 ? "no" : "yes" });
    }
    expect(browser.page.words).toContain("Your next tea tastes better.");
    const [told] = answersOf(portal);
    expect(Object.keys(told?.choices ?? {})).toHaveLength(DEPTH - 1);
    expect(told?.choices).not.toHaveProperty(`d${DEPTH}`);
    const [stars, first, second] = deep.questions;
    if (!stars || !first || !second) throw new Error("other questions");
    const onlyAfter = { questionId: "d2", answers: ["yes"] };
    for (const questions of [
      [stars, { ...first, onlyAfter }, second],
      [stars, { ...first, onlyAfter: { questionId: "d1", answers: ["yes"] } }],
    ])
      expect(findSurveyFault([{ ...deep, questions }], ["en"])).toMatch(/is no question above it/);
  });

  test("goes on by its answers without a script, and tells all of it once, of this guest", async () => {
    const portal = await openShop();
    await signIn(portal);
    const browser = portal.browser();
    await browser.arrive();
    await answer(browser, { "q-stars": "2" });
    expect(browser.page.words).toContain("What was bad?");
    expect(browser.page.html).not.toContain("<script");
    await answer(browser, { "q-more": "Cold & late <b>" });
    expect(browser.page.status).toBe(422);
    expect(browser.page.words).toContain("Please answer this one.");
    expect(browser.page.html).toContain("Cold &amp; late &lt;b&gt;");
    expect(answersOf(portal)).toEqual([]);
    await answer(browser, { "q-bad": "seat", "q-more": "Cold & late <b>" });
    expect(browser.page.words).toContain("Your next tea tastes better.");
    const [guest] = portal.events("guest.verified");
    expect(answersOf(portal)).toMatchObject([
      {
        ...{ surveyId: "spring", guestId: guest?.payload.guestId, nasId: signedNas.id },
        ...{ by: "page", place: null, language: "en" },
        ...{
          ratings: { stars: 2 },
          choices: { bad: ["seat"] },
          texts: { more: "Cold & late <b>" },
        },
      },
    ]);
    await browser.click("Go online");
    expect(browser.page.words).toContain("Thank you again");
    expect((await browser.post("/returning")).status).toBe(303);
  });

  test("sent twice, or from two pages that lay open, is kept once", async () => {
    const portal = await openShop();
    await signIn(portal);
    const [one, other] = [portal.browser(), portal.browser()];
    for (const browser of [one, other]) {
      await browser.arrive();
      await answer(browser, { "q-stars": "5" });
    }
    const s = /name="s" value="([^"]+)"/.exec(one.page.html)?.[1] ?? "";
    const posts = await Promise.all([1, 2, 3].map(() => one.post("/survey", { s })));
    expect(posts.map((each) => each.status)).toEqual([200, 200, 200]);
    await answer(other, {});
    expect(other.page.words).toContain("You've answered already");
    expect(answersOf(portal)).toHaveLength(1);
  });

  test("is not asked of somebody nobody knows before access, and of the same guest once they are online", async () => {
    const portal = await openShop();
    const stranger = portal.browser();
    await stranger.arrive();
    expect(stranger.page.words).toContain("Tell us");
    expect(stranger.page.html).not.toContain("q-stars");
    const online = await signIn(portal);
    expect(online.page.words).toContain("You're online, Lan");
    await answer(online, { "q-stars": "4" });
    await answer(online, {});
    await online.click("Back");
    expect(online.page.words).toContain("You're online, Lan");
    expect(online.page.html).not.toContain("q-stars");
    expect(answersOf(portal)).toMatchObject([{ by: "page", ratings: { stars: 4 }, texts: {} }]);
  });

  test("whose answer cannot be kept tells nothing, and can be sent again", async () => {
    const portal = await openShop();
    await signIn(portal);
    const browser = portal.browser();
    await browser.arrive();
    await answer(browser, { "q-stars": "5" });
    const s = /name="s" value="([^"]+)"/.exec(browser.page.html)?.[1] ?? "";
    const rename = (from: string, to: string) =>
      portal.store.transaction((tx) => tx.sql(`alter table ${from} rename to ${to}`).run());
    rename("outbox", "gone");
    expect((await browser.post("/survey", { s })).status).toBe(500);
    rename("gone", "outbox");
    expect((await browser.post("/survey", { s })).words).toContain("Your next tea");
    expect(answersOf(portal)).toHaveLength(1);
  });

  test("that is no survey any more, or a form nobody gave, is said in words", async () => {
    const portal = await openShop();
    await signIn(portal);
    const browser = portal.browser();
    await browser.arrive();
    const html = browser.page.html;
    const s = /name="s" value="([^"]+)"/.exec(html)?.[1] ?? "";
    const c = /name="c" value="([^"]+)"/.exec(html)?.[1] ?? "";
    // A page's context is no survey's, and the other way round.
    expect((await browser.post("/survey", { s: c })).status).toBe(403);
    expect((await browser.post("/returning", { c: s })).status).toBe(403);
    expect((await browser.post("/survey", { s: "made-up" })).status).toBe(403);
    const elsewhere = portal.browser({ ip: "10.10.0.93" });
    await elsewhere.arrive();
    expect((await elsewhere.post("/survey", { s })).status).toBe(403);
    portal.change((settings) => {
      settings.surveys = [];
      settings.pages = [];
    });
    expect((await browser.post("/survey", { s })).words).toContain("This survey is over");
    portal.pass(31 * 60);
    expect((await browser.post("/survey", { s })).status).toBe(403);
  });

  test("has its title, its questions and its buttons in the guest's language", async () => {
    const portal = await openShop(({ surveys }) => {
      Object.assign(surveys?.[0] ?? {}, { title: { en: "Tea?", fa: "چای چطور بود؟" } });
    });
    await signIn(portal);
    const browser = portal.browser();
    await browser.arrive();
    await answer(browser, { "q-stars": "1" });
    await browser.click("فارسی");
    expect(browser.page.html).toContain('<html lang="fa" dir="rtl">');
    expect(browser.page.words).toContain("چای چطور بود؟");
    expect(browser.page.words).toContain("The seat");
    await answer(browser, { "q-bad": "tea" });
    expect(browser.page.words).toContain("سپاسگزاریم");
    expect(answersOf(portal)).toMatchObject([{ language: "fa" }]);
  });
});

describe("a survey's link", () => {
  const open = async (
    portal: TestPortal,
    options: BrowserOptions = {},
    url = "/survey/spring/table-5",
  ) => {
    const browser = portal.browser(options);
    await browser.open(url);
    return browser;
  };

  test("part of MC-3.6: opens the survey of the table at once, without the Wi-Fi's way in", async () => {
    const portal = await openShop();
    const browser = await open(portal, { ip: "10.10.0.200" });
    expect(browser.page.words).toContain("How was your tea?");
    await answer(browser, { "q-stars": "4" });
    expect(browser.page.words).toContain("Your next tea tastes better.");
    expect(answersOf(portal)).toMatchObject([
      { ...{ by: "link", place: "table-5", guestId: null, deviceId: null, nasId: null } },
    ]);
    expect(portal.events("device.seen")).toEqual([]);
    await answer(await open(portal, {}, "/survey/spring"), { "q-stars": "3" });
    expect(answersOf(portal)[1]).toMatchObject({ place: null });
  });

  test("part of MC-3.6: ties the answer to the guest whose browser kept its token", async () => {
    const portal = await openShop();
    const browser = await signIn(portal, { keepsCookies: true });
    await browser.open("/survey/spring/table-5");
    await answer(browser, { "q-stars": "5" });
    const [guest] = portal.events("guest.verified");
    expect(answersOf(portal)).toMatchObject([{ by: "link", guestId: guest?.payload.guestId }]);
    await browser.open("/survey/spring/table-6");
    expect(browser.page.words).toContain("You've answered already");
    await browser.arrive();
    expect(browser.page.words).toContain("Thank you again");
  });

  test("part of MC-3.6: ties it to the guest whose MAC the box sees, or whose session RADIUS told of", async () => {
    const portal = await openShop();
    await signIn(portal);
    const [guest] = portal.events("guest.verified");
    portal.store.transaction((tx) =>
      startSession(tx, {
        ...{ nasId: signedNas.id, acctSessionId: "1", mac: MAC, at: tx.now, ip: GUEST_IP },
      }),
    );
    const other = await open(portal, { ip: "10.10.0.200" });
    await answer(other, { "q-stars": "1", "q-bad": "tea" });
    const browser = await open(portal);
    await answer(browser, { "q-stars": "5" });
    expect(answersOf(portal).at(-1)?.guestId).toBe(guest?.payload.guestId);
  });

  test("to what is no survey of the branch says so, and never shows a broken page", async () => {
    const portal = await openShop();
    for (const url of [
      "/survey/autumn",
      "/survey/spring/a%20b",
      `/survey/spring/${"x".repeat(65)}`,
    ])
      expect((await open(portal, {}, url)).page.status, url).toBe(404);
    expect((await open(portal, {}, "/survey")).page.status).toBe(403);
  });
});
