import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { beginClocks, lockReports } from "./count-queries.ts";
import { askRecount } from "./recount.ts";
import { type BranchClock, listBranchIds, listClocks, updateDayStart } from "./recount-queries.ts";
import { DayStartsBody, DayStartsReply, RecountReply } from "./schema.ts";

const tags = ["reports"];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "reports.read" } };
const EDIT = { access: { permission: "reports.edit" } };

/** When the days of branches begin, and counting anew. */
export function settingRoutes(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/reports/day-starts",
    {
      config: READ,
      schema: {
        tags,
        summary: "When each branch's day begins",
        response: { 200: DayStartsReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => ({ branches: await listClocks(tx) })),
  );
  routes.put(
    "/api/v1/reports/day-starts",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Have branches' days begin at another hour: all of their visits are counted anew",
        body: DayStartsBody,
        response: { 200: DayStartsReply, ...refusals },
      },
    },
    (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        await lockReports(tx);
        await beginClocks(tx);
        const { branchIds, dayStartsHour: hour } = request.body;
        const before = await listClocks(tx);
        const changed = await updateDayStart(tx, { branchIds, hour });
        if (changed.length > 0) await askRecount(tx, changed);
        const branches = await listClocks(tx);
        noteChange(tx, {
          ...{ kind: "reports", id: null },
          ...{ before: toHours(before), after: toHours(branches) },
        });
        return { branches };
      }),
  );
  routes.post(
    "/api/v1/reports/recounts",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Has all visits counted anew, in the background",
        response: { 202: RecountReply, ...refusals },
      },
    },
    async (request, reply) => {
      const branches = await database.inTenant(tenantOf(request), async (tx) => {
        const ids = await listBranchIds(tx);
        await askRecount(tx, ids);
        return ids.length;
      });
      return reply.code(202).send({ branches });
    },
  );
}

const toHours = (clocks: readonly BranchClock[]) =>
  Object.fromEntries(clocks.map(({ branchId, dayStartsHour }) => [branchId, dayStartsHour]));
