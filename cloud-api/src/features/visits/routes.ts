import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { findSight, showWhose } from "../../platform/customer-sight.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { orderDisconnect } from "../branches/index.ts";
import { readCursor, writeCursor } from "../customers/index.ts";
import { accessPointRoutes } from "./access-point-routes.ts";
import { findOverview } from "./overview.ts";
import {
  countVisitRows,
  findVisitDevice,
  listVisits,
  type VisitFilter,
  type VisitRow,
} from "./page-queries.ts";
import { readPeriod } from "./read-period.ts";
import { readPlaces } from "./read-places.ts";
import {
  CustomerVisitsQuery,
  IdParams,
  OverviewQuery,
  OverviewReply,
  VisitListQuery,
  VisitListReply,
} from "./schema.ts";
import { wifiUseRoutes } from "./use-routes.ts";

const read = { permission: "visits.read" };
const tags = ["visits"];

const EVERY_VISIT: VisitFilter = {
  customerId: null,
  branchId: null,
  branchIds: null,
  brandId: null,
  branchKind: null,
  from: null,
  to: null,
  after: null,
  before: null,
  kind: null,
  open: false,
};

/** What staff read about visits, and the one thing they do about one. */
export function visitRoutes(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/overview",
    {
      config: { access: read },
      schema: {
        tags,
        summary: "Who is here, who came today, and the last 30 days",
        querystring: OverviewQuery,
        response: { 200: OverviewReply, "4xx": ErrorReply },
      },
    },
    async (request) =>
      await database.readTenant(tenantOf(request), (tx) =>
        findOverview(tx, request.query.branchId ?? null),
      ),
  );

  routes.get(
    "/api/v1/visits",
    {
      config: { access: read },
      schema: {
        tags,
        summary: "Lists visits by branch and day",
        querystring: VisitListQuery,
        response: { 200: VisitListReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      const { kind = null, open = false } = request.query;
      const asked = { ...readPlaces(request.query), ...readPeriod(request.query) };
      const filter = { ...EVERY_VISIT, ...asked, kind, open };
      return await listPage(context, request, { filter, ...request.query });
    },
  );

  routes.get(
    "/api/v1/customers/:id/visits",
    {
      config: { access: read },
      schema: {
        tags,
        summary: "Every visit of a customer",
        params: IdParams,
        querystring: CustomerVisitsQuery,
        response: { 200: VisitListReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      const filter = { ...EVERY_VISIT, customerId: request.params.id };
      return await listPage(context, request, { filter, ...request.query });
    },
  );

  wifiUseRoutes(routes, context);
  accessPointRoutes(routes, context);
  disconnectRoute(routes, context);
}

function disconnectRoute(routes: Routes, { database }: Context): void {
  routes.post(
    "/api/v1/visits/:id/disconnect",
    {
      config: { access: { permission: "visits.disconnect" } },
      schema: {
        tags,
        summary: "Takes the visit's device off the Wi-Fi",
        params: IdParams,
        response: { 202: Type.Null(), "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      await database.changeTenant(tenantOf(request), async (tx) => {
        const visit = await findVisitDevice(tx, request.params.id);
        if (!visit) throw refuse("not-found", "There is no such visit.");
        if (visit.endedAt) throw refuse("conflict", "This visit has ended already.");
        const after = { branchId: visit.branchId, command: "guest.disconnect" };
        noteChange(tx, { kind: "visits", id: request.params.id, before: null, after });
        return { result: null, events: await orderDisconnect(tx, visit) };
      });
      return reply.code(202).send(null);
    },
  );
}

type PageQuestion = { filter: VisitFilter; cursor?: string | undefined; limit: number };

async function listPage(
  context: Context,
  request: FastifyRequest,
  { filter, cursor, limit }: PageQuestion,
) {
  const after = cursor === undefined ? null : readCursor(cursor);
  if (cursor !== undefined && after === null)
    throw refuse("invalid", "The cursor is not one this API gave.", { field: "/cursor" });
  const sees = await findSight(request, context);
  return await context.database.readTenant(tenantOf(request), async (tx) => {
    // One more than is asked for says whether there is a next page.
    const rows = await listVisits(tx, { filter, after, limit: limit + 1 });
    const total = await countVisitRows(tx, filter);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      visits: page.map((row) => toItem(row, sees(row.branchId))),
      nextCursor: last ? writeCursor({ at: last.startedAt.toISOString(), id: last.id }) : null,
      total,
    };
  });
}

function toItem({ startedAt, endedAt, customerPhone, ...row }: VisitRow, isSeen: boolean) {
  return {
    ...showWhose(row, isSeen),
    customerPhone: isSeen ? customerPhone : null,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}
