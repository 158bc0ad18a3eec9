import type { Context, Routes } from "../../feature.ts";
import { refuseNames } from "../../platform/customer-sight.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { refuseTooManyCustomers, refuseTooManyVisits } from "./bounds.ts";
import { readQuestion } from "./figures.ts";
import { fileRoutes } from "./file-routes.ts";
import { badCursor, isId, readCell, readPlace, readVisitsOf } from "./filter.ts";
import { leavesAsFile } from "./list-files.ts";
import { countCounted, listCounted } from "./list-queries.ts";
import { findNaming } from "./names.ts";
import { readNarrowing } from "./narrowing.ts";
import { besideOverview, findOverview } from "./overview.ts";
import { patternRoutes } from "./pattern-routes.ts";
import { printRoutes } from "./print-routes.ts";
import {
  CustomersQuery,
  CustomersReply,
  OverviewQuery,
  OverviewReply,
  SeriesQuery,
  SeriesReply,
  VisitsQuery,
  VisitsReply,
} from "./schema.ts";
import { findSeries } from "./series.ts";
import { sessionRoutes } from "./session-routes.ts";
import { settingRoutes } from "./setting-routes.ts";
import { useRoutes } from "./use-routes.ts";
import { countVisits, listVisits } from "./visit-list-queries.ts";
import { wayInRoutes } from "./way-in-routes.ts";

export const TAG = { name: "reports", description: "Visits counted by place and time" };
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "reports.read" } };
const PATH = "/api/v1/reports";

/** What marketers and managers read, and who is behind each number. */
export function reportRoutes(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    `${PATH}/overview`,
    {
      config: READ,
      schema: {
        tags,
        summary: "A period's visits and customers, by branch or brand, against the ones before",
        querystring: OverviewQuery,
        response: { 200: OverviewReply, ...refusals },
      },
    },
    (request) => {
      const narrow = readNarrowing(request, context, request.query);
      return database.readTenant(tenantOf(request), async (tx) =>
        findOverview(tx, {
          question: await readQuestion(tx, request.query, narrow, { beside: besideOverview }),
          by: request.query.by ?? "branch",
        }),
      );
    },
  );
  routes.get(
    `${PATH}/series`,
    {
      config: READ,
      schema: {
        tags,
        summary: "A period's visits and customers hour by hour, by day, week or month",
        querystring: SeriesQuery,
        response: { 200: SeriesReply, ...refusals },
      },
    },
    (request) => {
      const narrow = readNarrowing(request, context, request.query);
      return database.readTenant(tenantOf(request), async (tx) => {
        const question = await readQuestion(tx, request.query, narrow);
        return findSeries(tx, { question, unit: request.query.unit ?? "day" });
      });
    },
  );
  registerCustomers(routes, context);
  registerVisits(routes, context);
  patternRoutes(routes, context);
  useRoutes(routes, context);
  sessionRoutes(routes, context);
  wayInRoutes(routes, context);
  fileRoutes(routes, context);
  printRoutes(routes, context);
  settingRoutes(routes, context);
}

function registerCustomers(routes: Routes, context: Context): void {
  routes.get(
    `${PATH}/customers`,
    {
      config: READ,
      schema: {
        tags,
        summary: "The customers whom a number of a report counts",
        querystring: CustomersQuery,
        response: { 200: CustomersReply, ...refusals },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      if (cursor !== undefined && !isId(cursor)) throw badCursor();
      const of = readCell(request.query);
      const narrow = readNarrowing(request, context, request.query);
      const mayName = await findNaming(request, context);
      return context.database.readTenant(tenantOf(request), async (tx) => {
        const question = await readQuestion(tx, request.query, narrow, { isPaged: true });
        if (!mayName(question)) throw refuseNames();
        const cell = { filter: question.filter, ...of };
        await refuseTooManyCustomers(tx, cell);
        // One more than is asked for says whether there is a next page.
        const rows = await listCounted(tx, { cell, after: cursor ?? null, limit: limit + 1 });
        const customers = rows.slice(0, limit);
        const last = rows.length > limit ? customers.at(-1) : undefined;
        return { customers, nextCursor: last?.id ?? null, ...(await countCounted(tx, cell)) };
      });
    },
  );
}

function registerVisits(routes: Routes, context: Context): void {
  routes.get(
    `${PATH}/visits`,
    {
      config: READ,
      schema: {
        tags,
        summary: "The visits that a number of a report counts",
        querystring: VisitsQuery,
        response: { 200: VisitsReply, ...refusals },
      },
    },
    async (request) => {
      const { query } = request;
      const { cursor, limit } = query;
      const after = cursor === undefined ? null : readPlace(cursor);
      const of = readVisitsOf(query);
      const narrow = readNarrowing(request, context, query);
      const mayName = await findNaming(request, context);
      return context.database.readTenant(tenantOf(request), async (tx) => {
        const question = await readQuestion(tx, query, narrow, { isPaged: true });
        const unnamed = mayName(question) ? {} : { customerId: null, customerName: null };
        const cell = { filter: question.filter, of };
        await refuseTooManyVisits(tx, cell);
        const rows = await listVisits(tx, { cell, after, limit: limit + 1 });
        const page = rows.slice(0, limit);
        const last = rows.length > limit ? page.at(-1) : undefined;
        return {
          visits: page.map(({ startedAt, endedAt, ...row }) => ({
            ...{ ...row, ...unnamed },
            startedAt: startedAt.toISOString(),
            endedAt: endedAt?.toISOString() ?? null,
          })),
          nextCursor: last ? `${last.day}.${last.id}.${last.hour}` : null,
          ...(await countVisits(tx, cell)),
          leavesAsFile: await leavesAsFile(tx, cell),
        };
      });
    },
  );
}
