import { USUAL_DETAILS } from "@foyer/blocks";
import type { AskedField } from "@foyer/contract";
import { expect, test } from "vitest";
import { readDetails } from "./read.ts";

const now = new Date("2026-03-01T02:00:00Z");
const readFields = (fields: readonly AskedField[], values: Record<string, string>) =>
  readDetails(fields, (input) => values[input] ?? "", now);
const read = (values: Record<string, string>) => readFields(USUAL_DETAILS.fields, values);

test("what is left empty is left out", () => {
  expect(read({})).toEqual({ kind: "details", details: {} });
});

test("a name is kept as written, in one Unicode form and without stray spaces", () => {
  const decomposed = "  Trần   Thị  Lan ".normalize("NFD");
  expect(read({ name: decomposed })).toEqual({
    kind: "details",
    details: { name: "Trần Thị Lan" },
  });
  expect(read({ name: "\u202eLan\0\ud800\u200b" })).toEqual({
    kind: "details",
    details: { name: "Lan" },
  });
  expect(read({ name: "\u200b" })).toEqual({ kind: "details", details: {} });
  expect(read({ name: "x".repeat(101) })).toEqual({ kind: "faults", faults: { name: "name" } });
});

test.each([
  ["3", "2", "1990", "1990-02-03"],
  ["29", "2", "2000", "2000-02-29"],
  ["29", "02", "", "--02-29"],
  ["31", "12", "", "--12-31"],
])("born on %s/%s/%s is %s", (day, month, year, birthday) => {
  expect(read({ day, month, year })).toEqual({ kind: "details", details: { birthday } });
});

test.each([
  ["29", "2", "1999"],
  ["31", "4", ""],
  ["0", "1", ""],
  ["1", "13", ""],
  ["1", "", ""],
  ["", "", "1990"],
  ["1", "1", "90"],
  ["1", "1", "1890"],
  ["2", "3", "2026"],
  ["x", "1", ""],
])("born on %j/%j/%j is no birthday", (day, month, year) => {
  expect(read({ day, month, year })).toEqual({ kind: "faults", faults: { birthday: "birthday" } });
});

test.each(["lan", "lan@", "@x.vn", "lan@x", "a b@x.vn", `"><b>@x.vn`, `${"a".repeat(250)}@x.vn`])(
  "%s is no email address",
  (email) => {
    expect(read({ email })).toEqual({ kind: "faults", faults: { email: "email" } });
  },
);

const label = { en: "Own" };
const own = (field: object) => [{ key: "own.x", label, ...field } as AskedField];

test.each<[field: object, written: string, kept: string]>([
  [{ kind: "text", charactersMax: 5 }, "  a   b ", "a b"],
  [{ kind: "number", min: 0, max: 60 }, "42,5", "42.5"],
  [{ kind: "number", min: null, max: null }, "-7", "-7"],
  [{ kind: "number", min: 0, max: 60 }, "۴۲٫۵", "42.5"],
  [{ kind: "number", min: 0, max: 60 }, "٤٢", "42"],
  [{ kind: "date" }, "2024-02-29", "2024-02-29"],
  [{ kind: "yes-no" }, "no", "no"],
  [
    {
      kind: "choice",
      choices: [
        { value: "m", label },
        { value: "l", label },
      ],
    },
    "m",
    "m",
  ],
])("an own field %j takes %j", (field, written, kept) => {
  expect(readFields(own(field), { "own.x": written })).toEqual({
    kind: "details",
    details: { own: { "own.x": kept } },
  });
});

test.each<[field: object, written: string, fault: string]>([
  [{ kind: "text", charactersMax: 5 }, "abcdef", "too-long"],
  [{ kind: "number", min: 0, max: 60 }, "61", "range"],
  [{ kind: "number", min: 0, max: 60 }, "NaN", "number"],
  [{ kind: "number", min: null, max: null }, "1e9", "number"],
  [{ kind: "date" }, "2023-02-29", "date"],
  [{ kind: "date" }, "tomorrow", "date"],
  [{ kind: "yes-no" }, "perhaps", "choice"],
  [{ kind: "choice", choices: [{ value: "m", label }] }, "xl", "choice"],
])("an own field %j does not take %j: %s", (field, written, fault) => {
  expect(readFields(own(field), { "own.x": written })).toEqual({
    kind: "faults",
    faults: { "own.x": fault },
  });
});

test("a field that was not asked for is not read", () => {
  expect(readFields([{ key: "birthday" }], { name: "Lan", "own.x": "1" })).toEqual({
    kind: "details",
    details: {},
  });
});
