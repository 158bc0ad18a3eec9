import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { sql } from "../../platform/db.ts";
import { isInWeek } from "./week-queries.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());

const evenings = { weekdays: [6, 7], hours: { from: "17:00", to: "22:00" } };
const nights = { weekdays: [5], hours: { from: "22:00", to: "02:30" } };

test.each([
  ["a moment before it begins", "2026-03-07T09:59:59.999Z", evenings, false],
  ["as it begins", "2026-03-07T10:00:00Z", evenings, true],
  ["a moment before it is over", "2026-03-08T14:59:59.999Z", evenings, true],
  ["as it is over", "2026-03-08T15:00:00Z", evenings, false],
  ["on another day", "2026-03-09T10:00:00Z", evenings, false],
  ["late on the day", "2026-03-06T15:00:00Z", nights, true],
  ["early on the same day", "2026-03-05T19:29:59Z", nights, true],
  ["early on the day after", "2026-03-06T18:00:00Z", nights, false],
  ["on a clock that was never set", "1969-12-27T11:00:00Z", evenings, true],
])("a visit %s is told by the minute of its branch's week", async (_, at, slots, isMeant) => {
  const [row] = await cloud.database.inDirectory(async (tx) => {
    const moment = { at: sql`${at}::timestamptz`, zone: sql<string>`${"Asia/Ho_Chi_Minh"}::text` };
    const found = await sql<{ meant: boolean }>`select ${isInWeek(moment, slots)} as meant`.execute(
      tx.db,
    );
    return found.rows;
  });
  expect(row?.meant).toBe(isMeant);
});
