import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { NARROWED_BY, type Narrowing } from "../../platform/narrowing.ts";
import { tenantOf } from "../../platform/session.ts";
import { lastYear, periodBefore, readQuestion } from "../reports/index.ts";
import { listCounts } from "./queries.ts";
import { addUp } from "./rules.ts";
import { FunnelQuery, type FunnelQuery as FunnelQueryOf, FunnelReply } from "./schema.ts";

export const TAG = { name: "sign-in funnel", description: "How far guests come with signing in" };

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
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        refuseWho(request.query);
        const { period, ...asked } = (await readQuestion(tx, request.query)).filter;
        const count = async (counted: { from: string; to: string }) => ({
          period: counted,
          counts: addUp(await listCounts(tx, { ...asked, period: counted, by: "branch" })),
        });
        return {
          asOf: tx.now.toISOString(),
          now: await count(period),
          before: await count(periodBefore(period)),
          lastYear: await count(lastYear(period)),
        };
      }),
  );
}

const TOLD_APART_BY: readonly Narrowing[] = ["hours", "weekdays"];

/** Boxes count devices before anybody knows whose they are, and by which way they will come online. */
function refuseWho(query: FunnelQueryOf): void {
  const field = NARROWED_BY.find(
    (name) => query[name] !== undefined && !TOLD_APART_BY.includes(name),
  );
  if (!field) return;
  throw refuse("invalid", "Whose a device is nobody knows before it is online.", {
    field: `/${field}`,
  });
}
