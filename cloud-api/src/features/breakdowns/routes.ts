import type { Context, Routes } from "../../feature.ts";
import { refuseNames, seesEveryCustomer } from "../../platform/customer-sight.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { listOwnFields, readCursor, writeCursor } from "../customers/index.ts";
import { findCounts, isToldShared, listFields } from "./counts.ts";
import { countCounted, listCounted, nameValues } from "./queries.ts";
import { readSubject, type Subject } from "./rules.ts";
import {
  CountedQuery,
  CountedReply,
  CountFieldsReply,
  CountParams,
  CountsReply,
} from "./schema.ts";

export const TAG = { name: "breakdowns", description: "Customers counted by any field" };
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
export const READ = { access: { permission: "breakdowns.read" } };

export function breakdownRoutes(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/customer-counts",
    {
      config: READ,
      schema: {
        ...{ tags, summary: "The fields that customers can be counted by" },
        response: { 200: CountFieldsReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const fields = await listFields(tx);
        return { fields, nextCursor: null, total: fields.length };
      }),
  );
  routes.get(
    "/api/v1/customer-counts/fields/:field",
    {
      config: READ,
      schema: {
        ...{ tags, summary: "How many customers have which value of a field" },
        params: CountParams,
        response: { 200: CountsReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { field } = request.params;
        const isSeen = seesEveryCustomer(request, context);
        const isShared = await isToldShared(tx, { field, isSeen });
        return findCounts(tx, { subject: await getSubject(tx, field), isShared });
      }),
  );
  registerCounted(routes, context);
}

/** Every count opens what it counts. */
function registerCounted(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/customer-counts/fields/:field/customers",
    {
      config: READ,
      schema: {
        ...{ tags, summary: "The customers whom one of the counts counts" },
        params: CountParams,
        querystring: CountedQuery,
        response: { 200: CountedReply, ...refusals },
      },
    },
    (request) => {
      if (!seesEveryCustomer(request, context)) throw refuseNames();
      const { cursor, limit, value = null } = request.query;
      const after = cursor === undefined ? null : readCursor(cursor);
      if (cursor !== undefined && after === null)
        throw refuse("invalid", "The cursor is not one this API gave.", { field: "/cursor" });
      return database.readTenant(tenantOf(request), async (tx) => {
        const counted = { subject: await getSubject(tx, request.params.field), value };
        // One more than is asked for says whether there is a next page.
        const rows = await listCounted(tx, { counted, after, limit: limit + 1 });
        const page = rows.slice(0, limit);
        const last = rows.length > limit ? page.at(-1) : undefined;
        return {
          customers: page.map(({ lastSeenAt: _, lastVisitAt, ...row }) => ({
            ...row,
            lastVisitAt: lastVisitAt?.toISOString() ?? null,
          })),
          name: (await nameValues(tx, counted.subject)).get(value ?? "") ?? null,
          nextCursor: last ? writeCursor({ at: last.lastSeenAt.toISOString(), id: last.id }) : null,
          total: await countCounted(tx, counted),
        };
      });
    },
  );
}

async function getSubject(tx: TenantTransaction, field: string): Promise<Subject> {
  const subject = readSubject(field, await listOwnFields(tx));
  if (subject) return subject;
  throw refuse("not-found", "There is no such field.");
}
