import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { describeCustomer } from "./describe.ts";
import { FIRST_SORT, readColumns, readParts, type Sort } from "./list-rules.ts";
import { narrow } from "./narrow.ts";
import { listPage, type PlacedCustomer } from "./page-queries.ts";
import { readMore } from "./row-part-queries.ts";
import { readPlace, writeCursor } from "./rules.ts";
import { CustomerListQuery, CustomerListReply, CustomerParams, CustomerReply } from "./schema.ts";

const access = { permission: "customers.read" };

/** What staff read about customers. */
export function customerRoutes(routes: Routes, { database, hooks }: Context): void {
  routes.get(
    "/api/v1/customers",
    {
      config: { access },
      schema: {
        tags: ["customers"],
        summary: "Lists or searches customers",
        querystring: CustomerListQuery,
        response: { 200: CustomerListReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      const { cursor, limit, columns, sort = FIRST_SORT, ...narrowing } = request.query;
      // One more than is asked for says whether there is a next page.
      const question = { sort, after: placeOf(cursor, sort), limit: limit + 1 };
      const parts = partsOf(columns);
      return await database.readTenant(tenantOf(request), async (tx) => {
        const filter = await narrow(tx, hooks, narrowing);
        const { rows, ...counted } = await listPage(tx, { ...question, ...filter });
        const page = rows.slice(0, limit);
        const last = rows.length > limit ? page.at(-1) : undefined;
        const more = await readMore(tx, { hooks, parts, ids: page.map(({ id }) => id) });
        return {
          customers: page.map(({ lastSeenAt: _seen, nameKey: _key, ...row }) => ({
            ...row,
            ...more(row.id),
            firstSeenAt: row.firstSeenAt.toISOString(),
            lastVisitAt: row.lastVisitAt?.toISOString() ?? null,
          })),
          nextCursor: last ? writeCursor({ at: sortedBy(last, sort), id: last.id }) : null,
          ...counted,
        };
      });
    },
  );

  routes.get(
    "/api/v1/customers/:id",
    {
      config: { access },
      schema: {
        tags: ["customers"],
        summary: "Everything that is known of a customer",
        params: CustomerParams,
        response: { 200: CustomerReply, "4xx": ErrorReply },
      },
    },
    async (request) =>
      await database.readTenant(tenantOf(request), async (tx) => {
        const customer = await describeCustomer(tx, request.params.id);
        if (!customer) throw refuse("not-found", "There is no such customer.");
        return customer;
      }),
  );
}

/** What a row is sorted by, as a cursor holds it. */
function sortedBy(row: PlacedCustomer, sort: Sort): string {
  if (sort.endsWith("visits")) return String(row.visits);
  if (sort.endsWith("name")) return row.nameKey;
  return (sort.endsWith("first-seen") ? row.firstSeenAt : row.lastSeenAt).toISOString();
}

function placeOf(cursor: string | undefined, sort: Sort) {
  if (cursor === undefined) return null;
  const place = readPlace(cursor, sort);
  if (place) return place;
  throw refuse("invalid", "The cursor is not one this API gave.", { field: "/cursor" });
}

function partsOf(text = "") {
  const columns = readColumns(text);
  if (columns) return readParts(columns);
  throw refuse("invalid", "One of the columns is none.", { field: "/columns" });
}
