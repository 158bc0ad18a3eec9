import fastCheck from "fast-check";
import { expect, test } from "vitest";
import {
  countDaysSince,
  foldText,
  listSearchWords,
  listToldFields,
  listWords,
  readCursor,
  readSearch,
  roundDown,
  writeCursor,
} from "./rules.ts";

/** Whether a customer with these words is found by a search text. */
function finds(words: readonly string[], search: string): boolean {
  const terms = readSearch(search);
  return (terms ?? []).every((term) =>
    term.some(({ from, to }) =>
      words.some((word) => compareBytes(word, from) >= 0 && compareBytes(word, to) < 0),
    ),
  );
}

/** As the database has them in order; JavaScript compares halves of surrogate pairs. */
const compareBytes = (one: string, other: string) =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

const lan = listSearchWords({
  name: "Nguyễn Thị Đào Lan",
  email: "Lan.Nguyen@example.vn",
  phone: "+84912345678",
});

test("marks and case are folded, and đ is a d", () => {
  expect(foldText("NGUYỄN Đức Ấn")).toBe("nguyen duc an");
});

test.each([
  "nguyen",
  "Nguyễn",
  "dao lan",
  "lan nguy",
  "lan.nguyen@example.vn",
  "example",
  "0912345678",
  "0912 345 678",
  "+84 912 345 678",
  "0084912345678",
  "5678",
  "345678",
  "84912",
  "912",
  "78",
])("Nguyễn Thị Đào Lan, +84912345678, is found by %s", (search) => {
  expect(finds(lan, search)).toBe(true);
});

test.each(["guyen", "nguyen hoa", "0999", "912345679", "lan@", "234567"])(
  "Nguyễn Thị Đào Lan, +84912345678, is not found by %s",
  (search) => {
    expect(finds(lan, search)).toBe(false);
  },
);

test("a search of nothing but spaces and signs asks for everybody", () => {
  for (const text of ["", "   ", "%", "_", "--", "()"]) expect(readSearch(text)).toBeNull();
});

test("a word that begins another of the same search asks for nothing more", () => {
  for (const search of ["n nguyen", "Nguyễn ng n", "nguyen"])
    expect(readSearch(search)).toEqual(readSearch("nguyen"));
  expect(readSearch("lan la nguyen")).toEqual(readSearch("lan nguyen"));
});

test("every beginning of a word of a name finds it, whatever the name and the order of its words", () => {
  fastCheck.assert(
    fastCheck.property(fastCheck.string({ maxLength: 30, unit: "grapheme" }), (name) => {
      const words = listSearchWords({ name, email: null, phone: null });
      for (const word of listWords(name).slice(0, 20)) {
        const letters = [...word];
        for (const [index] of letters.entries())
          expect(finds(words, letters.slice(0, index + 1).join(""))).toBe(true);
      }
    }),
  );
});

test("a word that begins another is not kept beside it", () => {
  const words = listSearchWords({ name: "Lan Lang", email: "lan@example.vn", phone: null });
  expect(words).toEqual(["example", "lan@example.vn", "lang", "vn"]);
});

test("a number is found by all its beginnings, with its country code and without, and by all its ends", () => {
  for (const [phone, national] of [
    ["+84912345678", "912345678"],
    ["+12025550123", "2025550123"],
    ["+855921234567", "921234567"],
  ] as const) {
    const digits = phone.slice(1);
    const words = listSearchWords({ name: null, email: null, phone });
    expect(words).toHaveLength(3);
    for (const whole of [digits, national])
      for (let length = 1; length <= whole.length; length += 1) {
        expect(finds(words, whole.slice(0, length))).toBe(true);
        expect(finds(words, whole.slice(-length))).toBe(true);
      }
  }
});

test("empty texts are nothing told", () => {
  expect(listToldFields({ name: "  ", email: undefined, birthday: "", language: "vi" })).toEqual([
    { field: "language", value: "vi" },
  ]);
});

test("days since a visit are midnights on the branch's clock, and never negative", () => {
  const now = new Date("2026-03-10T08:00:00Z");
  const days = (then: string, timeZone = "Asia/Ho_Chi_Minh") =>
    countDaysSince(new Date(then), now, timeZone);
  // 23:30 and 00:30 in Saigon.
  expect(days("2026-03-09T16:30:00Z")).toBe(1);
  expect(days("2026-03-09T17:30:00Z")).toBe(0);
  expect(days("2026-03-09T17:30:00Z", "UTC")).toBe(1);
  expect(days("2025-03-10T08:00:00Z")).toBe(365);
  expect(days("2026-03-12T00:00:00Z")).toBe(0);
});

test.each([
  [0, 0],
  [7, 7],
  [99, 90],
  [9312, 9000],
  [10_000, 10_000],
])("at least %i is said as at least %i", (count, said) => {
  expect(roundDown(count)).toBe(said);
});

test("a cursor is read back as it was written, and another text is refused", () => {
  const place = { at: "2026-03-10T08:00:00.123Z", id: "01990000-0000-7000-8000-000000000001" };
  expect(readCursor(writeCursor(place))).toEqual(place);
  const wrong = ["now()", "2026-02-30T08:00:00.123Z", "9999-99-99T99:99:99.999Z"];
  const written = wrong.map((at) => writeCursor({ ...place, at }));
  for (const text of ["", "abc", `${writeCursor(place)}AA`, ...written])
    expect(readCursor(text)).toBeNull();
});
