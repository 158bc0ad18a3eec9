import type { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
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
import { finishExport } from "../customers/index.ts";
import { FILE_WORDS, noteTaking } from "../reports/index.ts";
import type { SavedReport } from "./queries.ts";
import { READ } from "./rights.ts";
import { tellsOfOne } from "./rules.ts";
import { SavedParams, ToldQuery, type ToldReply } from "./schema.ts";
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
      const taken = await context.database.readTenant(tenantOf(request), (tx) =>
        printSaved(tx, { ...asked, source: context, leavesBy: "file" }),
      );
      await noteOfOne(context, request, taken);
      const { saved, printed } = taken;
      reply.header("content-disposition", `attachment; filename="${saved.report}.pdf"`);
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
      const taken = await context.database.readTenant(tenantOf(request), (tx) =>
        tellSaved(tx, { ...asked, source: context, leavesBy: "file" }),
      );
      await noteOfOne(context, request, taken);
      const { saved, told } = taken;
      const table = inOnePage(toSheet(saved.name, told));
      const file = writeTable(table, { form, sheet: FILE_WORDS[language].reports });
      reply.header("content-disposition", `attachment; filename="${saved.report}.${form}"`);
      return reply.type(TABLE_TYPES[form]).send(file);
    },
  );
}

type Taken = { saved: SavedReport; told: ToldReply };

/** Who takes one customer's visits away is noted with those who take lists, before any of it is sent. */
async function noteOfOne(
  context: Context,
  request: FastifyRequest,
  { saved, told: { period, figures } }: Taken,
): Promise<void> {
  if (!tellsOfOne(saved.report)) return;
  const id = await noteTaking(context, request, { visits: { ...saved.query, ...period } });
  const isOfAny = figures.some(({ now, before }) => now > 0 || (before ?? 0) > 0);
  await context.database.inTenant(tenantOf(request), (tx) =>
    finishExport(tx, { id, customers: isOfAny ? 1 : 0 }),
  );
}
