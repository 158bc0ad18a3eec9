import { afterAll, beforeAll, expect, test } from "vitest";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import type { OverviewReply } from "../reports/index.ts";
import type { SavedReply, ToldReply } from "./schema.ts";

let year: ReportYear;
beforeAll(async () => {
  year = await openReportYear({ seed: 44, guests: 3 });
}, 300_000);
afterAll(() => year?.site.close());

test("a period by its name is of the day that it is at the branches asked about, and not at others", async () => {
  // One in the morning at the first, whose days begin at midnight; at the second, at four; seven in the
  // evening at the third.
  year.site.passSeconds(9 * 3600);
  const [first, second, third] = year.branches;
  const days = async (query: object, compared = "nothing", against = "") => {
    const body = {
      ...{ name: `Hôm nay ${JSON.stringify(query)} ${compared}`, report: "overview" },
      ...{ period: "today", days: null, compared, query, shared: false },
    };
    const saved = await year.owner.ask<SavedReply>("POST", "/api/v1/saved-reports", body);
    expect(saved.status).toBe(201);
    const path = `/saved-reports/${saved.body.id}/figures?${against && `against=${against}`}`;
    const { period, before } = await year.get<ToldReply>(path);
    return { id: saved.body.id, from: period.from, before: before?.from };
  };
  expect((await days({})).from).toBe("2026-11-21");
  const away = await days({ branchIds: third?.id });
  expect(away.from).toBe("2026-11-20");
  expect((await days({ branchIds: second?.id }, "before")).before).toBe("2026-11-19");
  expect((await days({ brandId: third?.brandId })).from).toBe("2026-11-20");
  // Another kept one that it stands against has its own day.
  const own = await days({ branchIds: first?.id }, "nothing", away.id);
  expect([own.from, own.before]).toEqual(["2026-11-21", "2026-11-20"]);
  const { period } = await year.get<OverviewReply>(`/reports/overview?branchIds=${third?.id}`);
  expect(period.to).toBe("2026-11-20");
});
