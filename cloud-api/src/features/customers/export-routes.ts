import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantEntry } from "../../platform/db.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { TABLE_FORMS, TABLE_TYPES, writeTable } from "../../platform/table-file.ts";
import { nameStaff } from "./describe.ts";
import {
  type ExportedCustomer,
  finishExport,
  insertExport,
  listExported,
  listExports,
} from "./export-queries.ts";
import { type Narrowing, narrow } from "./narrow.ts";
import { ExportListReply, ExportQuery } from "./schema.ts";

const PAGE_CUSTOMERS = 1000;
const EXPORTS_LISTED = 100;
const access = { permission: "customers.export" };
const TableFile = Type.Unsafe<Readable>({ type: "string", description: "CSV, UTF-8; or XLSX" });

const COLUMNS = [
  ["field-name", ({ name }) => name],
  ["field-phone", ({ phone }) => phone],
  ["field-email", ({ email }) => email],
  ["field-birthday", ({ birthday }) => birthday],
  ["field-language", ({ language }) => language],
  ["visits", ({ visits }) => visits],
  ["first-seen", ({ firstSeenAt }) => firstSeenAt.toISOString()],
  ["last-visit", ({ lastVisitAt }) => lastVisitAt?.toISOString() ?? null],
  ["source", ({ sourceBranchName }) => sourceBranchName],
] as const satisfies readonly [string, (customer: ExportedCustomer) => string | number | null][];

type Words = Record<(typeof COLUMNS)[number][0] | "customers", string>;
const readWords = (language: string): Words =>
  JSON.parse(readFileSync(join(import.meta.dirname, "locales", `${language}.json`), "utf8"));
const WORDS = { vi: readWords("vi"), en: readWords("en") };

type Asked = Narrowing & { language: "vi" | "en" };
type Begun = { tenant: TenantEntry; id: string; asked: Asked };

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
        const { search = null, markId = null, segmentId = null } = request.query;
        const id = newId();
        await database.inTenant(tenant, (tx) =>
          insertExport(tx, { id, staffId, search, markId, segmentId }),
        );
        const pages = listPages(context, { tenant, id, asked: request.query });
        const file = writeTable(pages, { form, sheet: WORDS[request.query.language].customers });
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
  { tenant, id, asked }: Begun,
): AsyncGenerator<(string | number | null)[][]> {
  const { language, ...narrowing } = asked;
  const words = WORDS[language];
  yield [COLUMNS.map(([column]) => words[column])];
  let customers = 0;
  for (let after: string | null = null; ; ) {
    const place = { after, limit: PAGE_CUSTOMERS };
    const page: ExportedCustomer[] = await database.inTenant(tenant, async (tx) => {
      return listExported(tx, { ...place, ...(await narrow(tx, hooks, narrowing)) });
    });
    if (page.length === 0) break;
    customers += page.length;
    after = page.at(-1)?.id ?? null;
    yield page.map((customer) => COLUMNS.map(([, tell]) => tell(customer)));
  }
  await database.inTenant(tenant, (tx) => finishExport(tx, { id, customers }));
}
