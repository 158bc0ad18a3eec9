import type { Readable } from "node:stream";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import { refuseNames, seesEveryCustomer } from "../../platform/customer-sight.ts";
import type { TenantEntry } from "../../platform/db.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { TABLE_FORMS, TABLE_TYPES, writeTable } from "../../platform/table-file.ts";
import { nameStaff } from "./describe.ts";
import { chooseColumns, listColumnsNow, seesColumns } from "./export-choice.ts";
import {
  type Cell,
  EXPORT_WORDS,
  type ExportColumn,
  type ExportedRow,
  nameMarks,
} from "./export-columns.ts";
import {
  findTakenColumns,
  finishExport,
  insertExport,
  listExported,
  listExports,
  listLastActs,
  saveTakenColumns,
} from "./export-queries.ts";
import { type Narrowing, narrow } from "./narrow.ts";
import { ExportColumnsBody, ExportColumnsReply, ExportListReply, ExportQuery } from "./schema.ts";

const PAGE_CUSTOMERS = 1000;
const EXPORTS_LISTED = 100;
const config = { access: { permission: "customers.export" } };
const tags = ["customers"];
const TableFile = Type.Unsafe<Readable>({ type: "string", description: "CSV, UTF-8; or XLSX" });

type Begun = {
  tenant: TenantEntry;
  id: string;
  narrowing: Narrowing;
  chosen: readonly string[] | null;
  columns: readonly ExportColumn[];
};

/** Customers as a file, and the log of who took them. */
export function exportRoutes(routes: Routes, context: Context): void {
  registerFiles(routes, context);
  registerColumns(routes, context);
  const { database } = context;
  routes.get(
    "/api/v1/customer-exports",
    {
      config,
      schema: {
        ...{ tags, summary: "Who took customers away as a file" },
        response: { 200: ExportListReply, "4xx": ErrorReply },
      },
    },
    async (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const rows = await listExports(tx, EXPORTS_LISTED);
        const staff = await nameStaff(tx, rows);
        // By whom they looked for and what these have.
        const hidden = seesEveryCustomer(request, context) ? {} : { search: null, narrowed: null };
        return {
          exports: rows.map(({ at, ...row }) => ({
            ...{ ...row, ...hidden },
            staffName: staff.get(row.staffId) ?? null,
            at: at.toISOString(),
          })),
        };
      }),
  );
}

function registerFiles(routes: Routes, context: Context): void {
  const { database, hooks } = context;
  for (const form of TABLE_FORMS)
    routes.get(
      `/api/v1/customers.${form}`,
      {
        config,
        schema: {
          tags,
          summary: `The list of customers, as it is narrowed, as ${form.toUpperCase()}; who took it is noted`,
          querystring: ExportQuery,
          response: { 200: TableFile, "4xx": ErrorReply },
        },
      },
      async (request, reply) => {
        const [tenant, { staffId }] = [tenantOf(request), staffOf(request)];
        const { ids, language, columns: wanted, ...narrowing } = request.query;
        const { search = null, markId = null, segmentId = null, tree } = narrowing;
        const may = seesColumns(request, context);
        // How long the file is tells whether somebody is there.
        const looks = search !== null || tree != null;
        if (looks && !seesEveryCustomer(request, context)) throw refuseNames();
        // Refused before anything is noted or sent.
        const columns = await database.readTenant(tenant, async (tx) => {
          await narrow(tx, hooks, { tree });
          const all = await listColumnsNow(tx, language);
          return chooseColumns({ all, keys: wanted?.split(",") ?? null, may });
        });
        const narrowed = tree || ids ? { tree, ids } : null;
        const [id, keys] = [newId(), columns.map(({ key }) => key)];
        await database.inTenant(tenant, (tx) =>
          insertExport(tx, { id, staffId, search, markId, segmentId, narrowed, columns: keys }),
        );
        const chosen = ids?.split(",") ?? null;
        const pages = listPages(context, { tenant, id, narrowing, chosen, columns });
        const file = writeTable(pages, { form, sheet: EXPORT_WORDS[language].customers });
        reply.header("content-disposition", `attachment; filename="customers.${form}"`);
        return reply.type(TABLE_TYPES[form]).send(file);
      },
    );
}

function registerColumns(routes: Routes, context: Context): void {
  const { database } = context;
  const path = "/api/v1/customer-export-columns";
  routes.get(
    path,
    {
      config,
      schema: {
        ...{ tags, summary: "What a file of customers may hold, and what the caller took last" },
        response: { 200: ExportColumnsReply, "4xx": ErrorReply },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const may = seesColumns(request, context);
        const [vi, en] = [await listColumnsNow(tx, "vi"), await listColumnsNow(tx, "en")];
        const offered = vi.filter(may);
        const taken = (await findTakenColumns(tx, staffOf(request).staffId)) ?? [];
        const still = taken.filter((key) => offered.some((column) => column.key === key));
        const usual = offered.filter(({ isUsual }) => isUsual).map(({ key }) => key);
        const english = new Map(en.map(({ key, header }) => [key, header]));
        return {
          columns: still.length > 0 ? still : usual,
          usual,
          offered: offered.map(({ key, header }) => ({
            key,
            header: { vi: header, en: english.get(key) ?? header },
          })),
        };
      }),
  );
  routes.put(
    path,
    {
      config,
      schema: {
        ...{ tags, summary: "Keep which columns the caller takes" },
        body: ExportColumnsBody,
        response: { 204: Type.Null(), "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      const { staffId } = staffOf(request);
      const may = seesColumns(request, context);
      await database.inTenant(tenantOf(request), async (tx) => {
        const before = await findTakenColumns(tx, staffId);
        const all = await listColumnsNow(tx, "en");
        const chosen = chooseColumns({ all, keys: request.body.columns, may });
        const columns = chosen.map(({ key }) => key);
        await saveTakenColumns(tx, { staffId, columns });
        const record = { kind: "customer-export-columns", id: null };
        noteChange(tx, { ...record, before: before && { columns: before }, after: { columns } });
      });
      return reply.code(204).send(null);
    },
  );
}

/** A page at a time, each in a transaction of its own: whoever loads slowly holds nobody up. */
async function* listPages(
  { database, hooks }: Context,
  { tenant, id, narrowing, chosen, columns }: Begun,
): AsyncGenerator<Cell[][]> {
  yield [columns.map(({ header }) => header)];
  const fields = columns.map(({ key }) => key);
  const seesMarks = columns.some(({ permission }) => permission === "marks.read");
  const seesConsents = fields.some((key) => key.startsWith("consent."));
  let customers = 0;
  for (let after: string | null = null; ; ) {
    const place = { after, limit: PAGE_CUSTOMERS, chosen, fields };
    const page: ExportedRow[] = await database.inTenant(tenant, async (tx) => {
      const rows = await listExported(tx, { ...place, ...(await narrow(tx, hooks, narrowing)) });
      const shown = rows.map((row) => row.id);
      const marks = seesMarks ? await hooks.listMarksOf?.(tx, shown) : undefined;
      const acts = seesConsents ? await listLastActs(tx, shown) : [];
      const consentsOf = Map.groupBy(acts, ({ customerId }) => customerId);
      return rows.map((row) => ({
        ...row,
        ...nameMarks(marks?.get(row.id) ?? []),
        consents: consentsOf.get(row.id) ?? [],
      }));
    });
    if (page.length === 0) break;
    customers += page.length;
    after = page.at(-1)?.id ?? null;
    yield page.map((customer) => columns.map(({ tell }) => tell(customer)));
  }
  await database.inTenant(tenant, (tx) => finishExport(tx, { id, customers }));
}
