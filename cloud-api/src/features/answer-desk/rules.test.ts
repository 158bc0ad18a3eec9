import type { Survey } from "@foyer/contract";
import { expect, test } from "vitest";
import {
  answerQuestion,
  checkAnswers,
  chooseLocal,
  findFileFault,
  NO_ANSWERS,
  readTakenAt,
} from "./rules.ts";

const label = { vi: "?" };
const options = ["cold", "slow"].map((id) => ({ id, label }));
const survey: Pick<Survey, "questions"> = {
  questions: [
    { kind: "rating", id: "food", label, required: true },
    {
      ...{ kind: "choice", id: "bad", label, required: true, many: true, options },
      onlyAfter: { questionId: "food", answers: ["1", "2"] },
    },
    { kind: "date", id: "came", label, required: false },
  ],
};
const [food, bad, came] = survey.questions;
if (!food || !bad || !came) throw new Error("other questions");

test("what a device tells is kept as the survey lets it be, without what nobody is asked", () => {
  const low = { ...NO_ANSWERS, ratings: { food: 1, other: 3 }, choices: { bad: ["slow"] } };
  expect(checkAnswers(survey, low)).toEqual({
    answers: { ...NO_ANSWERS, ratings: { food: 1 }, choices: { bad: ["slow"] } },
    faults: {},
  });
  const high = { ...low, ratings: { food: 5 } };
  expect(checkAnswers(survey, high).answers.choices).toEqual({});
});

test("what has to be answered and is not, and what cannot be, is named", () => {
  const faultsOf = (given: Partial<typeof NO_ANSWERS>) =>
    checkAnswers(survey, { ...NO_ANSWERS, ...given }).faults;
  expect(faultsOf({})).toEqual({ food: "missing" });
  expect(faultsOf({ ratings: { food: 1 } })).toEqual({ bad: "missing" });
  expect(faultsOf({ ratings: { food: 7 } })).toEqual({ food: "unknown" });
  expect(faultsOf({ ratings: { food: 1, bad: 2 } })).toEqual({ bad: "unknown" });
  expect(faultsOf({ ratings: { food: 5 }, dates: { came: "2027-02-29" } })).toEqual({
    came: "no-day",
  });
});

test("an answer takes away what the one before led to, and nothing given is no answer", () => {
  const low = answerQuestion(survey, NO_ANSWERS, { question: food, values: ["1"] });
  const why = answerQuestion(survey, low, { question: bad, values: ["cold", "slow"] });
  expect(why.choices).toEqual({ bad: ["cold", "slow"] });
  const high = answerQuestion(survey, why, { question: food, values: ["5"] });
  expect(high).toEqual({ ...NO_ANSWERS, ratings: { food: 5 } });
  expect(answerQuestion(survey, high, { question: food, values: [] })).toEqual(NO_ANSWERS);
  const day = answerQuestion(survey, high, { question: came, values: ["2026-03-01"] });
  expect(day.dates).toEqual({ came: "2026-03-01" });
});

test("a clock that is ahead tells of now, and what lay on a device for too long is refused", () => {
  const now = new Date("2026-03-31T00:00:00Z");
  const read = (iso: string) => readTakenAt(new Date(iso), now);
  expect(read("2026-04-01T00:00:00Z")).toEqual({ kind: "at", at: now });
  expect(read("2026-03-01T00:00:00Z")).toEqual({ kind: "at", at: new Date("2026-03-01") });
  expect(read("2026-02-28T23:59:59Z")).toEqual({ kind: "too-old" });
});

test("words come in the first language that has some", () => {
  expect(chooseLocal({ vi: "Trà", en: " " }, ["en", "vi"])).toBe("Trà");
  expect(chooseLocal(undefined, ["en"])).toBe("");
});

const bytesOf = (text: string) => Uint8Array.from(text, (each) => each.charCodeAt(0));
const PHOTO = { id: "photo", label: {}, takesPdf: false, filesMax: 1, megabytesMax: 1 };

test.each([
  ["\xff\xd8\xff\xe0 rest of it", null, null],
  ["\x89PNG\r\n\x1a\n rest", null, null],
  ["RIFF\0\0\0\0WEBPVP8 ", null, null],
  ["%PDF-1.7 rest", "no-picture", null],
  ["RIFF\0\0\0\0WAVE", "no-picture", "no-file"],
  ["<svg xmlns='h'>", "no-picture", "no-file"],
  ["\xff\xd8", "no-picture", "no-file"],
  ["", "no-picture", "no-file"],
])("a device tells what a file is by its first bytes: %j", (text, picture, either) => {
  const seen = { head: bytesOf(text), byteCount: 1024 };
  expect(findFileFault(PHOTO, seen)).toBe(picture);
  expect(findFileFault({ ...PHOTO, takesPdf: true }, seen)).toBe(either);
});

test("a device keeps no file that is larger than the question takes, by a byte", () => {
  const head = bytesOf("\xff\xd8\xff");
  expect(findFileFault(PHOTO, { head, byteCount: 1_048_576 })).toBeNull();
  expect(findFileFault(PHOTO, { head, byteCount: 1_048_577 })).toBe("too-heavy");
});
