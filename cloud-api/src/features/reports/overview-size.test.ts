import { expect, onTestFinished, test } from "vitest";
import { openReportYear } from "../../../test/report-year.ts";
import type { OverviewReply } from "./schema.ts";

// How long a page takes is measured by a benchmark; here is why it does not grow with the visits.
test("part of HM-2.12: the overview is told from what is counted by the hour, with no visit left to read", async () => {
  const year = await openReportYear({ seed: 12, guests: 6 });
  onTestFinished(() => year.site.close());
  const path = "/reports/overview?from=2026-01-01&to=2026-11-19&compare=before";
  const before = await year.get<OverviewReply>(path);
  expect(before.figures.visits).toBeGreaterThan(0);
  await year.query("delete from visits where tenant_id = $tenant");
  expect(await year.listVisits()).toEqual([]);
  expect(await year.get<OverviewReply>(path)).toEqual(before);
}, 300_000);
