import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { findColumns, saveColumns } from "./column-queries.ts";
import { FIRST_COLUMNS, FIRST_SORT } from "./list-rules.ts";
import { ColumnsBody } from "./schema.ts";

const common = { tags: ["customers"] };
const response = { 200: ColumnsBody, "4xx": ErrorReply };

/** How each of the staff sees the list of customers. */
export function columnRoutes(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/customer-columns",
    {
      config: { access: { permission: "customers.read" } },
      schema: {
        ...common,
        summary: "The columns of the list of customers as the caller has chosen them",
        response,
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const chosen = await findColumns(tx, staffOf(request).staffId);
        return chosen ?? { columns: [...FIRST_COLUMNS], sort: FIRST_SORT };
      }),
  );
  routes.put(
    "/api/v1/customer-columns",
    {
      // It is the caller's own and changes nothing of anybody else.
      config: { access: "member" },
      schema: {
        ...common,
        summary: "Keep which columns the caller sees, and in which order the list stands",
        body: ColumnsBody,
        response,
      },
    },
    (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        const { staffId } = staffOf(request);
        const before = await findColumns(tx, staffId);
        await saveColumns(tx, staffId, request.body);
        const record = { kind: "customer-columns", id: null };
        noteChange(tx, { ...record, before, after: request.body });
        return request.body;
      }),
  );
}
