import { expect, test } from "vitest";
import { openOptionWords, saysTheSame, sumByWords } from "./option-rules.ts";

const version = (number: number, label: { vi?: string; en?: string }) => ({
  ...{ surveyId: "spring", version: number },
  questions: [
    {
      kind: "choice" as const,
      ...{ id: "bad", label: { vi: "Vì sao?" }, required: true, many: true },
      options: [{ id: "cold", label }],
    },
  ],
});
const chosen = (number: number | null, count: number) => ({
  ...{ surveyId: "spring", version: number, questionId: "bad", value: "cold", count },
});

test("a translation that was added and another spacing change no meaning, other words do", () => {
  expect(saysTheSame({ vi: "Nguội" }, { vi: " nguội ", en: "Cold" })).toBe(true);
  expect(saysTheSame({ vi: "Nguội", en: "Cold" }, { vi: "Nguội", en: "Friendly" })).toBe(false);
  expect(saysTheSame({ vi: "Nguội" }, { en: "Cold" })).toBe(false);
  expect(saysTheSame({ vi: "" }, { vi: "" })).toBe(false);
});

test("an option's sum is parted by its words, and by nothing where they say the same", () => {
  const definitions = [
    version(4, { vi: "Vui vẻ", en: "Friendly" }),
    version(3, { vi: "Vui vẻ" }),
    version(2, { vi: "Nguội ", en: "Cold" }),
    version(1, { vi: "nguội" }),
  ];
  const findWords = openOptionWords(definitions);
  const label = { vi: "Vui vẻ", en: "Friendly" };
  const rows = [chosen(1, 1), chosen(2, 2), chosen(3, 4), chosen(4, 8), chosen(null, 16)];
  expect(sumByWords(label, rows, findWords)).toEqual([
    { label, count: 28, versions: [0, 3, 4], isEarlier: false },
    { label: { vi: "nguội" }, count: 3, versions: [1, 2], isEarlier: true },
  ]);
  expect(sumByWords(label, rows.slice(2), findWords)).toEqual([
    { label, count: 28, versions: null, isEarlier: false },
  ]);
  expect(sumByWords(label, [chosen(1, 1)], findWords)).toMatchObject([
    { count: 0, versions: [] },
    { count: 1, versions: [1] },
  ]);
});
