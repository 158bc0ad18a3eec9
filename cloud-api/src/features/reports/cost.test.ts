import { afterAll, beforeAll, expect, test } from "vitest";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import { withClient } from "../../platform/roles.ts";
import type { OverviewReply, RecencyReply } from "./schema.ts";

let year: ReportYear;
beforeAll(async () => {
  year = await openReportYear({ seed: 12, guests: 5 });
}, 300_000);
afterAll(() => year?.site.close());

test("part of HM-2.12: the overview of all branches is told by sums, while nobody may read the visits counted and who came when", async () => {
  const path = "/reports/overview?from=2026-01-01&to=2026-11-19";
  const before = await year.get<OverviewReply>(path);
  expect(before.figures.visits).toBeGreaterThan(0);
  const recency = async () => (await year.get<RecencyReply>("/reports/recency?to=2026-11-19")).rows;
  const recent = await recency();
  let hasAnswered = false;
  const narrowed = await withClient(year.site.administratorUrl, async (client) => {
    await client.query("begin");
    await client.query(
      `lock table report_visits, report_day_customers, report_branch_customers
       in access exclusive mode`,
    );
    // What reads the visits waits for the lock: the lock holds.
    const waiting = year.get<OverviewReply>(`${path}&devices=given`).finally(() => {
      hasAnswered = true;
    });
    expect((await year.get<OverviewReply>(path)).figures).toEqual(before.figures);
    expect(await recency()).toEqual(recent);
    expect(hasAnswered).toBe(false);
    await client.query("commit");
    return waiting;
  });
  expect(narrowed.figures.visits).toBeLessThanOrEqual(before.figures.visits);
});
