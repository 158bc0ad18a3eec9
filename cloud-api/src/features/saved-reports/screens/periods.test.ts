import { expect, test } from "vitest";
import { addDays } from "../../../shell/format.ts";
import {
  chooseUnit,
  daysOf as daysOnPage,
  PERIODS as PAGE_PERIODS,
} from "../../../shell/periods.ts";
import { daysOf, PERIODS, unitOf } from "../rules.ts";

test("a saved report's period is of just the days that the pages of reports mean by its name", () => {
  expect(PERIODS).toEqual(PAGE_PERIODS);
  for (let day = "2026-01-01"; day < "2028-12-31"; day = addDays(day, 1))
    for (const period of PERIODS) {
      const days = daysOf(period, day);
      expect([day, period, days]).toEqual([day, period, daysOnPage(period, day)]);
      expect([day, period, unitOf(days)]).toEqual([day, period, chooseUnit(days)]);
    }
});
