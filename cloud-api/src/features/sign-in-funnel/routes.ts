import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { lastYear, periodBefore } from "../reports/index.ts";
import { sumCounts } from "./queries.ts";
import { FunnelQuery, FunnelReply } from "./schema.ts";

export const TAG = { name: "sign-in funnel", description: "How far guests come with signing in" };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function funnelRoutes(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/sign-in-funnel",
    {
      config: { access: { permission: "reports.read" } },
      schema: {
        tags: [TAG.name],
        summary: "How many guests came to which step of signing in, and how many before",
        querystring: FunnelQuery,
        response: { 200: FunnelReply, "4xx": ErrorReply },
      },
    },
    (request) => {
      const period = readPeriod(request.query);
      const branchIds = readBranchIds(request.query);
      const brandId = request.query.brandId?.toLowerCase() ?? null;
      return database.readTenant(tenantOf(request), async (tx) => {
        const count = async (counted: { from: string; to: string }) => ({
          period: counted,
          counts: await sumCounts(tx, { period: counted, brandId, branchIds }),
        });
        return {
          asOf: tx.now.toISOString(),
          now: await count(period),
          before: await count(periodBefore(period)),
          lastYear: await count(lastYear(period)),
        };
      });
    },
  );
}

function readPeriod({ from, to }: FunnelQuery): { from: string; to: string } {
  for (const [field, day] of Object.entries({ from, to }))
    if (!isDay(day))
      throw refuse("invalid", `${day} is not a day of the calendar.`, { field: `/${field}` });
  if (from > to)
    throw refuse("invalid", "The first day is after the last one.", { field: "/from" });
  return { from, to };
}

function isDay(day: string): boolean {
  const time = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(time) || day < "1970" || day > "9000") return false;
  return new Date(time).toISOString().startsWith(day);
}

function readBranchIds({ branchIds }: FunnelQuery): string[] | null {
  const ids = branchIds?.toLowerCase().split(",") ?? null;
  if (ids === null || ids.every((id) => UUID.test(id))) return ids;
  throw refuse("invalid", "Ids of branches, with commas between.", { field: "/branchIds" });
}
