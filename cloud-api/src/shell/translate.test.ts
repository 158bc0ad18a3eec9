import { expect, test } from "vitest";
import { chooseLanguage, translate } from "./translate.ts";

test("the first language of the browser that Foyer speaks is taken, whatever its region", () => {
  expect(chooseLanguage(["fr-FR", "vi", "en-US"])).toBe("vi");
  expect(chooseLanguage(["EN-us", "vi-VN"])).toBe("en");
});

test("a browser that asks for neither language gets English", () => {
  expect(chooseLanguage(["fr-FR", "ja"])).toBe("en");
  expect(chooseLanguage([])).toBe("en");
});

test("English has a form for one, Vietnamese has one form", () => {
  const visits = { one: "{count} visit", other: "{count} visits" };
  expect(translate("en", visits, { count: 1 })).toBe("1 visit");
  expect(translate("en", visits, { count: 0 })).toBe("0 visits");
  expect(translate("vi", { other: "{count} lượt ghé" }, { count: 1 })).toBe("1 lượt ghé");
});

test("numbers inside a sentence are grouped as the language groups them", () => {
  expect(translate("en", "{count} in all", { count: 1234567 })).toBe("1,234,567 in all");
  expect(translate("vi", "tất cả {count}", { count: 1234567 })).toBe("tất cả 1.234.567");
});

test("a value is put in as it is: what looks like a place in it is not filled", () => {
  expect(translate("en", "Disconnect {name}", { name: "{count}", count: 9 })).toBe(
    "Disconnect {count}",
  );
});

test("a value nobody gave leaves its place visible", () => {
  expect(translate("en", "Join {tenant}")).toBe("Join {tenant}");
});
