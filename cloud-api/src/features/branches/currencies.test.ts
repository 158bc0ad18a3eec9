import { expect, test } from "vitest";
import { CURRENCIES, currencyOf, keepCurrency, moveCurrency, readCurrency } from "./currencies.ts";

test("every currency is one that runtimes know, named once, and none is a bygone one", () => {
  const known = new Set(Intl.supportedValuesOf("currency"));
  for (const currency of CURRENCIES) expect(known).toContain(currency);
  expect(new Set(CURRENCIES).size).toBe(CURRENCIES.length);
  for (const bygone of ["DEM", "HRK", "BGN", "ANG"]) expect(CURRENCIES).not.toContain(bygone);
});

test.each([
  ["VN", "VND"],
  ["DE", "EUR"],
  ["BG", "EUR"],
  ["GB", "GBP"],
  ["HR", "EUR"],
  ["LI", "CHF"],
  ["EC", "USD"],
])("prices in %s are written in %s", (country, currency) => {
  expect(currencyOf(country)).toBe(currency);
});

test("of a country's own currency nothing is kept, so that it changes with the country", () => {
  expect(keepCurrency({ country: "VN", currency: "VND" })).toBeNull();
  expect(readCurrency({ country: "VN", currency: null })).toBe("VND");
  const chosen = keepCurrency({ country: "VN", currency: "USD" });
  expect(readCurrency({ country: "VN", currency: chosen })).toBe("USD");
});

test("a move takes the new country's currency where the old one's stood, and leaves a chosen one", () => {
  expect(moveCurrency({ country: "VN", currency: "VND" }, "TH")).toBe("THB");
  expect(moveCurrency({ country: "VN" }, "TH")).toBe("THB");
  expect(moveCurrency({ country: "VN", currency: "USD" }, "TH")).toBe("USD");
});
