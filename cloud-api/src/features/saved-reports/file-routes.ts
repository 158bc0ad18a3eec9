import type { Readable } from "node:stream";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { PDF_TYPE, printReport } from "../../platform/print-report.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import {
  inOnePage,
  TABLE_FORMS,
  TABLE_TYPES,
  type TableForm,
  writeTable,
} from "../../platform/table-file.ts";
import { FILE_WORDS } from "../reports/index.ts";
import { READ } from "./rights.ts";
import { SavedParams, ToldQuery } from "./schema.ts";
import { toSheet } from "./sheet.ts";
import { printSaved, tellSaved } from "./told.ts";

const TableFile = Type.Unsafe<Readable>({ type: "string", description: "CSV, UTF-8; or XLSX" });
const PrintedFile = Type.Unsafe<Readable>({ type: "string", description: "PDF" });

/** A saved report as a file that a spreadsheet opens, by the rights of who takes it. */
export function savedFileRoutes(routes: Routes, context: Context): void {
  for (const form of TABLE_FORMS) registerFile(routes, context, form);
  routes.get(
    "/api/v1/saved-reports/:id/figures.pdf",
    {
      config: READ,
      schema: {
        tags: ["saved-reports"],
        summary: "What a saved report says to the caller as PDF: drawn, and its tables",
        ...{ params: SavedParams, querystring: ToldQuery },
        response: { 200: PrintedFile, "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      const asked = { ...request.params, query: request.query, signIn: staffOf(request) };
      const { report, printed } = await context.database.readTenant(tenantOf(request), (tx) =>
        printSaved(tx, { ...asked, source: context }),
      );
      reply.header("content-disposition", `attachment; filename="${report}.pdf"`);
      return reply.type(PDF_TYPE).send(printReport(printed));
    },
  );
}

function registerFile(routes: Routes, context: Context, form: TableForm): void {
  routes.get(
    `/api/v1/saved-reports/:id/figures.${form}`,
    {
      config: READ,
      schema: {
        tags: ["saved-reports"],
        summary: `What a saved report says to the caller as ${form.toUpperCase()}`,
        ...{ params: SavedParams, querystring: ToldQuery },
        response: { 200: TableFile, "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      const { file: language = "vi" } = request.query;
      const asked = { ...request.params, query: request.query, signIn: staffOf(request) };
      const { report, sheet } = await context.database.readTenant(tenantOf(request), async (tx) => {
        const { saved, told } = await tellSaved(tx, { ...asked, source: context });
        return { report: saved.report, sheet: toSheet(saved.name, told) };
      });
      const file = writeTable(inOnePage(sheet), { form, sheet: FILE_WORDS[language].reports });
      reply.header("content-disposition", `attachment; filename="${report}.${form}"`);
      return reply.type(TABLE_TYPES[form]).send(file);
    },
  );
}
