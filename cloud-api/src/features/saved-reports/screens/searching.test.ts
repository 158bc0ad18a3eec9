import { expect, test } from "vitest";
import { findMatching, type Whose } from "./searching.ts";

const saved = (name: string, more: object = {}) => ({
  ...{ name, note: "", ownerName: "Nguyễn Đức Lan", isOwn: true, shared: false, ...more },
});
const list = [
  saved("Sáng thứ Hai"),
  saved("Morning", { note: "Điện Biên, trước khi đổi giờ", shared: true, isOwn: false }),
  saved("Tối", { shared: true, ownerName: null }),
];
const find = (search: string, whose: Whose = "all") =>
  findMatching(list, { search, whose, nameReport: () => "Giờ và thứ" }).map(({ name }) => name);

test("a saved report is found by words of its name, note, maker and report, typed without accents", () => {
  expect(find("")).toHaveLength(3);
  expect(find("sang HAI")).toEqual(["Sáng thứ Hai"]);
  expect(find("dien doi")).toEqual(["Morning"]);
  expect(find("duc lan")).toEqual(["Sáng thứ Hai", "Morning"]);
  expect(find("gio va thu toi")).toEqual(["Tối"]);
  expect(find("nowhere")).toEqual([]);
});

test("those of one's own and those that are shared are told apart", () => {
  expect(find("", "own")).toEqual(["Sáng thứ Hai", "Tối"]);
  expect(find("", "shared")).toEqual(["Morning", "Tối"]);
});
