import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { listChecks, listFaults } from "./check-queries.ts";
import { beginClocks, lockReports } from "./count-queries.ts";
import { askRecount } from "./recount.ts";
import {
  type BranchClock,
  countRecounts,
  listBranchIds,
  listClocks,
  updateDayStart,
} from "./recount-queries.ts";
import { ChecksReply, DayStartsBody, DayStartsReply, RecountReply } from "./schema.ts";

const tags = ["reports"];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "reports.read" } };
const LISTED_MAX = 100;
const EDIT = { access: { permission: "reports.edit" } };

/** When the days of branches begin, and counting anew. */
export function settingRoutes(routes: Routes, context: Context): void {
  const { database } = context;
  checkRoutes(routes, context);
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
        noteChange(tx, { kind: "reports", id: null, before: null, after: { recount: ids } });
        return ids.length;
      });
      return reply.code(202).send({ branches });
    },
  );
}

function checkRoutes(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/reports/checks",
    {
      config: READ,
      schema: {
        tags,
        summary: "The nights' checks of the reports against the visits, and what they found",
        response: { 200: ChecksReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => ({
        recount: await countRecounts(tx),
        checks: (await listChecks(tx, LISTED_MAX)).map(({ checkedAt, ...check }) => ({
          ...{ checkedAt: checkedAt.toISOString(), ...check },
        })),
        faults: (await listFaults(tx, LISTED_MAX)).map(({ foundAt, mendedAt, ...fault }) => ({
          ...fault,
          ...{ foundAt: foundAt.toISOString(), mendedAt: mendedAt?.toISOString() ?? null },
        })),
      })),
  );
}

const toHours = (clocks: readonly BranchClock[]) =>
  Object.fromEntries(clocks.map(({ branchId, dayStartsHour }) => [branchId, dayStartsHour]));
