import type { Static } from "typebox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import type { CustomersReply, OverviewReply } from "./schema.ts";

let year: ReportYear;
beforeAll(async () => {
  year = await openReportYear({ seed: 8, guests: 60 });
}, 300_000);
afterAll(() => year?.site.close());

test("the overview counts every visit once, and lists whom it counts", async () => {
  const visits = await year.listVisits();
  const told = await year.get<OverviewReply>("/reports/overview?from=2025-10-01&to=2026-11-21");
  expect(told.figures.visits).toBe(visits.length);
  expect(told.rows.reduce((sum, { figures }) => sum + figures.visits, 0)).toBe(visits.length);
  const { newCustomers, returningCustomers, customers } = told.figures;
  expect(newCustomers + returningCustomers).toBe(customers);
  const path = told.opens.newCustomers.replace("/api/v1", "");
  expect((await year.get<Static<typeof CustomersReply>>(path)).total).toBe(newCustomers);
});
