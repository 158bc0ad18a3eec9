import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { toCsv } from "../../platform/csv.ts";
import { seesEveryCustomer } from "../../platform/customer-sight.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { nameActors } from "../access/index.ts";
import { nameRecords } from "./names.ts";
import {
  type AuditFilter,
  countByActor,
  countEntries,
  type EntryRow,
  listEntries,
  listKinds,
} from "./queries.ts";
import { hideLookedFor, readPlace, sumByActor, writePlace } from "./rules.ts";
import {
  ActorsQuery,
  ActorsReply,
  AuditExportQuery,
  type AuditFilters,
  AuditQuery,
  AuditReply,
} from "./schema.ts";

export const TAG = { name: "audit", description: "Who did what to which record" };
const tags = [TAG.name];
const READ = { access: { permission: "audit.read" } };
/** A file that a spreadsheet still opens; a longer time is fetched in parts. */
export const EXPORT_ROWS_MAX = 50_000;

export function registerAudit(routes: Routes, context: Context): void {
  registerEntries(routes, context);
  registerActors(routes, context);
}

function registerEntries(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/audit",
    {
      config: READ,
      schema: {
        tags,
        summary: "Changes by person, record and time, with what they changed",
        querystring: AuditQuery,
        response: { 200: AuditReply, "4xx": ErrorReply },
      },
    },
    (request) => {
      const { cursor, limit, ...asked } = request.query;
      const after = cursor === undefined ? null : readPlace(cursor);
      if (cursor !== undefined && after === null)
        throw refuse("invalid", "The cursor is not one this API gave.", { field: "/cursor" });
      const filter = { ...toFilter(asked), seesCustomers: seesEveryCustomer(request, context) };
      return database.readTenant(tenantOf(request), async (tx) => {
        // One more than is asked for says whether there is a next page.
        const rows = await listEntries(tx, { filter, after, limit: limit + 1 });
        const page = rows.slice(0, limit);
        const last = rows.length > limit ? page.at(-1) : undefined;
        return {
          entries: await describe(tx, page, filter),
          kinds: await listKinds(tx),
          names: await nameRecords(tx, page, { ...context, grants: staffOf(request).grants }),
          nextCursor: last ? writePlace({ at: last.at.toISOString(), id: last.id }) : null,
          total: await countEntries(tx, filter),
        };
      });
    },
  );
  routes.get(
    "/api/v1/audit.csv",
    {
      config: READ,
      schema: {
        tags,
        summary: `The same as a table: UTF-8, formulas disarmed, the newest ${EXPORT_ROWS_MAX}`,
        querystring: AuditExportQuery,
        produces: ["text/csv"],
        response: { 200: Type.String(), "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      const seesCustomers = seesEveryCustomer(request, context);
      const filter = { ...toFilter(request.query), seesCustomers };
      const question = { filter, after: null, limit: EXPORT_ROWS_MAX };
      const entries = await database.readTenant(tenantOf(request), async (tx) =>
        describe(tx, await listEntries(tx, question), filter),
      );
      reply.header("content-type", "text/csv; charset=utf-8");
      reply.header("content-disposition", 'attachment; filename="audit.csv"');
      return toCsv([
        ["at", "actor", "actor id", "action", "kind", "record id", "before", "after"],
        ...entries.map((entry) => [
          ...[entry.at, entry.actorName, entry.actorId, entry.action, entry.kind, entry.recordId],
          ...[toText(entry.before), toText(entry.after)],
        ]),
      ]);
    },
  );
}

function registerActors(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/audit-actors",
    {
      config: READ,
      schema: {
        ...{ tags, summary: "How much each person and key changed of which records, by time" },
        querystring: ActorsQuery,
        response: { 200: ActorsReply, "4xx": ErrorReply },
      },
    },
    (request) => {
      const { from = null, to = null } = request.query;
      return database.readTenant(tenantOf(request), async (tx) => {
        const actors = sumByActor(await countByActor(tx, { from, to }));
        const names = await nameActors(
          tx,
          actors.map(({ actorId }) => actorId),
        );
        return {
          actors: actors.map((actor) => ({
            ...actor,
            actorName: names.get(actor.actorId) ?? null,
            lastAt: actor.lastAt.toISOString(),
          })),
          nextCursor: null,
          total: actors.length,
        };
      });
    },
  );
}

const toText = (value: unknown) => (value === null ? null : JSON.stringify(value));

function toFilter(asked: AuditFilters): Omit<AuditFilter, "seesCustomers"> {
  const { actorId, kind, recordId, search, from, to } = asked;
  return {
    actorId: actorId ?? null,
    kind: kind ?? null,
    recordId: recordId ?? null,
    search: search ?? null,
    from: from ?? null,
    to: to ?? null,
  };
}

async function describe(
  tx: TenantTransaction,
  rows: readonly EntryRow[],
  { seesCustomers }: Pick<AuditFilter, "seesCustomers">,
) {
  const tell = seesCustomers ? (value: unknown) => value : hideLookedFor;
  const names = await nameActors(tx, [...new Set(rows.map(({ actorId }) => actorId))]);
  return rows.map(({ at, before, after, isOfCustomer, ...row }) => ({
    ...{ ...row, before: tell(before), after: tell(after) },
    isHidden: isOfCustomer && !seesCustomers,
    at: at.toISOString(),
    actorName: names.get(row.actorId) ?? null,
  }));
}
