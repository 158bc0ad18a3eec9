import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../src/platform/clock.ts";
import { openTestSite, type TestSite, type TestStaff } from "./open-test-site.ts";

let site: TestSite;
let owner: TestStaff;
let branchId: string;

beforeAll(async () => {
  site = await openTestSite();
  owner = await site.addOwner();
  branchId = (await owner.addBranch({ name: "Hồ Gươm" })).id;
});
afterAll(() => site?.close());

const refused = (field: string) => ({ status: 400, body: { field } });

// PostgreSQL has no year 0, and whoever counts months up to the year 9999 passes it and goes on.
test.each([
  ["/cases?from=0000-01-01", "/from"],
  ["/case-report?from=0000-01-01&to=2026-01-01", "/from"],
  ["/case-report?from=2026-01-01&to=9999-12-31", "/to"],
  ["/survey-results?to=0000-12-31", "/to"],
  ["/survey-answers?from=0000-01-01", "/from"],
])("days that nobody counts by are refused: %s", async (path, field) => {
  expect(await owner.request("GET", `/api/v1${path}`)).toMatchObject(refused(field));
});

test("cards are made for no such days either", async () => {
  const batch = { branchId, name: "Thẻ", count: 1, devicesMax: 1, minutes: 60, lastDay: null };
  const body = { ...batch, firstDay: "0000-01-01" };
  const made = await owner.request("POST", "/api/v1/access-code-batches", body);
  expect(made).toMatchObject(refused("/firstDay"));
});

// RFC 3339 §5.7 lets a leap second be written, which JavaScript does not have.
const LEAP = "2026-12-31T23:59:60Z";

test("a leap second is no time that a case is due at, and none that an answer was taken at", async () => {
  const moved = await owner.request("PATCH", `/api/v1/cases/${newId()}`, {
    ...{ changedAt: "2026-01-01T00:00:00.000Z", dueAt: LEAP },
  });
  expect(moved).toMatchObject(refused("/dueAt"));
  const taken = await owner.request("POST", "/api/v1/answer-desk/answers", {
    ...{ answerId: newId(), staffId: newId(), surveyId: "spring", version: 1, branchId },
    ...{ how: "phone", language: "vi", takenAt: LEAP },
    answers: { choices: {}, ratings: {}, scales: {}, dates: {}, texts: {} },
  });
  expect(taken).toMatchObject(refused("/takenAt"));
});
