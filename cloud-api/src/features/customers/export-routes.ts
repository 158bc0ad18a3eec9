import type { Readable } from "node:stream";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantEntry } from "../../platform/db.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { findReach } from "../../platform/rights.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { TABLE_FORMS, TABLE_TYPES, writeTable } from "../../platform/table-file.ts";
import { nameStaff } from "./describe.ts";
import {
  type Cell,
  EXPORT_WORDS,
  type ExportedRow,
  listExportColumns,
  nameMarks,
  TOLD_FIELDS,
} from "./export-columns.ts";
import { finishExport, insertExport, listExported, listExports } from "./export-queries.ts";
import { listOwnFields } from "./field-queries.ts";
import { type Narrowing, narrow } from "./narrow.ts";
import { ExportListReply, ExportQuery } from "./schema.ts";

const PAGE_CUSTOMERS = 1000;
const EXPORTS_LISTED = 100;
const access = { permission: "customers.export" };
const TableFile = Type.Unsafe<Readable>({ type: "string", description: "CSV, UTF-8; or XLSX" });

type Asked = Narrowing & { ids?: string; language: "vi" | "en" };
type Begun = { tenant: TenantEntry; id: string; asked: Asked; seesMarks: boolean };

/** Customers as a file, and the log of who took them. */
export function exportRoutes(routes: Routes, context: Context): void {
  const { database } = context;
  for (const form of TABLE_FORMS)
    routes.get(
      `/api/v1/customers.${form}`,
      {
        config: { access },
        schema: {
          tags: ["customers"],
          summary: `The list of customers, as it is narrowed, as ${form.toUpperCase()}; who took it is noted`,
          querystring: ExportQuery,
          response: { 200: TableFile, "4xx": ErrorReply },
        },
      },
      async (request, reply) => {
        const [tenant, { staffId }] = [tenantOf(request), staffOf(request)];
        const { search = null, markId = null, segmentId = null, tree, ids } = request.query;
        // Refused before anything is noted or sent.
        await database.readTenant(tenant, (tx) => narrow(tx, context.hooks, { tree }));
        const narrowed = tree || ids ? { tree, ids } : null;
        const id = newId();
        await database.inTenant(tenant, (tx) =>
          insertExport(tx, { id, staffId, search, markId, segmentId, narrowed }),
        );
        const seesMarks = findReach(staffOf(request).grants, "marks.read", context.permissions);
        const asked = request.query;
        const pages = listPages(context, { tenant, id, asked, seesMarks: seesMarks !== null });
        const file = writeTable(pages, { form, sheet: EXPORT_WORDS[asked.language].customers });
        reply.header("content-disposition", `attachment; filename="customers.${form}"`);
        return reply.type(TABLE_TYPES[form]).send(file);
      },
    );

  routes.get(
    "/api/v1/customer-exports",
    {
      config: { access },
      schema: {
        tags: ["customers"],
        summary: "Who took customers away as a file",
        response: { 200: ExportListReply, "4xx": ErrorReply },
      },
    },
    async (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const rows = await listExports(tx, EXPORTS_LISTED);
        const staff = await nameStaff(tx, rows);
        return {
          exports: rows.map(({ at, ...row }) => ({
            ...row,
            staffName: staff.get(row.staffId) ?? null,
            at: at.toISOString(),
          })),
        };
      }),
  );
}

/** A page at a time, each in a transaction of its own: whoever loads slowly holds nobody up. */
async function* listPages(
  { database, hooks }: Context,
  { tenant, id, asked, seesMarks }: Begun,
): AsyncGenerator<Cell[][]> {
  const { language, ids, ...narrowing } = asked;
  const chosen = ids?.split(",") ?? null;
  const own = (await database.inTenant(tenant, listOwnFields)).filter(
    ({ archivedAt }) => archivedAt === null,
  );
  const columns = listExportColumns(own, { language, seesMarks });
  const fields = [...TOLD_FIELDS, ...own.map(({ key }) => key)];
  yield [columns.map(({ header }) => header)];
  let customers = 0;
  for (let after: string | null = null; ; ) {
    const place = { after, limit: PAGE_CUSTOMERS, chosen, fields };
    const page: ExportedRow[] = await database.inTenant(tenant, async (tx) => {
      const rows = await listExported(tx, { ...place, ...(await narrow(tx, hooks, narrowing)) });
      const shown = rows.map((row) => row.id);
      const marks = seesMarks ? await hooks.listMarksOf?.(tx, shown) : undefined;
      return rows.map((row) => ({ ...row, ...nameMarks(marks?.get(row.id) ?? []) }));
    });
    if (page.length === 0) break;
    customers += page.length;
    after = page.at(-1)?.id ?? null;
    yield page.map((customer) => columns.map(({ tell }) => tell(customer)));
  }
  await database.inTenant(tenant, (tx) => finishExport(tx, { id, customers }));
}
