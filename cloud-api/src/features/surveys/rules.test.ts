import type { Survey } from "@foyer/contract";
import { expect, test } from "vitest";
import {
  averageOf,
  chooseWords,
  judgeAnswer,
  listSurveys,
  promoterScore,
  readTables,
  saySigned,
  scoreAnswer,
} from "./rules.ts";

const stars = {
  kind: "rating",
  id: "stars",
  label: { en: "How was it?" },
  required: true,
} as const;
const why = { kind: "text", id: "why", label: { en: "Why?" }, required: false } as const;
const spring: Survey = { id: "spring", title: { en: "Spring" }, questions: [stars] };
const at = new Date("2026-03-01T02:00:00Z");

test("a survey that two branches ask is one, with the questions of both", () => {
  const branches = [
    { name: "Hồ Gươm", surveys: [spring] },
    { name: "Bến Thành", surveys: [{ ...spring, questions: [why, stars] }] },
  ];
  expect(listSurveys(branches, [{ surveyId: "spring", count: 3, lastAnsweredAt: at }])).toEqual([
    {
      ...{ id: "spring", title: { en: "Spring" }, questions: [stars, why] },
      branchNames: ["Hồ Gươm", "Bến Thành"],
      ...{ answers: 3, lastAnsweredAt: "2026-03-01T02:00:00.000Z" },
    },
  ]);
});

test("a survey that is asked no more keeps its answers, and one that nobody answered has none", () => {
  const branches = [{ name: "Hồ Gươm", surveys: [spring] }];
  const listed = listSurveys(branches, [{ surveyId: "old", count: 2, lastAnsweredAt: at }]);
  expect(listed).toMatchObject([
    { id: "spring", answers: 0, lastAnsweredAt: null },
    { id: "old", title: null, branchNames: [], answers: 2 },
  ]);
});

test("the average is that of all ratings, to one decimal", () => {
  const tallies = [
    { value: "5", count: 2 },
    { value: "2", count: 1 },
    { value: "1", count: 1 },
  ];
  expect(averageOf(tallies)).toBe(3.3);
  expect(averageOf([])).toBeNull();
});

test("words are shown in the reader's language, else in one that has some", () => {
  expect(chooseWords({ vi: "Xuân", en: "Spring" }, "en")).toBe("Spring");
  expect(chooseWords({ vi: "Xuân", en: " " }, "en")).toBe("Xuân");
  expect(chooseWords({ fa: "بهار" }, "vi")).toBe("بهار");
});

test("tables are named one by one or as a stretch of numbers, each once", () => {
  expect(readTables("1-3, 2 bar;A_1")).toEqual(["1", "2", "3", "bar", "A_1"]);
  expect(readTables("  ")).toEqual([]);
  expect(readTables("bàn")).toBeNull();
  expect(readTables("1-999")).toBeNull();
  expect(readTables("9-1")).toEqual(["9-1"]);
});

test("one low rating makes an answer unsatisfied, and ratings in between are neither", () => {
  const thresholds = { satisfiedFrom: 4, lowUpTo: 2 };
  const judge = (...ratings: number[]) =>
    judgeAnswer(scoreAnswer({ ratings: Object.fromEntries(ratings.entries()) }), thresholds);
  expect(judge(5, 5, 2)).toBe("unsatisfied");
  expect(judge(5, 3)).toBe("satisfied");
  expect(judge(4, 3)).toBe("neutral");
  expect(judge()).toBeNull();
});

test("a number from 0 to 10 is judged by the same thresholds: 3 is low as two stars are, 8 is content", () => {
  const thresholds = { satisfiedFrom: 4, lowUpTo: 2 };
  const judge = (likely: number, ratings = {}) =>
    judgeAnswer(scoreAnswer({ ratings, scales: { likely } }), thresholds);
  expect([0, 3, 4, 7, 8, 10].map((likely) => judge(likely))).toEqual([
    ...["unsatisfied", "unsatisfied", "neutral", "neutral", "satisfied", "satisfied"],
  ]);
  expect(scoreAnswer({ ratings: { food: 3 }, scales: { likely: 10 } })).toEqual({
    ...{ score: 4, lowest: 3 },
  });
  expect(judge(10, { food: 1 })).toBe("unsatisfied");
});

test("the promoter score is the share of those who recommend less that of those who warn", () => {
  const score = (promoters: number, detractors: number, answers: number) =>
    promoterScore({ promoters, detractors, answers });
  expect(score(5, 2, 10)).toBe(30);
  expect(score(0, 3, 3)).toBe(-100);
  expect(score(0, 0, 4)).toBe(0);
  expect(score(0, 0, 0)).toBeNull();
  expect([30, 0, -12].map((each) => saySigned(each, "en"))).toEqual(["+30", "0", "-12"]);
});
