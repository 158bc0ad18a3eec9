import { expect, test } from "vitest";
import { FIELDS, isMultiple, readSubject, sortCounts } from "./rules.ts";

const OWN = [
  { key: "own.tea", kind: "choice" },
  { key: "own.likes", kind: "choices" },
  { key: "own.founded", kind: "date" },
  { key: "own.site", kind: "link" },
];

test("every field of the product can be counted by, and what is none cannot", () => {
  for (const field of FIELDS) expect(readSubject(field, []), field).not.toBeNull();
  for (const field of ["", "own.tea", "consent.", "consent.none", "constructor"])
    expect(readSubject(field, []), field).toBeNull();
});

test("a field of the company's own is counted by what its kind can say", () => {
  const forms = OWN.map(({ key }) => readSubject(key, OWN));
  expect(forms).toMatchObject([
    ...[{ as: "value" }, { as: "choices" }, { as: "month" }, { as: "known" }],
  ]);
});

test("of tags and several choices a customer may have more than one", () => {
  const multiple = ["tag", "group", "own.likes", "own.tea", "language"].filter((field) => {
    const subject = readSubject(field, OWN);
    return subject !== null && isMultiple(subject);
  });
  expect(multiple).toEqual(["tag", "own.likes"]);
});

test("months and steps stand in their order, everything else by its number", () => {
  const count = (value: string, customers: number) => ({ value, customers });
  const sorted = (field: string, rows: { value: string; customers: number }[]) => {
    const subject = readSubject(field, OWN);
    return subject && sortCounts(rows, subject).map(({ value }) => value);
  };
  expect(sorted("birthday", [count("12", 9), count("02", 1)])).toEqual(["02", "12"]);
  expect(sorted("visits", [count("10+", 9), count("1", 1), count("0", 2)])).toEqual([
    ...["0", "1", "10+"],
  ]);
  expect(sorted("language", [count("en", 1), count("vi", 5), count("fa", 1)])).toEqual([
    ...["vi", "en", "fa"],
  ]);
});
