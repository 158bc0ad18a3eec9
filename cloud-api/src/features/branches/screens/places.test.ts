import { readBranchSettings } from "@foyer/contract";
import golden from "@foyer/contract/fixtures/settings/branch-settings.json" with { type: "json" };
import { expect, test } from "vitest";
import { listCountries } from "./places.ts";

test("every country that can be chosen is one that settings may have", () => {
  const countries = listCountries("en");
  expect(countries.length).toBeGreaterThan(200);
  for (const { value: country } of countries) {
    const read = readBranchSettings({ ...golden, branch: { ...golden.branch, country } });
    expect(read.kind, country).toBe("settings");
  }
});
