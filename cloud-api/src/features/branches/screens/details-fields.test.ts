import { expect, test } from "vitest";
import {
  type DetailsSettings,
  listFieldFaults,
  readDetails,
  startField,
  writeDetails,
} from "./details-fields.ts";

const LANGUAGES = ["vi", "en"] as const;
const details: DetailsSettings = {
  newcomers: "one",
  returning: "one",
  fields: [
    { key: "email", why: { vi: "Để gửi quà" } },
    { key: "own.note", kind: "text", label: { vi: "Ghi chú", en: "Note" }, charactersMax: 80 },
    { key: "own.age", kind: "number", label: { vi: "Tuổi", en: "Age" }, min: 18, max: null },
    { key: "own.since", kind: "date", label: { vi: "Từ khi nào", en: "Since" } },
    { key: "own.pet", kind: "yes-no", label: { vi: "Thú cưng", en: "A pet" } },
    {
      ...{ key: "own.drink", kind: "choice", label: { vi: "Uống gì", en: "Drink" } },
      choices: [
        { value: "tea", label: { vi: "Trà", en: "Tea" } },
        { value: "coffee", label: { vi: "Cà phê", en: "Coffee" } },
      ],
    },
  ],
};
const write = (fields: ReturnType<typeof startField>[]) =>
  writeDetails({ newcomers: "all", returning: "none", fields }, LANGUAGES).fields;

test("opened and saved unchanged, the form writes what it read", () => {
  expect(writeDetails(readDetails(details), LANGUAGES)).toEqual(details);
});

test("where nothing is said, newcomers are asked for name, email and birthday", () => {
  expect(writeDetails(readDetails(undefined), LANGUAGES)).toEqual({
    ...{ newcomers: "all", returning: "none" },
    fields: [{ key: "name" }, { key: "email" }, { key: "birthday" }],
  });
});

test("a new field gets a key of its first words, apart from those there are, and never another", () => {
  const label = { vi: "Đồ uống yêu thích?", en: "Drink" };
  const known = { ...startField("date"), key: "own.do_uong_yeu_thich", label };
  const keys = write([known, { ...startField("date"), label }, startField("date")]).map(
    ({ key }) => key,
  );
  expect(keys).toEqual(["own.do_uong_yeu_thich", "own.do_uong_yeu_thich_2", "own.field"]);
  const long = { vi: "Rất dài ".repeat(12) };
  for (const { key } of write([
    { ...startField("text"), label: long },
    { ...startField("text"), label: long },
  ]))
    expect(key).toMatch(/^own\.[a-z][a-z0-9_]{0,31}$/);
});

test("a new choice is kept by its words; a known one keeps its value when its words change", () => {
  const choices = [
    { value: "tea", label: { vi: "Trà đá", en: "Iced tea" } },
    { value: null, label: { vi: " Nước ", en: "Water" } },
  ];
  const [field] = write([{ ...startField("choice"), label: { vi: "Gì", en: "What" }, choices }]);
  expect(field).toMatchObject({
    choices: [{ value: "tea" }, { value: "Nước", label: { vi: "Nước", en: "Water" } }],
  });
});

test("what keeps a form from being saved is said at its field", () => {
  const label = { vi: "Gì", en: "What" };
  const both = (words: string) => ({ value: null, label: { vi: words, en: words } });
  const fields = [
    startField("name"),
    { ...startField("date"), label: { vi: "Ngày" } },
    { ...startField("choice"), label },
    { ...startField("choice"), label, choices: [both("A"), both("A")] },
    { ...startField("number"), label, min: 9, max: 1 },
    { ...startField("text"), label, charactersMax: "" },
    { ...startField("number"), label, min: "", max: 1 },
  ];
  expect(listFieldFaults({ newcomers: "all", returning: "none", fields }, LANGUAGES)).toEqual({
    ...{ 1: "fault-label", 2: "fault-choices", 3: "fault-twice", 4: "fault-bounds" },
    5: "fault-length",
  });
});
