import type { Context, Routes } from "../../feature.ts";
import { findSight } from "../../platform/customer-sight.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { readCursor, writeCursor } from "../customers/index.ts";
import { listActionNames } from "./action-queries.ts";
import { describeCases, getCase } from "./describe.ts";
import { countCases, listCases } from "./queries.ts";
import { listWorkers } from "./readers.ts";
import { readPeriod } from "./report-routes.ts";
import {
  ActionsReply,
  CaseParams,
  CaseReply,
  CasesQuery,
  CasesReply,
  WorkersReply,
} from "./schema.ts";

export const TAG = {
  name: "cases",
  description: "What unsatisfied guests ask of staff, and what was done about it",
};
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "cases.read" } };

export function registerCases(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/cases",
    {
      config: READ,
      schema: {
        tags,
        summary: "Cases to review, or those that were closed",
        querystring: CasesQuery,
        response: { 200: CasesReply, ...refusals },
      },
    },
    async (request) => {
      const sees = await findSight(request, context);
      return database.readTenant(tenantOf(request), async (tx) => {
        const { limit, cursor, state = "open", ...narrowed } = request.query;
        const { ownerId = null, customerId = null } = narrowed;
        const raised = await readPeriod(tx, { ...context, request }, narrowed);
        const filter = { state, raised, ownerId, customerId };
        const after = cursor === undefined ? null : readCursor(cursor);
        if (cursor !== undefined && !after)
          throw refuse("invalid", "The cursor is not one that this list gave.", {
            field: "/cursor",
          });
        const rows = await listCases(tx, { ...filter, limit: limit + 1, after });
        const shown = rows.slice(0, limit);
        const last = rows.length > limit ? shown.at(-1) : undefined;
        const at = last && (state === "open" ? last.dueAt : last.raisedAt).toISOString();
        return {
          cases: await describeCases(tx, shown, sees),
          nextCursor: last && at ? writeCursor({ at, id: last.id }) : null,
          ...(await countCases(tx, filter)),
        };
      });
    },
  );
  routes.get(
    "/api/v1/cases/:id",
    {
      config: READ,
      schema: {
        tags,
        summary: "One case, with its answer and what was done about it",
        params: CaseParams,
        response: { 200: CaseReply, ...refusals },
      },
    },
    async (request) => {
      const sees = await findSight(request, context);
      return database.readTenant(tenantOf(request), (tx) => getCase(tx, request.params.id, sees));
    },
  );
}

/** What a case is worked on with: the actions to pick from, and the people it may be given to. */
export function registerPicking(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/make-good-actions",
    {
      config: READ,
      schema: {
        tags,
        summary: "What staff do to make good, by name",
        response: { 200: ActionsReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => ({
        actions: await listActionNames(tx),
      })),
  );
  routes.get(
    "/api/v1/case-workers",
    {
      config: { access: { permission: "cases.edit" } },
      schema: {
        tags,
        summary: "Who may be given cases, and of which branches",
        response: { 200: WorkersReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const workers = await listWorkers(tx);
        // Whoever reaches single branches learns of no other.
        const seen = (ids: readonly string[] | null) =>
          tx.branchIds === null ? ids : (ids?.filter((id) => tx.branchIds?.includes(id)) ?? null);
        return {
          workers: workers
            .map(({ staffId: id, name, branchIds }) => ({
              ...{ id, name, branchIds: seen(branchIds)?.slice() ?? null },
            }))
            .filter(({ branchIds }) => branchIds === null || branchIds.length > 0),
        };
      }),
  );
}
