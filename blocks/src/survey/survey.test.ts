import { dropUnasked, listAsked, NO_ANSWERS, type Survey } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { MARKUP, stranger } from "../../test/context.ts";
import { readAnswers } from "./answers.ts";
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
      ...NO_ANSWERS,
      ratings: { stars: 5 },
      choices: { bad: ["seat"] },
      texts: { seat: "3", more: "x" },
    };
    expect(dropUnasked(spring, answers)).toEqual({
      ...{ ...NO_ANSWERS, ratings: { stars: 5 }, texts: { more: "x" } },
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
        ...NO_ANSWERS,
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

describe("numbers from 0 to 10, and days", () => {
  const question = (kind: "scale" | "date", id: string, required = true) => ({
    ...{ kind, id, label: { en: `The ${id}` }, required },
  });
  const nps: Survey = {
    ...{ id: "nps", title: { en: "Would you recommend us?" } },
    questions: [
      question("scale", "likely"),
      { ...question("scale", "why"), onlyAfter: { questionId: "likely", answers: ["0", "6"] } },
      question("date", "came", false),
    ],
  };
  const readNps = (form: Record<string, unknown>) => readAnswers(nps.questions, form, NO_ANSWERS);

  test("0 is an answer, 11 is none, and a follow-up is asked after the number that leads to it", () => {
    const { answers, faults } = readNps({ "q-likely": "0", "q-why": "10" });
    expect(faults).toEqual({});
    expect(answers.scales).toEqual({ likely: 0, why: 10 });
    expect(listAsked(nps, answers).map(({ id }) => id)).toEqual(["likely", "why", "came"]);
    const content = { ...answers, scales: { likely: 9, why: 3 } };
    expect(dropUnasked(nps, content).scales).toEqual({ likely: 9 });
    for (const likely of ["11", "-1", "00", "5.5", "five"])
      expect(readNps({ "q-likely": likely, "q-why": "1" }).faults).toEqual({ likely: "unknown" });
  });

  test("a day is read as a date field sends it and as people type it, and one that is none is asked again", () => {
    const day = (came: string) => readNps({ "q-likely": "1", "q-why": "1", "q-came": came });
    for (const typed of ["2028-02-29", "29/2/2028", "29.02.2028"])
      expect(day(typed).answers.dates).toEqual({ came: "2028-02-29" });
    for (const typed of ["2027-02-29", "30/2/2028", "yesterday", "2028-2-9"])
      expect(day(typed).faults).toEqual({ came: "no-day" });
    expect(day("").faults).toEqual({});
  });

  test("the first number is one tap on the page, in eleven buttons between its two ends", () => {
    const asking = { survey: nps, action: "/survey", sealed: "s" };
    const html = block.render({ survey: "nps" }, { ...stranger, findSurvey: () => asking });
    expect(html.match(/<button name="q-likely" value="\d+"/g)).toHaveLength(11);
    expect(html).toContain(`value="0" aria-label="0 of 10"`);
    expect(html).toContain("<span>Not at all</span><span>Certainly</span>");
  });

  test("a step keeps the number and the day, and says that there is no such day", () => {
    const answers = { ...NO_ANSWERS, scales: { likely: 0 }, dates: { came: "2028-02-29" } };
    const state = { answers, faults: { came: "no-day" as const } };
    const html = renderQuestions(nps.questions, state, stranger);
    expect(html).toMatch(/name="q-likely" value="0"[^>]* checked/);
    expect(html).toMatch(/type="date" id="q-came" name="q-came" value="2028-02-29" aria-invalid/);
    expect(html).toContain("There is no such day.");
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
    expect(html).toContain(`value="5" aria-label="۵ از ۵"><i aria-hidden="true">★</i>۵</button>`);
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
  const given = { ratings: { stars: 2 }, choices: { bad: ["seat"] }, texts: { more: MARKUP } };
  const answers = { ...NO_ANSWERS, ...given };
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

// The sheet of every page takes the browser's own look from fields, and with it the mark of a choice.
test("what is chosen is seen: its field keeps the browser's mark", () => {
  expect(SURVEY_STYLE).toMatch(/\.rate \.star input\{-webkit-appearance:auto;appearance:auto\}/);
});
