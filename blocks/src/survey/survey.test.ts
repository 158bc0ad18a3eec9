import type { Survey } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { MARKUP, stranger } from "../../test/context.ts";
import { dropUnasked, listAsked, NO_ANSWERS, readAnswers } from "./answers.ts";
import { survey as block, renderQuestions } from "./index.ts";
import { SURVEY_STYLE } from "./style.ts";

const spring: Survey = {
  id: "spring",
  title: { en: "How was it?" },
  questions: [
    { kind: "rating", id: "stars", label: { en: "Your stars" }, required: true },
    {
      ...{ kind: "choice", id: "bad", label: { en: "What was bad?" }, required: true, many: true },
      options: ["tea", "seat", "wait"].map((id) => ({ id, label: { en: `The ${id}` } })),
      onlyAfter: { questionId: "stars", answers: ["1", "2"] },
    },
    {
      ...{ kind: "text", id: "seat", label: { en: "Which seat?" }, required: false },
      onlyAfter: { questionId: "bad", answers: ["seat"] },
    },
    { kind: "text", id: "more", label: { en: "Anything else?" }, required: false },
  ],
};
const idsOf = (answers: Partial<typeof NO_ANSWERS>) =>
  listAsked(spring, { ...NO_ANSWERS, ...answers }).map(({ id }) => id);
const read = (form: Record<string, unknown>, before = NO_ANSWERS) =>
  readAnswers(spring.questions, form, before);

describe("which questions are asked", () => {
  test("a follow-up is asked of those whose answer leads to it, and theirs in turn", () => {
    expect(idsOf({})).toEqual(["stars", "more"]);
    expect(idsOf({ ratings: { stars: 4 } })).toEqual(["stars", "more"]);
    expect(idsOf({ ratings: { stars: 2 } })).toEqual(["stars", "bad", "more"]);
    const choices = { bad: ["wait", "seat"] };
    expect(idsOf({ ratings: { stars: 2 }, choices })).toEqual(["stars", "bad", "seat", "more"]);
  });

  test("what was answered on a way that is left behind goes with it", () => {
    const answers = {
      ratings: { stars: 5 },
      choices: { bad: ["seat"] },
      texts: { seat: "3", more: "x" },
    };
    expect(dropUnasked(spring, answers)).toEqual({
      ...{ ratings: { stars: 5 }, choices: {}, texts: { more: "x" } },
    });
  });
});

describe("what a form answers", () => {
  test("a rating, some of the options and a text are read, on top of those from before", () => {
    const before = { ...NO_ANSWERS, texts: { other: "kept" } };
    const form = {
      "q-stars": "2",
      "q-bad": ["wait", "tea"],
      "q-seat": " by the door \u202e",
      x: "y",
    };
    expect(read(form, before)).toEqual({
      answers: {
        ratings: { stars: 2 },
        choices: { bad: ["tea", "wait"] },
        texts: { other: "kept", seat: "by the door " },
      },
      faults: {},
    });
  });

  test("what has to be answered and is not, and what nobody offered, are faults", () => {
    expect(read({}).faults).toEqual({ stars: "missing", bad: "missing" });
    for (const stars of ["0", "6", "2.5", "x"])
      expect(read({ "q-stars": stars, "q-bad": "tea" }).faults).toEqual({ stars: "unknown" });
    expect(read({ "q-stars": "1", "q-bad": ["tea", "<b>"] }).faults).toEqual({ bad: "unknown" });
  });

  test("one of the options is one", () => {
    const [, choice] = spring.questions;
    if (choice?.kind !== "choice") throw new Error("the second is a choice");
    const one = { ...choice, many: false };
    expect(readAnswers([one], { "q-bad": ["tea", "seat"] }, NO_ANSWERS).faults).toEqual({
      bad: "unknown",
    });
    expect(readAnswers([one], { "q-bad": "tea" }, NO_ANSWERS).answers.choices).toEqual({
      bad: ["tea"],
    });
  });

  test("a text is kept as long as it may be, whole characters only", () => {
    const { answers } = read({ "q-stars": "5", "q-more": "😀".repeat(900) });
    expect(answers.texts.more).toBe("😀".repeat(500));
  });
});

describe("the block", () => {
  const form = { survey: spring, action: "/survey", sealed: "sealed+text" };
  const asking = { ...stranger, findSurvey: (id: string) => (id === "spring" ? form : null) };

  test("begins with the first question, which one tap answers", () => {
    const html = block.render({ survey: "spring" }, asking);
    expect(html).toContain(`<form method="post" action="/survey">`);
    expect(html).toContain(`name="s" value="sealed+text"`);
    expect(html.match(/<button name="q-stars" value="[1-5]"/g)).toHaveLength(5);
  });

  test("in Persian shows Persian digits and sends the same", () => {
    const html = block.render({ survey: "spring" }, { ...asking, language: "fa" });
    expect(html).toContain(`value="5" aria-label="۵ از ۵">۵</button>`);
  });

  test("begins with a button where the first question takes more than a tap", () => {
    const own = { ...form, survey: { ...spring, questions: spring.questions.slice(3) } };
    const html = block.render({ survey: "spring" }, { ...stranger, findSurvey: () => own });
    expect(html).toContain("Answer a few questions");
    expect(html).not.toContain("q-more");
  });

  test("is not there for whom it is not to be asked", () => {
    expect(block.render({ survey: "autumn" }, asking)).toBe("");
  });

  test.each([{}, { survey: 7 }, { survey: "a b" }])("refuses %j", (value) => {
    expect(block.readFields(value).kind).toBe("invalid");
  });
});

test("the questions of a step keep what was answered, and say what is missing", () => {
  const answers = { ratings: { stars: 2 }, choices: { bad: ["seat"] }, texts: { more: MARKUP } };
  const html = renderQuestions(spring.questions, { answers, faults: { bad: "missing" } }, stranger);
  expect(html).toMatch(/name="q-stars" value="2"[^>]* checked/);
  expect(html).toMatch(/type="checkbox" name="q-bad" value="seat" checked/);
  expect(html).toContain(`id="q-bad-fault" role="alert">Please answer this one.`);
  expect(html).toContain("&lt;script&gt;");
  expect(html).not.toContain("<script");
});

test("its style stands in HTML as it is", () => {
  expect(SURVEY_STYLE).not.toMatch(/[<>&"']/);
});
