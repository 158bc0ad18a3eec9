import { readBranchSettings } from "@foyer/contract";
import golden from "@foyer/contract/fixtures/settings/branch-settings.json" with { type: "json" };
import { expect, test } from "vitest";
import { currencyOf } from "../schema.ts";
import { findOwnCountry, listCountries, listCurrencies } from "./places.ts";

test("every country that can be chosen is one that settings may have", () => {
  const countries = listCountries("en");
  expect(countries.length).toBeGreaterThan(200);
  for (const { value: country } of countries) {
    const read = readBranchSettings({ ...golden, branch: { ...golden.branch, country } });
    expect(read.kind, country).toBe("settings");
  }
});

test("every country that can be chosen has a currency, which has a name in both languages", () => {
  const named = { vi: listCurrencies("vi"), en: listCurrencies("en") };
  for (const { value: country } of listCountries("en"))
    for (const choices of Object.values(named)) {
      const choice = choices.find(({ value }) => value === currencyOf(country));
      expect(choice?.label, country).toMatch(/^.+ \([A-Z]{3}\)$/);
    }
  expect(named.vi).toContainEqual({ value: "VND", label: "Đồng Việt Nam (VND)" });
});

test.each([
  ["Asia/Ho_Chi_Minh", ["en-GB", "en"], "VN"],
  ["Asia/Kolkata", ["en-US"], "IN"],
  ["America/Phoenix", ["es-MX"], "US"],
  ["Europe/Berlin", ["de-DE", "de"], "DE"],
  // No clock of a country: the language is all there is.
  ["UTC", ["en", "fa-IR"], "IR"],
  ["UTC", ["en"], "VN"],
])("on the clock of %s, reading %j, a branch is first taken to be in %s", (zone, tags, country) => {
  expect(findOwnCountry(zone, tags)).toBe(country);
});
