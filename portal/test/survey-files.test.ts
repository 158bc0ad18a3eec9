import { createHash } from "node:crypto";
import { startSession } from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import { expect, test } from "vitest";
import { GUEST_IP, MAC, signedNas } from "./open-portal.ts";
import { answer, answersOf, openShop, signIn, spring } from "./survey-shop.ts";

const URL_OF_FILES = "https://cloud.example/survey-files/company";
const asksForFiles = (settings: BranchSettings) => {
  const photo = { id: "photo", label: { en: "Show us" }, takesPdf: false };
  const [stars] = structuredClone(spring.questions);
  if (!stars) throw new Error("The survey asks for stars.");
  settings.surveys = [
    { ...spring, questions: [stars], files: [{ ...photo, filesMax: 1, megabytesMax: 8 }] },
  ];
  settings.surveyFilesUrl = URL_OF_FILES;
};
const linkOn = (html: string) => new RegExp(`${URL_OF_FILES}/([\\w-]+)`).exec(html)?.[1];

test("part of HM-7.3: files are not asked for on a page of the box, which leads to that of the cloud", async () => {
  const portal = await openShop(asksForFiles);
  const browser = portal.browser();
  await browser.open("/survey/spring");
  expect(browser.page.words).not.toContain("Show us");
  await answer(browser, { "q-stars": "2" });
  expect(browser.page.words).toContain("Send us a picture or file");
  const key = linkOn(browser.page.html) ?? "";
  expect(key).toMatch(/^[\w-]{32}$/);
  // What is told of the key opens nothing: nobody but whoever answered has it.
  const hash = createHash("sha256").update(key).digest("base64url");
  expect(answersOf(portal)).toMatchObject([{ filesKeyHash: hash }]);
  expect(JSON.stringify(portal.events("survey.answered"))).not.toContain(key);
});

test("each answer has a key of its own, and whoever has answered before gets none", async () => {
  const portal = await openShop(asksForFiles);
  await signIn(portal);
  portal.store.transaction((tx) =>
    startSession(tx, {
      ...{ nasId: signedNas.id, acctSessionId: "1", mac: MAC, at: tx.now, ip: GUEST_IP },
    }),
  );
  const browser = portal.browser();
  await browser.open("/survey/spring");
  await answer(browser, { "q-stars": "5" });
  const key = linkOn(browser.page.html);
  await browser.open("/survey/spring");
  expect(browser.page.words).toContain("You've answered already");
  expect(linkOn(browser.page.html)).toBeUndefined();
  const other = portal.browser({ mac: "02-AA-BB-CC-00-99", ip: "10.10.0.200" });
  await other.open("/survey/spring");
  await answer(other, { "q-stars": "1" });
  expect(linkOn(other.page.html)).toMatch(/^[\w-]{32}$/);
  expect(linkOn(other.page.html)).not.toBe(key);
});

test("whoever answers on the way online is offered the page once they are, and not before", async () => {
  const portal = await openShop(asksForFiles);
  await signIn(portal);
  const browser = portal.browser();
  await browser.arrive();
  await answer(browser, { "q-stars": "2" });
  expect(browser.page.words).toContain("Thank you");
  expect(linkOn(browser.page.html)).toBeUndefined();
  await browser.click("Go online");
  expect(linkOn(browser.page.html)).toBeUndefined();
  const { location } = await browser.post("/returning");
  const way = new URL(location ?? "").searchParams.get("userurl") ?? "";
  await browser.open(way.replace(/^http:\/\/[^/]+/, ""));
  expect(browser.page.words).toContain("You're online");
  const key = linkOn(browser.page.html) ?? "";
  const hash = createHash("sha256").update(key).digest("base64url");
  expect(answersOf(portal)).toMatchObject([{ filesKeyHash: hash }]);
});

test("where the cloud told of no page, none is offered", async () => {
  const portal = await openShop((settings) => {
    asksForFiles(settings);
    delete settings.surveyFilesUrl;
  });
  const guest = portal.browser();
  await guest.open("/survey/spring");
  await answer(guest, { "q-stars": "2" });
  expect(guest.page.words).toContain("Thank you");
  expect(guest.page.words).not.toContain("Send us a picture");
});
