import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { nameStaff, readCursor, writeCursor } from "../customers/index.ts";
import { listFilesByEvent } from "../surveys/index.ts";
import { hasCustomer, listMoments } from "./queries.ts";
import { MOMENT_KINDS } from "./rules.ts";
import { TimelineParams, TimelineQuery, TimelineReply } from "./schema.ts";

export const TAG = { name: "timeline", description: "Everything that was of a customer" };

export function timelineRoutes(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/customers/:id/timeline",
    {
      config: { access: { permission: "timeline.read" } },
      schema: {
        tags: [TAG.name],
        summary: "Everything that was of a customer, of every record that became theirs",
        params: TimelineParams,
        querystring: TimelineQuery,
        response: { 200: TimelineReply, "4xx": ErrorReply },
      },
    },
    async (request) => {
      const { kind, cursor, limit } = request.query;
      const after = cursor === undefined ? null : readCursor(cursor);
      if (cursor !== undefined && !after)
        throw refuse("invalid", "The cursor is not one this API gave.", { field: "/cursor" });
      const kinds = kind === undefined ? MOMENT_KINDS : [kind];
      const question = { customerId: request.params.id, kinds, after, limit: limit + 1 };
      return await database.readTenant(tenantOf(request), async (tx) => {
        if (!(await hasCustomer(tx, question.customerId)))
          throw refuse("not-found", "There is no such customer.");
        const rows = await listMoments(tx, question);
        const staff = await nameStaff(tx, rows);
        const page = rows.slice(0, limit);
        const answers = page.filter((row) => row.kind === "survey").map(({ id }) => id);
        const files = await listFilesByEvent(tx, answers);
        const last = rows.length > limit ? page.at(-1) : undefined;
        return {
          moments: page.map(({ staffId, at, endedAt, ...row }) => ({
            ...row,
            at: at.toISOString(),
            endedAt: endedAt?.toISOString() ?? null,
            staffName: staff.get(staffId ?? "") ?? null,
            files: (files.get(row.id) ?? []).map(({ id, kind, byteCount, removed }) => ({
              ...{ id, kind, byteCount, removed },
            })),
          })),
          nextCursor: last ? writeCursor({ at: last.at.toISOString(), id: last.id }) : null,
        };
      });
    },
  );
}
