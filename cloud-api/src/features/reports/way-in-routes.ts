import type { Context, Routes } from "../../feature.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { readCursor, writeCursor } from "../customers/index.ts";
import { readQuestion } from "./figures.ts";
import { badCursor } from "./filter.ts";
import { findNaming } from "./names.ts";
import { readNarrowing } from "./narrowing.ts";
import { WaysInQuery, WaysInReply } from "./schema.ts";
import { countOnline } from "./sign-ins.ts";
import { listWaysIn } from "./way-in-list-queries.ts";

/** The times guests came online, behind the numbers of the ways in. */
export function wayInRoutes(routes: Routes, context: Context): void {
  routes.get(
    "/api/v1/reports/ways-in",
    {
      config: { access: { permission: "reports.read" } },
      schema: {
        tags: ["reports"],
        summary: "The times that guests came online which a number of a report counts",
        querystring: WaysInQuery,
        response: { 200: WaysInReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      const { query } = request;
      const { cursor, limit, method = null } = query;
      const after = cursor === undefined ? null : readCursor(cursor);
      if (cursor !== undefined && after === null) throw badCursor();
      const narrow = readNarrowing(request, context, query);
      const mayName = await findNaming(request, context);
      return context.database.readTenant(tenantOf(request), async (tx) => {
        const question = await readQuestion(tx, query, narrow);
        const cell = { filter: question.filter, method };
        const rows = await listWaysIn(tx, { cell, after, limit: limit + 1 });
        const page = rows.slice(0, limit);
        const last = rows.length > limit ? page.at(-1) : undefined;
        const unnamed = mayName(question) ? {} : { customerId: null, customerName: null };
        return {
          waysIn: page.map(({ at, ...row }) => ({ ...row, ...unnamed, at: at.toISOString() })),
          nextCursor: last ? writeCursor({ at: last.at.toISOString(), id: last.id }) : null,
          total: await countOnline(tx, cell),
        };
      });
    },
  );
}
