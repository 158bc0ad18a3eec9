import { expect, test } from "vitest";
import { type FieldType, keyOf, normaliseValue } from "./field-rules.ts";
import { normalisePhone } from "./phone-numbers.ts";

const kept = (typed: string, type: FieldType) => normaliseValue(typed, type, "VN");

test.each<[string, FieldType, string | null]>([
  ["  Ánh  ", { kind: "text", charactersMax: 10 }, "Ánh"],
  // A with a combining acute accent is one letter from here on.
  ["A\u0301nh", { kind: "text", charactersMax: 3 }, "Ánh"],
  ["x".repeat(11), { kind: "text", charactersMax: 10 }, null],
  ["12,50", { kind: "number" }, "12.50"],
  ["1e9", { kind: "number" }, null],
  ["2024-02-29", { kind: "date" }, "2024-02-29"],
  ["2025-02-29", { kind: "date" }, null],
  ["--02-29", { kind: "birthday" }, "--02-29"],
  ["--02-30", { kind: "birthday" }, null],
  ["--02-29", { kind: "date" }, null],
  ["yes", { kind: "yes-no" }, "yes"],
  ["maybe", { kind: "yes-no" }, null],
  ["b", { kind: "choice", values: ["a", "b"] }, "b"],
  ["c", { kind: "choice", values: ["a", "b"] }, null],
  ["b\na\nb", { kind: "choices", values: ["a", "b"] }, "a\nb"],
  ["Lan@Example.TEST", { kind: "email" }, "lan@example.test"],
  ["lan@", { kind: "email" }, null],
  ["https://example.test/a b", { kind: "link" }, "https://example.test/a%20b"],
  ["javascript:alert(1)", { kind: "link" }, null],
  ["", { kind: "number" }, ""],
])("%j in a field %o is kept as %j", (typed, type, value) => {
  expect(kept(typed, type)).toBe(value);
});

test.each([
  ["0912 345 678", "VN", "+84912345678"],
  ["+84 (0)912345678", "VN", "+84912345678"],
  ["0084 912 345 678", "VN", "+84912345678"],
  ["０９１２３４５６７８", "VN", "+84912345678"],
  ["\u202a+84912345678\u202c", "GB", "+84912345678"],
  ["020 7946 0018", "GB", "+442079460018"],
  ["12", "VN", null],
  ["Lan", "VN", null],
])("the number %j as written in %s is %j", (typed, country, phone) => {
  expect(normalisePhone(typed, country)).toBe(phone);
});

/** Decision 798/QD-BTTTT, annex: each old prefix and what it became. */
test.each([
  ...[
    ["0162", "032"],
    ["0163", "033"],
    ["0164", "034"],
    ["0165", "035"],
    ["0166", "036"],
  ],
  ...[
    ["0167", "037"],
    ["0168", "038"],
    ["0169", "039"],
    ["0120", "070"],
    ["0121", "079"],
  ],
  ...[
    ["0122", "077"],
    ["0126", "076"],
    ["0128", "078"],
    ["0123", "083"],
    ["0124", "084"],
  ],
  ...[
    ["0125", "085"],
    ["0127", "081"],
    ["0129", "082"],
    ["0186", "056"],
    ["0188", "058"],
  ],
  ["0199", "059"],
])("a Vietnamese number of before 2018 that began with %s begins with %s", (before, after) => {
  const renewed = `+84${after?.slice(1)}2345678`;
  expect(normalisePhone(`${before} 234 5678`, "VN")).toBe(renewed);
  expect(normalisePhone(`+84${before?.slice(1)}2345678`, "GB")).toBe(renewed);
});

test("a field's key is made of the letters of its words", () => {
  expect(keyOf("Cỡ giày")).toBe("own.co_giay");
  expect(keyOf("2nd phone (đi động)")).toBe("own.nd_phone_di_dong");
  expect(keyOf("靴")).toBeNull();
});
