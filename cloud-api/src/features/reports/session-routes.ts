import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { refuseTooManyToKeep } from "./bounds.ts";
import { readQuestion } from "./figures.ts";
import { readPlace, readSessionsOf } from "./filter.ts";
import { findNaming } from "./names.ts";
import { readNarrowing } from "./narrowing.ts";
import { type DaySessions, findPageDays } from "./rules.ts";
import { SessionsQuery, SessionsReply } from "./schema.ts";
import { readNames } from "./use.ts";
import {
  type CountedSession,
  countSessionsByDay,
  listSessions,
  type SessionPage,
} from "./use-queries.ts";

/**
 * Looks at those days alone that the page is of, however many there are: at more where a day has fewer
 * than it was counted to have, since a session that ended was heard of before its day is counted anew.
 */
async function listPage(
  tx: TenantTransaction,
  { days, ...page }: SessionPage & { days: readonly DaySessions[] },
): Promise<CountedSession[]> {
  const { cell, after, limit } = page;
  const rows: CountedSession[] = [];
  let left = days;
  while (rows.length < limit) {
    const wanted = limit - rows.length;
    const period = findPageDays(left, { after: after?.day ?? null, rows: wanted });
    if (period === null) break;
    const within = { ...cell, filter: { ...cell.filter, period } };
    rows.push(...(await listSessions(tx, { cell: within, after, limit: wanted })));
    left = left.filter(({ day }) => day < period.from);
  }
  return rows;
}

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
        await refuseTooManyToKeep(tx, "report_use", filter);
        const cell = { filter, of: readSessionsOf(query) };
        const days = await countSessionsByDay(tx, cell);
        const rows = await listPage(tx, { cell, days, after, limit: limit + 1 });
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
          total: days.reduce((sum, { sessions }) => sum + sessions, 0),
        };
      });
    },
  );
}
