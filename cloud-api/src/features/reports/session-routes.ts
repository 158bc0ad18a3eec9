import type { Context, Routes } from "../../feature.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { refuseTooMany } from "./bounds.ts";
import { readQuestion } from "./figures.ts";
import { readPlace, readSessionsOf } from "./filter.ts";
import { findNaming } from "./names.ts";
import { readNarrowing } from "./narrowing.ts";
import { SessionsQuery, SessionsReply } from "./schema.ts";
import { readNames } from "./use.ts";
import { countSessions, listSessions } from "./use-queries.ts";

/** The sessions on the Wi-Fi behind the numbers of policies and of access controllers. */
export function sessionRoutes(routes: Routes, context: Context): void {
  routes.get(
    "/api/v1/reports/sessions",
    {
      config: { access: { permission: "reports.read" } },
      schema: {
        tags: ["reports"],
        summary: "The sessions on the Wi-Fi that a number of a report counts",
        querystring: SessionsQuery,
        response: { 200: SessionsReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      const { query } = request;
      const { cursor, limit } = query;
      const after = cursor === undefined ? null : readPlace(cursor);
      const narrow = readNarrowing(request, context, query);
      const mayName = await findNaming(request, context);
      return context.database.readTenant(tenantOf(request), async (tx) => {
        const question = await readQuestion(tx, query, narrow);
        const { filter } = question;
        await refuseTooMany(tx, filter);
        const cell = { filter, of: readSessionsOf(query) };
        const rows = await listSessions(tx, { cell, after, limit: limit + 1 });
        const page = rows.slice(0, limit);
        const last = rows.length > limit ? page.at(-1) : undefined;
        const names = await readNames(
          tx,
          page.map(({ branchId }) => branchId),
        );
        const unnamed = mayName(question) ? {} : { customerId: null, customerName: null };
        return {
          sessions: page.map(({ day: _, startedAt, endedAt, ...row }) => ({
            ...{ ...row, ...unnamed },
            nasName: names.nas_id.get(row.nasId ?? "") ?? null,
            policyName: names.policy_id.get(row.policyId ?? "") ?? null,
            startedAt: startedAt?.toISOString() ?? null,
            endedAt: endedAt?.toISOString() ?? null,
          })),
          nextCursor: last ? `${last.day}.${last.id}` : null,
          total: await countSessions(tx, cell),
        };
      });
    },
  );
}
