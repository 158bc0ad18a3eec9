import { expect, test } from "vitest";
import { type DetailValues, readDetails } from "./details-rules.ts";

const now = new Date("2026-03-01T02:00:00Z");
const none: DetailValues = { name: "", email: "", day: "", month: "", year: "" };
const read = (values: Partial<DetailValues>) => readDetails({ ...none, ...values }, now);

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
  expect(read({ name: "x".repeat(101) })).toEqual({ kind: "faults", faults: ["name"] });
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
  expect(read({ day, month, year })).toEqual({ kind: "faults", faults: ["birthday"] });
});

test.each(["lan", "lan@", "@x.vn", "lan@x", "a b@x.vn", `"><b>@x.vn`, `${"a".repeat(250)}@x.vn`])(
  "%s is no email address",
  (email) => {
    expect(read({ email })).toEqual({ kind: "faults", faults: ["email"] });
  },
);
