import type { Context, NarrowCustomers, Routes } from "../../feature.ts";
import { refuseNames, seesEveryCustomer } from "../../platform/customer-sight.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { type NarrowedBy, pickNarrowing } from "../../platform/narrowing.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import {
  countByParts,
  countByPartsAt,
  countScored,
  type GridRow,
  listScored,
} from "./grid-queries.ts";
import { GridQuery, GridReply, ScoredQuery, ScoredReply } from "./grid-schema.ts";
import { findRun, findSettings } from "./queries.ts";
import { POINTS, STANDINGS, standingOf } from "./rules.ts";

const tags = ["scores"];
const refusals = { "4xx": ErrorReply };
export const READ = { access: { permission: "scores.read" } };
const PATH = "/api/v1/scores";

const opensOf = (cell: Readonly<Record<string, string | number | undefined>>): string => {
  const given = Object.entries(cell).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return `${PATH}/customers?${new URLSearchParams(given)}`;
};

/** Customers by how lately, how often and for how long they come, and who is in each cell. */
export function gridRoutes(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    `${PATH}/grid`,
    {
      config: READ,
      schema: {
        tags,
        summary: "How many customers come how lately and how often, and how they stand",
        querystring: GridQuery,
        response: { 200: GridReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { length, ...narrowed } = request.query;
        const reader = { ...context, grants: staffOf(request).grants };
        return findGrid(tx, { length, narrowed, reader });
      }),
  );
  routes.get(
    `${PATH}/customers`,
    {
      config: READ,
      schema: {
        tags,
        summary: "The customers whom a number of the grid counts",
        querystring: ScoredQuery,
        response: { 200: ScoredReply, ...refusals },
      },
    },
    (request) => {
      if (!seesEveryCustomer(request, context)) throw refuseNames();
      const { length, recency, frequency, standing, cursor, limit, ...narrowed } = request.query;
      const reader = { ...context, grants: staffOf(request).grants };
      return database.readTenant(tenantOf(request), async (tx) => {
        const scored = {
          ...{ length: length ?? null, recency: recency ?? null, frequency: frequency ?? null },
          standing: standing ?? null,
          among: (await context.hooks.narrowCustomers?.(tx, reader, narrowed)) ?? [],
        };
        const place = { scored, after: cursor ?? null, limit: limit + 1 };
        const rows = await listScored(tx, place);
        const customers = rows.slice(0, limit);
        const last = rows.length > limit ? customers.at(-1) : undefined;
        return {
          customers: customers.map(({ firstAt, lastAt, ...row }) => ({
            ...{ ...row, firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() },
          })),
          nextCursor: last?.id ?? null,
          total: await countScored(tx, scored),
        };
      });
    },
  );
}

type Reader = Parameters<NarrowCustomers>[1];

type Asked = {
  /** Of those alone who have so many points for it. */
  length?: number | undefined;
  /** By whose they are. */
  narrowed: NarrowedBy;
  reader: Reader;
  /** As they stood at a moment that is over, by the settings of now; absent: as they stand. */
  until?: Date | null;
};

/** How many customers come how lately and how often. */
export async function findGrid(
  tx: TenantTransaction,
  { length, narrowed, reader, until = null }: Asked,
): Promise<GridReply> {
  const among = (await reader.hooks.narrowCustomers?.(tx, reader, narrowed)) ?? [];
  const isBehind = until === null && (await findRun(tx))?.because === "settings";
  const rows =
    until === null
      ? await countByParts(tx, among)
      : await countByPartsAt(tx, { until, settings: await findSettings(tx), among });
  return {
    asOf: tx.now.toISOString(),
    isBehind,
    ...describe(rows, { length, ...pickNarrowing(narrowed) }),
  };
}

const sumOf = (rows: readonly GridRow[]) => rows.reduce((sum, row) => sum + row.customers, 0);

type Shown = NarrowedBy & { length: number | undefined };

function describe(rows: readonly GridRow[], { length, ...narrowed }: Shown) {
  const shown = rows.filter((row) => length === undefined || row.length === length);
  return {
    cells: POINTS.toReversed().flatMap((recency) =>
      POINTS.map((frequency) => ({
        ...{ recency, frequency, standing: standingOf({ recency, frequency }) },
        customers: sumOf(
          shown.filter((row) => row.recency === recency && row.frequency === frequency),
        ),
        opens: opensOf({ recency, frequency, length, ...narrowed }),
      })),
    ),
    standings: STANDINGS.map((standing) => ({
      standing,
      customers: sumOf(shown.filter((row) => standingOf(row) === standing)),
      opens: opensOf({ standing, length, ...narrowed }),
    })),
    lengths: POINTS.map((each) => ({
      length: each,
      customers: sumOf(rows.filter((row) => row.length === each)),
      opens: opensOf({ length: each, ...narrowed }),
    })),
    customers: sumOf(shown),
  };
}
