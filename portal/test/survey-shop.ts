import { randomUUID } from "node:crypto";
import type { BranchSettings, Survey } from "@foyer/contract";
import {
  type Browser,
  type BrowserOptions,
  openTestPortal,
  readCode,
  type TestPortal,
} from "./open-portal.ts";

export const spring: Survey = {
  id: "spring",
  title: { en: "How was your tea?" },
  thanks: { en: "Your next tea tastes better." },
  questions: [
    { kind: "rating", id: "stars", label: { en: "Your stars" }, required: true },
    {
      ...{ kind: "choice", id: "bad", label: { en: "What was bad?" }, required: true, many: true },
      options: ["tea", "seat"].map((id) => ({ id, label: { en: `The ${id}` } })),
      onlyAfter: { questionId: "stars", answers: ["1", "2"] },
    },
    { kind: "text", id: "more", label: { en: "Anything else?" }, required: false },
  ],
};
export const says = (words: string) => ({ kind: "welcome", fields: { heading: { en: words } } });
const asks = { kind: "survey", fields: { survey: "spring" } };
export const page = (name: string, answered: boolean) => ({
  ...{ id: randomUUID(), name, version: 1, blocks: [says(name), asks] },
  when: { guests: "any" as const, visitNumbers: [], survey: { id: "spring", answered } },
});

export const openShop = (change: (settings: BranchSettings) => void = () => {}) =>
  openTestPortal({
    settings: (settings) => {
      settings.branch.languages = ["en", "vi", "fa"];
      settings.surveys = [structuredClone(spring)];
      settings.pages = [page("Tell us", false), page("Thank you again", true)];
      change(settings);
    },
  });

export async function signIn(portal: TestPortal, options: BrowserOptions = {}): Promise<Browser> {
  const browser = portal.browser(options);
  await browser.arrive();
  await browser.askForCode("0912345678");
  await browser.submit("/code", { code: await readCode(portal) });
  const { location } = await browser.post("/details", { name: "Lan" });
  const landing = new URL(location ?? "").searchParams.get("userurl") ?? "";
  await browser.open(landing.replace(/^http:\/\/[^/]+/, ""));
  return browser;
}

/** Sends the form of the survey that is on the page. */
export const answer = (browser: Browser, fields: Record<string, string>) => {
  const s = /name="s" value="([^"]+)"/.exec(browser.page.html)?.[1] ?? "";
  return browser.submit("/survey", { s, ...fields });
};
export const answersOf = (portal: TestPortal) =>
  portal.events("survey.answered").map((each) => each.payload);
