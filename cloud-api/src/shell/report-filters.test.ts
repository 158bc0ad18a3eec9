import { expect, test } from "vitest";
import { daysAsked, readFilters, screenOf, toQuery, writeFilters } from "./report-filters.ts";

const BRANCH = "01990000-0000-7000-8000-000000000002";
const read = (text: string) => readFilters(new URLSearchParams(text));
const TODAY = "2026-03-01";

test("an address without filters asks for thirty days of all branches", () => {
  expect(toQuery(read(""), TODAY)).toEqual({
    ...{ from: "2026-01-31", to: TODAY, brandId: null, branchIds: null, branchKind: null },
    ...{ weekdays: null, hours: null, segmentId: null, tagId: null },
    ...{ languages: null, devices: null, systems: null, forms: null, methods: null },
  });
});

test("what an address holds is what is written again", () => {
  for (const text of [
    `period=month&branchIds=${BRANCH}&weekdays=1%2C7&hours=8%2C9`,
    "from=2026-01-01&to=2026-01-31",
    `segmentId=${BRANCH}&tagId=${BRANCH}&languages=vi&devices=made-up%2Cgiven&systems=ios%2Cunknown&forms=phone&methods=room`,
    "",
  ]) {
    const given = Object.entries(writeFilters(read(text))).filter(([, value]) => value !== null);
    expect(new URLSearchParams(given as [string, string][]).toString()).toBe(text);
  }
});

test("a page that begins with another period keeps a chosen one in its address", () => {
  const parameters = (text: string) => readFilters(new URLSearchParams(text), "12-months");
  expect(parameters("").period).toBe("12-months");
  expect(writeFilters(parameters(""), "12-months").period).toBeNull();
  expect(writeFilters(parameters("period=30-days"), "12-months").period).toBe("30-days");
});

test("what makes no sense in an address is as if it were not there", () => {
  const filters = read(
    "from=2026-02-31x&to=soon&period=ages&brandId=7&branchIds=a,b&branchKind=castle&hours=24,-1,8&weekdays=0&segmentId=x&methods=1,room",
  );
  expect(filters).toEqual({
    ...{ period: "30-days", from: null, to: null, brandId: null, branchIds: [], branchKind: null },
    ...{ weekdays: [], hours: [8], segmentId: null, tagId: null },
    ...{ languages: [], devices: [], systems: [], forms: [], methods: ["room"] },
  });
});

test("days that were chosen win over a period, unless they run backwards", () => {
  expect(daysAsked(read("period=today&from=2026-01-01&to=2026-01-02"), TODAY).from).toBe(
    "2026-01-01",
  );
  expect(daysAsked(read("period=today&from=2026-01-02&to=2026-01-01"), TODAY).from).toBe(TODAY);
});

test("a list of the API is shown at the same path of the staff app", () => {
  expect(screenOf("/api/v1/reports/customers?kind=new")).toBe("/reports/customers?kind=new");
});
