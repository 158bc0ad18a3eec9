import type { Static } from "typebox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import type { OverviewReply, VisitsReply } from "./schema.ts";

let year: ReportYear;
beforeAll(async () => {
  year = await openReportYear({ seed: 5, guests: 4 });
}, 300_000);
afterAll(() => year?.site.close());

const PERIOD = "from=2025-12-01&to=2026-11-21";
type Visits = Static<typeof VisitsReply>;

type Scope = { kind: "tenant" } | { kind: "branches"; branchIds: string[] };

/** Somebody with a role of the company's own that holds these. */
async function inviteWith(permissions: readonly string[], scope: Scope = { kind: "tenant" }) {
  const made = await year.owner.ask<{ id: string }>("POST", "/api/v1/roles", {
    ...{ name: `${permissions.join(" ")} ${scope.kind}`, permissions },
  });
  return year.site.invite(year.owner, { role: null, ownRoleId: made.body.id, scope });
}

test("whoever reads reports alone sees how many came, and neither who nor their telephone numbers", async () => {
  const person = await inviteWith(["reports.read"]);
  const told = await person.ask<OverviewReply>("GET", `/api/v1/reports/overview?${PERIOD}`);
  expect(told.body.figures.customers).toBeGreaterThan(2);
  const who = await person.ask("GET", told.body.opens.customers);
  expect(who.status).toBe(403);
  expect(JSON.stringify(who.body)).not.toContain("+84");
  const { body } = await person.ask<Visits>("GET", told.body.opens.visits);
  expect(body.total).toBe(told.body.figures.visits);
  for (const { customerId, customerName } of body.visits)
    expect([customerId, customerName]).toEqual([null, null]);
});

test("whoever may read customers as well sees who they are", async () => {
  const person = await inviteWith(["reports.read", "customers.read"]);
  const told = await person.ask<OverviewReply>("GET", `/api/v1/reports/overview?${PERIOD}`);
  const who = await person.ask<{ total: number }>("GET", told.body.opens.customers);
  expect(who.body.total).toBe(told.body.figures.customers);
  const { body } = await person.ask<Visits>("GET", told.body.opens.visits);
  expect(body.visits.some(({ customerId }) => customerId !== null)).toBe(true);
});
