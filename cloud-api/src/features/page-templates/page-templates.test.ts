import {
  listBlockFaults,
  PAGE_PICTURE_BYTES_MAX,
  renderBlocks,
  weighPictures,
} from "@foyer/blocks";
import { findPageWhenFault, type Language, PageSettings } from "@foyer/contract";
import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import sampleSurvey from "./sample-survey.json" with { type: "json" };
import type { TemplateReply } from "./schema.ts";
import { findTemplate, listTemplates } from "./templates.ts";

const NOW = new Date("2026-11-27T02:00:00Z");
const LANGUAGES: readonly Language[] = ["vi", "en", "fa"];
/** A quarter of what a page may weigh: a first page is there at once. */
const BYTES_MAX = PAGE_PICTURE_BYTES_MAX / 4;

const GUEST = "Thảo Nguyên";
const withoutPictures = (html: string) => html.replaceAll(/src(set)?="[^"]+"/g, "");

const templates = listTemplates(NOW);
const asPage = ({ name, content }: TemplateReply) => ({
  ...{ id: "01990000-0000-7000-8000-000000000001", version: 1, name: name.en },
  ...content,
});
/** A template cannot know which surveys there are. */
const blocksOf = ({ content }: TemplateReply) =>
  content.blocks.map((block) =>
    block.kind === "survey" ? { ...block, fields: { survey: "sample" } } : block,
  );
const draw = (
  template: TemplateReply,
  language: Language,
  guest: { guestName: string | null; visitNumber: number | null },
) =>
  renderBlocks(blocksOf(template), {
    ...{ language, languages: LANGUAGES, branchName: "Quán Gió", ...guest },
    ...{ now: NOW, timeZone: "Asia/Ho_Chi_Minh", stage: "before" },
    findSurvey: () => ({ survey: sampleSurvey as never, action: "/survey", sealed: "" }),
  });

test("there is one for each of the usual cases", () => {
  expect(templates.map(({ id }) => id)).toEqual([
    ...["first-visit", "welcome-back", "birthday", "happy-hour", "survey", "tet"],
  ]);
});

test("the new year's leaves the list when its years are used up, and the others stay", () => {
  const late = listTemplates(new Date("2040-01-01T00:00:00Z"));
  expect(late.map(({ id }) => id)).not.toContain("tet");
  expect(late).toHaveLength(5);
  expect(findTemplate("tet", new Date("2040-01-01T00:00:00Z"))).toBeNull();
});

describe.each(templates)("the template $id", (template) => {
  test("is a page by the contract, for guests there can be", () => {
    const page = asPage(template);
    expect(Value.Check(PageSettings, page)).toBe(true);
    const fault = findPageWhenFault([page], { languages: LANGUAGES, surveyIds: new Set() });
    expect(fault).toBeNull();
  });

  test("has no fault but a survey that is still to be chosen, and is light", () => {
    expect(listBlockFaults(blocksOf(template))).toEqual([]);
    const open = listBlockFaults(template.content.blocks).map(({ kind }) => kind);
    expect(open).toEqual(template.id === "survey" ? ["survey"] : []);
    expect(weighPictures(template.content.blocks)).toBeLessThan(BYTES_MAX);
  });

  test.each(LANGUAGES)("says everything in %s, to somebody known and to a stranger", (language) => {
    const regular = draw(template, language, { guestName: GUEST, visitNumber: 5 });
    const stranger = draw(template, language, { guestName: null, visitNumber: null });
    for (const { html, faults } of [regular, stranger]) {
      expect(faults).toEqual([]);
      // Nothing fell back to another language, and no place was left unfilled.
      expect(html).not.toMatch(/ lang="/);
      expect(withoutPictures(html)).not.toMatch(/[{}]/);
      expect(html).toMatch(/<h1>[^<]{4,}<\/h1>/);
      expect(html).toMatch(/<source type="image\/webp" srcset="data:image\/webp;base64,[^"]+">/);
      expect(html).toMatch(/src="data:image\/jpeg;base64,[^"]+" alt="[^"]{10,}">/);
    }
    const namesThem = JSON.stringify(template.content).includes("{name}");
    expect(withoutPictures(regular.html).includes(GUEST)).toBe(namesThem);
    expect(withoutPictures(stranger.html)).not.toContain(GUEST);
  });
});
