import { expect, test } from "vitest";
import { addressOfPage, readAddress } from "./asked.ts";

const BRANCHES = "0190a1c2-0000-7000-8000-000000000001,0190a1c2-0000-7000-8000-000000000002";

test("what a page shows is kept, and opened again it shows the same", () => {
  const address = `/reports/hours?period=7-days&branchIds=${BRANCHES}&weekdays=1%2C5&languages=vi`;
  const asked = readAddress(address);
  expect(asked).toEqual({
    ...{ report: "hours", period: "7-days", days: null },
    query: { branchIds: BRANCHES, weekdays: "1,5", languages: "vi" },
  });
  expect(asked && readAddress(addressOfPage(asked))).toEqual(asked);
});

test("days of one's own and what a page alone knows are kept; a period that is not named is the usual one", () => {
  expect(readAddress("/reports/new-returning?from=2026-02-01&to=2026-02-28&by=brand")).toEqual({
    ...{ report: "new-returning", period: null, days: { from: "2026-02-01", to: "2026-02-28" } },
    query: { by: "brand" },
  });
  expect(readAddress("/reports/overview")).toMatchObject({ report: "overview", period: "30-days" });
});

test("what is no report is kept as none, and the overview is opened where it stands", () => {
  expect(readAddress("/reports/nothing")).toBeNull();
  const asked = { report: "overview", period: "month", days: null, query: {} } as const;
  expect(addressOfPage(asked)).toBe("/?period=month");
});

test("what was answered is kept by its survey, branch, days and guests; without days it is of the usual ones", () => {
  const address =
    "/surveys/spring?branchId=0190a1c2&hours=8%2C9&systems=ios&methods=room&saleTypeId=hall&from=2026-02-01&to=2026-02-28";
  const asked = readAddress(address);
  expect(asked).toEqual({
    ...{ report: "satisfaction", period: null, days: { from: "2026-02-01", to: "2026-02-28" } },
    query: {
      surveyId: "spring",
      branchIds: "0190a1c2",
      hours: "8,9",
      systems: "ios",
      methods: "room",
      saleTypeId: "hall",
    },
  });
  expect(asked && addressOfPage(asked)).toBe(address);
  expect(readAddress("/cases/report?saleTypeId=hall")?.query).toEqual({});
  const ofKind = readAddress("/cases/report?branchKind=cafe");
  expect(ofKind?.query).toEqual({ branchKind: "cafe" });
  expect(ofKind && addressOfPage(ofKind)).toBe("/cases/report?branchKind=cafe");
  const usual = readAddress("/satisfaction");
  expect(usual).toMatchObject({ period: "30-days", days: null, query: {} });
  const shown = { from: "2026-03-01", to: "2026-03-30" };
  expect(usual && addressOfPage(usual, shown)).toBe("/satisfaction?from=2026-03-01&to=2026-03-30");
});

test("the grid of classes is kept by its length, and by no number that is none", () => {
  const asked = readAddress("/scores/grid?length=3");
  expect(asked).toMatchObject({ report: "scores", period: "30-days", query: { length: "3" } });
  expect(asked && addressOfPage(asked)).toBe("/scores/grid?length=3");
  expect(readAddress("/scores/grid?length=9")?.query).toEqual({});
  const whose = readAddress("/scores/grid?languages=vi&length=2&hours=8");
  expect(whose?.query).toEqual({ languages: "vi", length: "2" });
  expect(whose && addressOfPage(whose)).toBe("/scores/grid?languages=vi&length=2");
});

test("the report of cases is kept by branch and days, the funnel by those of the overview, which it stands on", () => {
  const cases = "/cases/report?branchId=0190a1c2&from=2026-02-01&to=2026-02-28";
  const asked = readAddress(cases);
  expect(asked).toMatchObject({ report: "cases", query: { branchIds: "0190a1c2" } });
  expect(asked && addressOfPage(asked)).toBe(cases);
  const query = `period=7-days&branchIds=${encodeURIComponent(BRANCHES)}`;
  const funnel = readAddress(`/sign-in-funnel?${query}&weekdays=1&methods=room`);
  expect(funnel).toEqual({
    ...{ report: "sign-in-funnel", period: "7-days", days: null },
    query: { branchIds: BRANCHES, weekdays: "1" },
  });
  expect(funnel && addressOfPage(funnel)).toBe(`/?${query}&weekdays=1`);
});

test("a customer's visits are kept by who they are, and open their page", () => {
  const asked = readAddress("/customers/0190a1c2-0000-7000-8000-000000000001");
  expect(asked).toMatchObject({ report: "customer-visits", period: "12-months" });
  expect(asked && addressOfPage(asked)).toBe("/customers/0190a1c2-0000-7000-8000-000000000001");
});
